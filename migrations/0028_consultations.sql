-- Public consultations: propositions to which anybody answers without an account. What is asked and what comes of it is public on
-- purpose. Who answers is a name drawn by chance, and no address, account or time stands beside it.
create table statement_consultation (
	slug text primary key,
	-- The question and a few words about it, by language; whether participants may propose. Public.
	content jsonb not null,
	-- Whole minutes.
	opens_at timestamptz not null,
	closes_at timestamptz not null check (closes_at >= opens_at),
	-- Of how many propositions numbers were given out.
	arrivals integer not null default 0,
	-- From when it begins to be counted: nothing is taken any more.
	is_closed boolean not null default false,
	-- Aggregates only; null until it is over and counted.
	result jsonb,
	changed_at timestamptz not null
);

create table statement_consultation_proposition (
	consultation text not null references statement_consultation (slug) on delete cascade,
	-- In the order of coming, from 1: its name in addresses and files.
	number integer not null check (number >= 1),
	-- By language. Null once it was refused or taken out: its words are deleted at once; and where it still waited when all was counted.
	words jsonb,
	-- 'staff' or 'participant': which of them is not known.
	origin text not null check (origin in ('staff', 'participant')),
	state text not null check (state in ('waiting', 'shown', 'refused')),
	-- Of what was refused or taken out.
	reason text,
	primary key (consultation, number)
);

-- Goes when the consultation is counted, in the same transaction.
create table statement_consultation_vote (
	consultation text not null references statement_consultation (slug) on delete cascade,
	-- SHA-256 of the consultation's name and the secret that its author may have kept.
	voter bytea not null,
	proposition integer not null,
	choice smallint not null check (choice in (-1, 0, 1)),
	primary key (consultation, voter, proposition),
	foreign key (consultation, proposition) references statement_consultation_proposition (consultation, number)
);
