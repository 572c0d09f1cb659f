-- Grants: calls, which are public, and applications, of which everything that is said is sealed. What is readable of an
-- application is what the server needs to hand it on, to keep a deadline and to order a list: five states, hours, padded
-- sizes, how many envelopes and files there are. docs/threat-model.md says of each what it tells.
create table grant_call (
	-- The first 16 bytes of the hash of its first entry.
	id text primary key,
	slug text not null unique,
	stage text not null,
	-- Null of a rapid call.
	deadline_at timestamptz,
	head_seq integer not null,
	head_hash text not null,
	-- Whose inboxes the parts are sealed to. A closed circle is deleted; that there was a call stays.
	core_circle text not null,
	identity_circle text not null,
	payee_circle text not null,
	-- How many changes of applications there were: whoever has seen change n has seen every one before.
	last_change bigint not null default 0
);

create table grant_call_entry (
	call_id text not null references grant_call (id),
	seq integer not null check (seq >= 0),
	body text not null,
	signature text not null,
	hash text not null,
	primary key (call_id, seq)
);
create trigger grant_call_entry_append_only before update or delete on grant_call_entry
	for each row execute function refuse_rewriting();

-- Lets one person in after the deadline, once. The link's secret is not here.
create table grant_late_link (
	token_hash bytea primary key,
	call_id text not null references grant_call (id),
	made_on date not null,
	expires_at timestamptz not null,
	used boolean not null default false
);

create table grant_application (
	-- Made from the receipt's public keys.
	id text primary key,
	call_id text not null references grant_call (id),
	-- Of the receipt, and of one for somebody whom the applicant trusts. Null once burnt.
	mailbox_hash text unique,
	second_mailbox_hash text unique,
	-- Signed by the receipt's key before anything else came: what belongs to the application, by its hash.
	manifest text not null,
	manifest_signature text not null,
	-- Whole hours. The exact instant is compared with the deadline when it is known, and is not kept.
	committed_at timestamptz not null,
	in_time boolean not null,
	-- When everything of the manifest had come; null while something is missing.
	whole_at timestamptz,
	state text not null check (state in ('us', 'them', 'held', 'done', 'gone')),
	-- Whole quarters of a day, by the officers' browsers.
	due_at timestamptz,
	-- Generation of the parts' secrets: rises when somebody who had them is removed.
	generation integer not null default 1,
	change bigint not null,
	unique (call_id, change)
);

create table grant_part (
	application_id text not null references grant_application (id),
	part text not null,
	version integer not null check (version >= 1),
	generation integer not null,
	by_applicant boolean not null,
	sealed_envelope bytea not null,
	primary key (application_id, part, version)
);
alter table grant_part alter column sealed_envelope set storage external;

-- Secrets of parts, to a circle's inbox, to the receipts, to a reviewer's account. One of each generation.
create table grant_letter (
	application_id text not null references grant_application (id),
	addressee text not null,
	generation integer not null,
	sealed_letter bytea not null,
	primary key (application_id, addressee, generation)
);
alter table grant_letter alter column sealed_letter set storage external;

-- Both ways. Each is as long as a step, and its hour is inside.
create table grant_message (
	application_id text not null references grant_application (id),
	seq integer not null check (seq >= 1),
	generation integer not null,
	by_applicant boolean not null,
	sealed_envelope bytea not null,
	primary key (application_id, seq)
);
alter table grant_message alter column sealed_envelope set storage external;

-- Files lie in the circle that reads the core, and count there; nobody of the circle sent them.
alter table circle_blob alter column by_account drop not null;
create table grant_file (
	application_id text not null references grant_application (id),
	blob_id text primary key references circle_blob (id) on delete cascade
);
create index grant_file_application on grant_file (application_id);
