-- Closing a forum: what is public of it goes into the record for good, and what its retention says is destroyed.
alter table forum
	-- The hour. Null: it is not closed.
	add column closed_at timestamptz,
	-- About how many came, in tens, where the convenors tell it: public, and all that is left of the list of guests.
	add column participants_about integer check (participants_about % 10 = 0),
	-- Recordings that everybody in them allows: item, address, kind, and by whose permits (key and number), so that whoever
	-- takes back what they allowed takes it off the record at once; it is held from then on until convenors have looked again.
	add column recordings jsonb not null default '[]',
	-- What papers and stations said of it. Public.
	add column coverage jsonb not null default '[]',
	-- Sealed records of the circle, by kind and id, that are destroyed once `kept_until` is over. Null afterwards.
	add column shreds jsonb,
	add column kept_until date;

-- Questions of public items as the record keeps them. Public; they are in the record's files too.
create table archive_question (
	forum_slug text not null references archive_forum (slug) on delete cascade,
	item_id text not null,
	number integer not null check (number >= 1),
	content jsonb not null,
	primary key (forum_slug, item_id, number)
);
