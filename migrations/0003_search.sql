-- The search over the public record. Everything here is made from archive_* and can be made again from it.

-- Entries of one kind, language and year: counted by this one number, because grouping 100,000 rows by three texts takes
-- twice as long as finding them.
create table search_shelf (
	shelf integer generated always as identity primary key,
	kind text not null,
	language text not null,
	year integer not null,
	unique (kind, language, year)
);

-- One row for each page and language. Narrow on purpose: a very common word makes a search read all of it; the vector
-- lies in TOAST and is read for the few that are ranked. Its lexemes: `fr:libert` (a word's stem, with positions),
-- `fr^libert` (the title has it), `@statement` and `@2019` (what it is filtered by). See the note in server/lexemes.ts.
create table search_entry (
	number integer generated always as identity primary key,
	shelf integer not null references search_shelf (shelf),
	year integer not null,
	dated_on date not null,
	id text collate "C" not null unique,
	vector tsvector not null
) with (toast_tuple_target = 128);
alter table search_entry alter column vector set storage external;
alter table search_entry alter column id set storage plain;
-- Without fastupdate: searches must not pay for the last import's pending list.
create index search_entry_vector on search_entry using gin (vector) with (fastupdate = off);

create table search_text (
	number integer primary key references search_entry (number) on delete cascade,
	path text not null,
	title text not null,
	body text not null
);

-- Every folded word of every language, how it was written first, and in how many entries it stands.
-- Half of each page is kept free: an import counts most words again, which then needs no new index entries.
create table search_word (
	language text collate "C" not null,
	word text collate "C" not null,
	stem text collate "C" not null,
	written text not null,
	entries integer not null,
	primary key (language, word)
) with (fillfactor = 50);
create index search_word_stem on search_word (language, stem);

-- What a misspelt word is looked up by: hashes of each word with letters left out, see the note in server/spelling.ts.
-- A table of its own: counting a word's entries must not write its hashes again.
create table search_misspelling (
	language text collate "C" not null,
	word text collate "C" not null,
	deletions integer[] not null,
	primary key (language, word)
);
create index search_misspelling_deletions on search_misspelling using gin (deletions) with (fastupdate = off);
