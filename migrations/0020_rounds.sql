-- Rounds of propositions. What is asked, proposed and answered is sealed; here is what the server needs to take ballots of
-- people who do not say who they are. A round and its ballots go on the day after `kept_until`.
create table statement_round (
	-- That of the circle's sealed record of the round.
	id text primary key,
	circle_id text not null references circle (id) on delete cascade,
	-- The public modulus (2,048 bits, base64url) under which ballots are allowed.
	issuing text not null,
	-- Whole hours.
	opens_at timestamptz not null,
	closes_at timestamptz not null check (closes_at > opens_at),
	kept_until date not null
);
create index statement_round_circle on statement_round (circle_id);

-- One row for each ballot key, all of one size, without any time. Whenever one comes, all of its round are written anew in the
-- order of their keys, so that their order in the table does not tell in which order they came.
create table statement_ballot (
	round_id text not null references statement_round (id) on delete cascade,
	-- Raw Ed25519 key, base64url: drawn by chance, and of nobody that anybody here knows.
	key text not null,
	prefix text not null,
	token text not null,
	-- Rises by chance with each sending, and so does not tell how often.
	sequence integer not null,
	signature text not null,
	sealed_ballot bytea not null,
	primary key (round_id, key)
);
alter table statement_ballot alter column sealed_ballot set storage plain;
