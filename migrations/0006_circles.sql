-- Circles: groups of people who share a key that is not here. What is readable below is what the server needs to order,
-- hand on and refuse; everything named sealed_* opens in members' browsers only. No table keeps a time finer than a day,
-- but for unfinished uploads, which are swept by the hour.
create table circle (
	-- The first 16 bytes of the hash of its first entry.
	id text primary key,
	-- The account whose circle of its own this is.
	own_of text unique references account (id),
	head_seq integer not null,
	head_hash text not null,
	epoch integer not null,
	rotation_due boolean not null,
	-- How many writes of records there were. Its row is locked by each writer until the commit, so that whoever has seen
	-- change n has seen every change before it.
	last_change bigint not null,
	used_bytes bigint not null,
	-- Thirty days after, a job deletes everything of the circle.
	closed_on date
);

create table circle_entry (
	circle_id text not null references circle (id),
	seq integer not null check (seq >= 0),
	body text not null,
	signature text not null,
	hash text not null,
	primary key (circle_id, seq)
);
create trigger circle_entry_append_only before update on circle_entry
	for each row execute function refuse_rewriting();

-- Who is in a circle, as its log says: for the server's own checks. Who has left keeps a row, by which the log up to the
-- leaving stays readable to them, and nothing else.
create table circle_member (
	circle_id text not null references circle (id),
	account_id text not null references account (id),
	steward boolean not null,
	accepted boolean not null,
	-- The entry that named the account for the first time, and the one by which it left.
	first_seq integer not null,
	left_seq integer,
	primary key (circle_id, account_id)
);
create index circle_member_account on circle_member (account_id);

-- Letters that hand the keys of all epochs to members: one may be for many. Only the newest of each member is kept.
create table circle_letter (
	circle_id text not null references circle (id),
	-- The entry that it came with.
	seq integer not null,
	up_to integer not null,
	by_account text not null references account (id),
	sealed_letter bytea not null,
	primary key (circle_id, seq)
);
create table circle_keys (
	circle_id text not null,
	account_id text not null,
	letter_seq integer not null,
	primary key (circle_id, account_id),
	foreign key (circle_id, account_id) references circle_member (circle_id, account_id),
	foreign key (circle_id, letter_seq) references circle_letter (circle_id, seq)
);
create index circle_keys_letter on circle_keys (circle_id, letter_seq);

-- Records in all their versions. Nobody deletes a version; a whole circle goes some time after it was closed.
create table circle_record (
	circle_id text not null references circle (id),
	id text not null,
	version integer not null check (version >= 1),
	kind text not null,
	epoch integer not null,
	change bigint not null,
	newest boolean not null,
	sealed_envelope bytea not null,
	primary key (circle_id, id, version),
	unique (circle_id, change)
);
create unique index circle_record_newest on circle_record (circle_id, id) where newest;
create index circle_record_list on circle_record (circle_id, kind, change) where newest;
-- What is sealed does not get smaller by being compressed.
alter table circle_record alter column sealed_envelope set storage external;
alter table circle_letter alter column sealed_letter set storage external;

-- Files of a circle: sealed parts in the blob store, of which this row is the only one that knows.
create table circle_blob (
	id text primary key,
	circle_id text not null references circle (id),
	by_account text not null references account (id),
	size_bytes bigint not null,
	-- SHA-256 of each sealed part; null until it has come.
	part_hashes text[] not null,
	whole boolean not null,
	-- The hour in which the upload began; of a whole one it is forgotten.
	begun_at timestamptz
);
create index circle_blob_circle on circle_blob (circle_id);
create index circle_blob_begun on circle_blob (begun_at) where not whole;
