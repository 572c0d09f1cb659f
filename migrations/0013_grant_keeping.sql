-- What happens to the keys of applications when somebody is removed, a paper is lost, or their time is over.

-- After a removal what was sealed is sealed again under other secrets (`generation`); what was signed inside stays, and was
-- signed in this generation. Null: in the one in which it is sealed.
alter table grant_part add column written integer;
alter table grant_message add column written integer;

-- Of a letter to a circle: the epoch of its inbox, so that it is seen which applications are still under an older one.
-- Null of letters to receipts and accounts.
alter table grant_letter add column epoch integer;

-- Since which day it is done or gone: from then on its keeping time runs. Null while it is neither.
alter table grant_application add column ended_on date;

-- How many applications of a call were shredded: all that is kept of them.
alter table grant_call add column shredded integer not null default 0;

-- New receipts for lost ones. Officers make a link; whoever opens it makes words in her own browser and leaves the public
-- half here; 72 hours later, unless who has the old words objected, officers' browsers seal to it. Goes with its application.
create table grant_receipt_again (
	application_id text not null references grant_application (id),
	-- 1 for the first.
	number integer not null check (number >= 1),
	-- SHA-256 of the link's secret; null once it was used.
	link_hash bytea unique,
	expires_at timestamptz not null,
	-- Public keys and the hash of a mailbox, as the new receipt's own browser signed them. Null until then.
	card text,
	-- The hour in which the card came.
	asked_at timestamptz,
	-- What the call's key signed of the card, from when on it is the application's receipt.
	attested text,
	attested_signature text,
	-- The holder of the old words objected, or officers took it back.
	stopped boolean not null default false,
	primary key (application_id, number)
);

-- An application that nobody made: sealed by the first officer's browser of the day as the public form does it, and opened by
-- every other one, so that it shows when the form and the readers no longer fit together. One for each call.
create table grant_canary (
	call_id text primary key references grant_call (id),
	made_on date not null,
	sealed_application bytea not null
);
alter table grant_canary alter column sealed_application set storage external;
