-- The circle that sees to travel and safety of a forum's guests, where there is one: what is for travel is sealed to it, and
-- handed to its members alone. Null: to the circle that invites.
alter table forum_guest add column logistics_id text references circle (id) on delete set null;
create index forum_guest_logistics on forum_guest (logistics_id);

-- At what hour the members of such a circle want to be woken by a notice, unless one of them has looked before. One row for a
-- circle, in whole hours; neither whose journey it is nor how many there are. It goes when nobody is on the way, and a day after the hour.
create table forum_watch (
	circle_id text primary key references circle (id) on delete cascade,
	wake_at timestamptz not null check (extract(epoch from wake_at)::bigint % 3600 = 0)
);
