-- Invitations to a forum. What one says, to whom it is and what was answered is sealed; the id is that of the convenors'
-- sealed record. Everything of an invitation goes on the day after the last one on which it is to be kept.
create table forum_guest (
	id text primary key,
	circle_id text not null references circle (id) on delete cascade,
	-- Until the first opening: by what the letter is found, and the raw Ed25519 key (base64url) that signs the opening. Both
	-- are made from the link's secret, which is not here.
	link text unique,
	link_signing text,
	sealed_letter bytea,
	-- Until a second member has approved: who drafted it. As long as it is there, the link leads to nothing.
	drafted_by text,
	-- From the first opening on: the hash of the guest's mailbox and the key that signs what the guest sends.
	mailbox_hash text unique,
	signing text,
	-- What the guest reads again; what the convenors read; what is for travel alone. In the newest version only.
	sealed_own bytea,
	version integer not null default 0 check (version >= 0),
	sealed_answer bytea,
	sealed_travel bytea,
	kept_until date not null,
	check ((link is null) = (sealed_letter is null)),
	check ((mailbox_hash is null) = (sealed_own is null))
);
create index forum_guest_circle on forum_guest (circle_id);
alter table forum_guest alter column sealed_letter set storage external;
alter table forum_guest alter column sealed_own set storage external;
alter table forum_guest alter column sealed_answer set storage external;
alter table forum_guest alter column sealed_travel set storage external;

-- By whose signed permit somebody is shown, and its number; both null where the convenors vouch that it is public knowledge.
-- The key is another than that of the invitation, and nothing leads from one to the other.
alter table forum_shown_person add column key text, add column permit integer, add check ((key is null) = (permit is null));

-- The highest number of a permit that was used or taken back: a lower one is not obeyed any more. `person` means nothing
-- outside of its forum, and the public never sees it.
create table forum_permit (
	slug text not null,
	person text not null,
	key text not null,
	version integer not null check (version >= 1),
	-- Once shown by a permit, somebody is not shown without one.
	was_shown boolean not null default false,
	kept_until date not null,
	primary key (slug, person, key)
);
