-- Who receives the newsletter, or was asked whether to. This row is the only place that holds the address: unsubscribing
-- deletes it, and so do seven days without an answer. The tokens stand here as they are in the links, because each later
-- mail repeats them; whoever can read them can read the address beside them, so a hash would protect nothing.
create table newsletter_subscription (
	id uuid primary key default gen_random_uuid(),
	address text not null unique,
	language text not null,
	confirm_token text not null unique,
	unsubscribe_token text not null unique,
	confirmed_at timestamptz,
	-- The last mail that a sign-up led to, how many there were, and whether it still has to be sent.
	mail_asked_at timestamptz not null,
	mails_asked integer not null,
	mail_owed boolean not null
);

create index newsletter_subscription_unconfirmed on newsletter_subscription (mail_asked_at) where confirmed_at is null;
