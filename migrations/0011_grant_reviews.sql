-- Reviews. Who was asked to review which application stands here in the clear, by account id: the server hands over, and
-- withholds, by it. What they are told, the keys and what they wrote are sealed. All of it goes with the application.
create table grant_reviewer (
	application_id text not null references grant_application (id) on delete cascade,
	account_id text not null references account (id),
	-- Somebody from outside, who was invited to this one application; else an officer of the circle that reads the core.
	outside boolean not null,
	-- invited: has not declared yet. ready: no conflict, may read and write. looks: an officer who compares and does not
	-- review. conflict, ended: has access no more, and the letters are gone.
	state text not null check (state in ('invited', 'ready', 'looks', 'conflict', 'ended')),
	-- Which parts they are handed beside the core.
	parts text[] not null,
	-- Of the secrets in the letter of keys.
	generation integer,
	sealed_invitation bytea,
	sealed_keys bytea,
	-- Of the invitation that the declaration is about; both are for the officers' browsers to verify.
	invitation_hash text,
	declaration text,
	primary key (application_id, account_id)
);
alter table grant_reviewer alter column sealed_invitation set storage external;
alter table grant_reviewer alter column sealed_keys set storage external;
create index grant_reviewer_account on grant_reviewer (account_id);

-- Sealed to the inbox of the circle that reads the core, and to who wrote it. Earlier versions stay.
create table grant_review (
	application_id text not null references grant_application (id) on delete cascade,
	account_id text not null references account (id),
	version integer not null check (version >= 1),
	-- Of the circle's inbox.
	epoch integer not null,
	sealed_letter bytea not null,
	primary key (application_id, account_id, version)
);
alter table grant_review alter column sealed_letter set storage external;

-- A record that one member of a circle is not handed any more, because the member said so: a conflict of interest. The
-- circle's keys would still open it.
create table circle_withheld (
	circle_id text not null references circle (id) on delete cascade,
	account_id text not null references account (id),
	record_id text not null,
	primary key (circle_id, account_id, record_id)
);
