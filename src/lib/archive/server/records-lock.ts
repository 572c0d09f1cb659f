import { sql } from 'kysely';
import type { Tx } from '#lib/platform/db/database.ts';

/** Any fixed number: two imports follow one another (pg_advisory_xact_lock). */
const importLock = 4_702_121;

/** Nobody else changes the record in this transaction's time. */
export async function lockRecord(tx: Tx): Promise<void> {
	await sql`select pg_advisory_xact_lock(${importLock})`.execute(tx);
}
