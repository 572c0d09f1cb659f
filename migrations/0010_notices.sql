-- Who asked to be told that there is news, and where. No row says by mail or by push, to which address, or what the news
-- is: the destination is sealed to a key in a file beside the database, and all are of one size. Switching off deletes
-- the row.
create table notice (
	account_id text primary key references account (id),
	sealed_destination bytea not null check (octet_length(sealed_destination) = 1052),
	-- SHA-256 of the token in the link that stops it; the token is sealed with the destination.
	stop_hash bytea not null unique,
	-- Something came for the account since it was last here.
	owed boolean not null,
	-- It was told so, and has not been here since.
	told boolean not null,
	-- The day of that, so that there is one a day; forgotten on the next.
	told_on date
);
-- What is sealed does not get smaller by being compressed.
alter table notice alter column sealed_destination set storage external;
