-- Accounts, how they are entered, and who invited whom. No name, address or key that opens anything: sealed columns hold
-- what only the person's own browser opens, and names and kits are known by what is derived from them.
create table account (
	id text primary key,
	role text not null check (role in ('keeper', 'staff', 'member')),
	-- The raw Ed25519 key of its first log entry, which the id certifies.
	signing bytea not null,
	-- What an ended account had is deleted; the row and its log stay, because circle logs name it.
	name_key bytea unique,
	opaque_record text,
	kit_hash bytea unique,
	kit_signing bytea,
	sealed_unlock bytea,
	unlock_version integer not null,
	sealed_profile bytea,
	created_on date not null,
	ended_on date,
	check ((name_key is null) = (opaque_record is null)),
	check ((ended_on is null) = (sealed_unlock is not null and kit_hash is not null and kit_signing is not null))
);

create table account_entry (
	account_id text not null references account (id),
	seq integer not null check (seq >= 0),
	body text not null,
	signature text not null,
	hash text not null,
	primary key (account_id, seq)
);

create function refuse_rewriting() returns trigger language plpgsql as $$
begin
	raise exception 'entries of a log are never changed or removed';
end
$$;
create trigger account_entry_append_only before update or delete on account_entry
	for each row execute function refuse_rewriting();

create table passkey (
	credential_id text primary key,
	account_id text not null references account (id),
	public_key bytea not null,
	counter bigint not null,
	transports text[] not null,
	sealed_label bytea,
	created_on date not null,
	used_on date not null
);
create index passkey_account on passkey (account_id);

-- A login session. The cookie's value is not here, only its hash; times are whole hours; no address and no browser.
create table login_session (
	token_hash bytea primary key,
	tag text not null unique,
	account_id text not null references account (id),
	begun_at timestamptz not null,
	seen_at timestamptz not null,
	sealed_label bytea
);
create index login_session_account on login_session (account_id);

create table invitation (
	id text primary key,
	token_hash bytea not null unique,
	role text not null check (role in ('keeper', 'staff', 'member')),
	-- Null: the operator's, from the server itself.
	by_account text references account (id),
	-- A circle's id, of which this table knows nothing else.
	circle_id text,
	made_on date not null,
	expires_at timestamptz not null,
	withdrawn_on date,
	used_by text references account (id),
	used_on date
);
create index invitation_by on invitation (by_account);

-- Letters of those who joined, until the one who invited them has taken them in.
create table introduction (
	id text primary key,
	to_account text not null references account (id),
	invitation_id text not null references invitation (id),
	from_account text not null references account (id),
	sealed_letter bytea not null,
	made_on date not null
);
create index introduction_to on introduction (to_account);

-- What the server has to remember between the two halves of a sign-in, for minutes. Unlogged: it is in no write-ahead
-- log, and after a crash it is empty.
create unlogged table challenge (
	id text primary key,
	purpose text not null,
	held text not null,
	expires_at timestamptz not null
);
create index challenge_expires on challenge (expires_at);
