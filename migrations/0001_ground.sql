-- Who did what and when, without content. Each entry carries the hash of the one before it, so that an entry cannot be
-- changed or taken out unnoticed; `npm run audit:verify` follows the chain.
create table audit_entry (
	id bigint primary key,
	at timestamptz not null,
	actor text not null,
	action text not null,
	subject text not null,
	previous_hash text not null,
	hash text not null unique
);

create function refuse_change() returns trigger language plpgsql as $$
begin
	raise exception 'audit entries are never changed or removed';
end
$$;

create trigger audit_entry_append_only before update or delete on audit_entry
	for each row execute function refuse_change();
create trigger audit_entry_keep before truncate on audit_entry
	for each statement execute function refuse_change();
