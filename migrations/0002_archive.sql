-- The public record. Everything here is public on purpose; the files of archive/ are its source.
create table archive_programme (
	only_one boolean primary key default true check (only_one),
	content jsonb not null,
	changed_at timestamptz not null
);

create table archive_forum (
	slug text primary key,
	starts_on date not null,
	content jsonb not null,
	changed_at timestamptz not null
);

create table archive_document (
	forum_slug text not null references archive_forum (slug) on delete cascade,
	slug text not null,
	content jsonb not null,
	changed_at timestamptz not null,
	primary key (forum_slug, slug)
);

-- Photographs are few and belong to the record's transaction; their bytes are cleaned of metadata before they come here.
create table archive_photo (
	sha256 text primary key,
	type text not null,
	bytes bytea not null
);

-- What calendars were told last (iCalendar SEQUENCE): outlives the forum's row, because a number must never fall.
create table archive_revision (
	forum_slug text not null,
	item_id text not null,
	fingerprint text not null,
	sequence integer not null,
	changed_at timestamptz not null,
	primary key (forum_slug, item_id)
);
