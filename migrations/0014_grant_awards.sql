-- What deciders hand to payers and payers hand back, both ways sealed to the other circle's inbox: the newest of each
-- payment and way. A payment's id is random, so that a row does not say which application was granted anything; the server
-- does not keep who sent it, or when. Rows go with their call.
create table grant_payment_letter (
	call_id text not null references grant_call (id),
	payment text not null,
	-- Which of the call's circles opens it: the one that pays, or the one that decides.
	reader text not null check (reader in ('payee', 'core')),
	version integer not null check (version >= 1),
	epoch integer not null,
	sealed_letter bytea not null,
	primary key (payment, reader)
);
create index grant_payment_letter_call on grant_payment_letter (call_id, reader);
alter table grant_payment_letter alter column sealed_letter set storage external;

-- What is published of grants: sums over at least ten (see *What is published of grants* in pooling.ts), a signed chain of
-- statements. Public, and for good.
create table grant_release (
	seq integer primary key check (seq >= 0),
	body text not null,
	signature text not null,
	hash text not null
);
create trigger grant_release_append_only before update or delete on grant_release
	for each row execute function refuse_rewriting();
