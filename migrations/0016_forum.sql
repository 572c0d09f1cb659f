-- What is released of a forum before it is held: public on purpose. Its plan is a sealed record of the convenors' circle
-- and not here. Items name people by ids that mean nothing outside of the forum; who is not shown any more is taken out of
-- every version.
create table forum (
	slug text primary key,
	-- Whose convenors release it; says which circle plans a forum that is public. No reference: what was released stays when
	-- the circle is closed and deleted, and must not hold that up.
	circle_id text not null,
	version integer not null check (version >= 1)
);

create table forum_release (
	slug text not null references forum (slug) on delete cascade,
	version integer not null check (version >= 1),
	content jsonb not null,
	-- The hour.
	released_at timestamptz not null,
	primary key (slug, version)
);

-- Who is shown today, as they allow it.
create table forum_shown_person (
	slug text not null references forum (slug) on delete cascade,
	person text not null,
	name text not null,
	office jsonb,
	primary key (slug, person)
);
