-- What was published of the adoption of a statement: the signed record, the text that was adopted, its translations. Public from its
-- time of release on; before it lies here all the same, readable. The versions of a forum's statement stay for good.
create table statement_adoption (
	forum_slug text not null references forum (slug) on delete cascade,
	version integer not null check (version >= 1),
	-- The record as it was signed, and the signature of the adoption's own key.
	body text not null,
	signature text not null,
	-- As they were hashed.
	adopted_text text not null,
	translations jsonb not null,
	-- In the order of their hashes, each with its name and key: of one that was taken back only the day.
	signatures jsonb not null,
	-- The minute.
	release_at timestamptz not null,
	primary key (forum_slug, version)
);

-- Keys whose owner took a signature back, so that no later version brings it again. Of nobody that anybody here knows.
create table statement_withdrawal (
	forum_slug text not null references forum (slug) on delete cascade,
	key text not null,
	withdrawn_on date not null,
	primary key (forum_slug, key)
);
