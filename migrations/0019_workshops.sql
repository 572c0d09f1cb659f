-- Notes: what members of a circle write together, live. A note is a list of sealed updates in the order in which they came; now and
-- then a member's browser replaces them by a sealed snapshot. No row says who wrote it or when. When a note is closed, updates and
-- snapshot are deleted, and what is left is a record of the circle.
create table circle_note (
	circle_id text not null references circle (id) on delete cascade,
	id text not null,
	-- The number of the newest update, from 1.
	last_seq integer not null default 0,
	-- Up to which update the snapshot stands for them; 0 where there is none.
	snapshot_seq integer not null default 0,
	snapshot_epoch integer,
	sealed_snapshot bytea,
	is_closed boolean not null default false,
	primary key (circle_id, id)
);

create table circle_note_update (
	circle_id text not null,
	note_id text not null,
	seq integer not null,
	epoch integer not null,
	-- SHA-256 of the envelope, so that one that is sent twice is kept once.
	digest bytea not null,
	sealed_update bytea not null,
	primary key (circle_id, note_id, seq),
	unique (circle_id, note_id, digest),
	foreign key (circle_id, note_id) references circle_note (circle_id, id) on delete cascade
);
alter table circle_note alter column sealed_snapshot set storage external;
alter table circle_note_update alter column sealed_update set storage external;

-- The overview report of a forum. Before its time of release nobody is shown it, and it lies here all the same, readable.
create table forum_report (
	slug text primary key references forum (slug) on delete cascade,
	content jsonb not null,
	-- The minute.
	release_at timestamptz not null
);
