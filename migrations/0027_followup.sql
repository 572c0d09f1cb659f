-- What became of what statements ask for. Everything here is public on purpose: the record shows it, and gives it out as files.
create table followup_addressee (
	id text primary key,
	content jsonb not null
);

-- A clause that a person said is a recommendation, and on what it rests; the last decision counts. Goes with its statement.
create table followup_recommendation (
	forum_slug text not null,
	document_slug text not null,
	clause integer not null check (clause >= 1),
	content jsonb not null,
	-- The words of the clause in each language, as the statement has them, and what lists and counts need: both are made anew
	-- from the statement and the history.
	words jsonb not null,
	line jsonb not null,
	changed_at timestamptz not null,
	primary key (forum_slug, document_slug, clause),
	foreign key (forum_slug, document_slug) references archive_document (forum_slug, slug) on delete cascade
);

-- What happened, in the order in which it was recorded. Rows are added and never deleted; only the words of one that endangers
-- somebody are taken out. No reference to the statement: who takes that off the record does not take off what was said.
-- Who recorded it stands in the audit alone.
create table followup_entry (
	number integer generated always as identity primary key,
	id text not null unique,
	forum_slug text not null,
	document_slug text not null,
	clauses integer[] not null check (cardinality(clauses) >= 1),
	content jsonb not null,
	-- The day.
	recorded_on date not null
);
create index followup_entry_document on followup_entry (forum_slug, document_slug);
