/** A migration for tests: everything that a table may have and that a backup could get wrong. */
export const oddTables = `
create table odd_value (
	id bigint generated always as identity (start with 7 increment by 3) primary key,
	"Select" text collate "C",
	bytes bytea, tree jsonb, words text[], matrix integer[][], vector tsvector, number numeric, exact double precision,
	at timestamptz, day date, span interval, uid uuid, range int4range, bits bit varying,
	twice bigint generated always as (id * 2) stored,
	dropped text
);
alter table odd_value drop column dropped;
create table odd_parent (id integer primary key, favourite integer);
create table odd_child (id serial primary key, parent integer not null references odd_parent (id) on delete cascade, twin integer references odd_child (id));
alter table odd_parent add constraint odd_favourite foreign key (favourite) references odd_child (id) deferrable initially deferred;
create table odd_trace (what text);
insert into odd_trace values ('put in by the migration');
create function odd_note() returns trigger language plpgsql as $$ begin insert into odd_trace values (new.id::text); return new; end $$;
create trigger odd_noted after insert on odd_parent for each row execute function odd_note();
create trigger odd_off after insert on odd_parent for each row execute function odd_note();
alter table odd_parent disable trigger odd_off;
create table "odd ""name"" ñ" (nothing text);
`;

/** Rows for those tables, on the edge of what each type holds. */
export const oddRows = `
insert into odd_value ("Select", bytes, tree, words, matrix, vector, number, exact, at, day, span, uid, range, bits) values
	(E'tab\\t newline\\n return\\r back\\\\slash \\\\N \\\\. quote'' "', '\\x00ff0a5c', '{"a": [1, null, "é\\\\n"], "n": 1.10}', array['a,b', null, '{}', '', 'NULL', E'\\n'], array[[1, 2], [3, null]],
	 '''fr:libert'':1A,2 ''it''''s'':3 ''ar:حقوق''', 'NaN', 0.1::float8 + 0.2::float8, '2024-02-29 23:59:59.123456+13', '0044-03-15 BC', '1 year -2 days 03:04:05.6', '00000000-0000-0000-0000-00000000000a', '[1,)', b'10110'),
	('', '', 'null', '{}', '{}', '', 1e-30, 'infinity', '-infinity', 'infinity', '-1 second', null, 'empty', ''),
	(null, null, null, null, null, null, null, '-0', null, null, null, null, null, null),
	('\\.', null, '"\\\\."', null, null, null, 12345678901234567890.123456789, 1e-310, 'infinity', '99999-12-31', null, null, null, null);
begin;
insert into odd_parent values (1, 2), (2, 1), (3, null);
insert into odd_child (parent, twin) values (1, null), (2, 1), (1, 2);
update odd_child set twin = 3 where id = 1;
commit;
insert into "odd ""name"" ñ" values ('x'), (null);
`;
