-- The public day of a forum: its public items, and the questions that anybody puts to them in writing.

-- A public item that takes questions, or took them. Everything in it is public, but for documents before their time.
create table forum_public_item (
	forum text not null,
	item text not null,
	-- Streams, captions, interpretation; documents with their time of release.
	content jsonb not null,
	-- Whether questions are taken.
	is_open boolean not null default true,
	-- The kill switch: no question is shown anywhere.
	is_blanked boolean not null default false,
	-- Raised by whatever the public sees of it; all that is told to who follows live.
	version integer not null default 1 check (version >= 1),
	-- Raised by whatever moderators see of it.
	desk_version integer not null default 1 check (desk_version >= 1),
	-- How many questions came.
	arrivals integer not null default 0,
	-- The hour.
	closed_at timestamptz,
	primary key (forum, item)
);

-- A question as somebody wrote it for the public. No address, no account, no program is known of its author.
create table forum_question (
	id text primary key,
	forum text not null,
	item text not null,
	-- In the order of coming, from 1.
	number integer not null check (number >= 1),
	lane text not null check (lane in ('room', 'stream', 'press')),
	-- As the author says it is: a language tag, or 'und'.
	language text not null,
	-- Null once they are deleted: when it is withdrawn, a day after it was refused, a week after the item was closed if it was never shown.
	words text,
	-- Equal for what came in one burst or says the same; moderators see it as one.
	cluster text not null,
	-- SHA-256 of the secret that its author may have kept. Null from thirty days after the item was closed on.
	token_hash bytea unique,
	state text not null check (state in ('waiting', 'held', 'approved', 'asked', 'answered', 'refused', 'merged', 'withdrawn')),
	-- Of what is refused.
	reason text,
	merged_into text references forum_question (id),
	-- Where moderators put it in its lane; the smallest comes first.
	place integer not null,
	-- Its number in the order in which questions were put on the stage; null before.
	turn integer,
	tag text,
	-- By language.
	translations jsonb not null default '{}',
	answer jsonb,
	votes integer not null default 0,
	-- The minute.
	arrived_at timestamptz not null,
	-- The minute of its last change of state.
	settled_at timestamptz not null,
	unique (forum, item, number),
	foreign key (forum, item) references forum_public_item (forum, item)
);
create index forum_question_standing on forum_question (forum, item, state);
create index forum_question_cluster on forum_question (forum, item, cluster) where state = 'waiting';

-- That somebody voted for a question, so that nobody does it twice. The hash is another one for each question: two votes of
-- one person cannot be told to be theirs. Goes when the item is closed; the sum stays with the question.
create table forum_question_vote (
	question_id text not null references forum_question (id),
	voter bytea not null,
	primary key (question_id, voter)
);

-- What moderators did, for good: rows are only added.
create table forum_question_act (
	id bigint generated always as identity primary key,
	forum text not null,
	item text not null,
	-- Null where it was done to the whole item.
	question_id text,
	act text not null,
	reason text,
	actor text not null,
	-- The minute.
	at timestamptz not null
);
create index forum_question_act_item on forum_question_act (forum, item);
create function forum_question_act_stays() returns trigger language plpgsql as $$ begin raise exception 'acts of moderators stay as they are'; end $$;
create trigger forum_question_act_stays before update or delete on forum_question_act for each statement execute function forum_question_act_stays();

-- A pass for press: a lane of its own, and documents before their time. Whose it is stands nowhere here.
create table forum_press_pass (
	forum text not null,
	number integer not null check (number >= 1),
	-- SHA-256 of the secret in its link. Null once it was taken back.
	secret_hash bytea unique,
	primary key (forum, number)
);
