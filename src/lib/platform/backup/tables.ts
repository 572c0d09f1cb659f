import pg from 'pg';
import type { TableShape } from './contents.ts';

/** The same words for the same value, whatever server and account: in force until the transaction ends. */
export const steadySettings = `
	set local client_encoding = 'UTF8'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
	set local timezone = 'UTC'; set local extra_float_digits = 1; set local bytea_output = 'hex';
	set local search_path = public; set local row_security = off; set local statement_timeout = 0; set local lock_timeout = 0;
	set local idle_in_transaction_session_timeout = 0`;

/** A table and its columns as COPY names them. */
export function namesOf({ name, columns }: TableShape): string {
	return `public.${quoted(name)} (${columns.map(quoted).join(', ')})`;
}

export function quoted(name: string): string {
	return pg.escapeIdentifier(name);
}

interface Reference {
	readonly table: string;
	readonly name: string;
	readonly definition: string;
}

interface Trigger {
	readonly table: string;
	readonly name: string;
	readonly enabled: 'O' | 'R' | 'A';
}

/**
 * Takes away for the length of a transaction what would judge rows while they are put back one table after the other:
 * references between tables, and triggers (that of the audit refuses to be emptied; another might write rows of its
 * own). Gives back the function that puts all of it back as it was; references are then checked for every row. Needs
 * no more rights than those of the tables' owner.
 */
export async function loosenTables(client: pg.Client): Promise<() => Promise<void>> {
	const { rows: references } = await client.query<Reference>(`
		select conrelid::regclass::text as table, conname::text as name, pg_get_constraintdef(oid) as definition
		from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace and conparentid = 0 order by conrelid::regclass::text, conname`);
	const { rows: triggers } = await client.query<Trigger>(`
		select tgrelid::regclass::text as table, tgname::text as name, tgenabled::text as enabled
		from pg_trigger t join pg_class c on c.oid = t.tgrelid
		where c.relnamespace = 'public'::regnamespace and not tgisinternal and tgenabled <> 'D'`);
	for (const { table, name } of references) await client.query(`alter table ${table} drop constraint ${quoted(name)}`);
	for (const { table, name } of triggers) await client.query(`alter table ${table} disable trigger ${quoted(name)}`);
	return async () => {
		for (const { table, name, definition } of references) await client.query(`alter table ${table} add constraint ${quoted(name)} ${definition}`);
		for (const { table, name, enabled } of triggers) await client.query(`alter table ${table} enable ${{ O: '', R: 'replica', A: 'always' }[enabled]} trigger ${quoted(name)}`);
	};
}
