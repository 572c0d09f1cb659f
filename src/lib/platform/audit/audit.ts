import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Tx } from '../db/database.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		audit_entry: AuditEntry;
	}
}

/** Who did what to what, and when. Words of the programme and opaque ids only: never content, a name or an address. */
export interface AuditEntry {
	id: number;
	at: Date;
	actor: string;
	action: string;
	subject: string;
	previous_hash: string;
	hash: string;
}

export interface Deed {
	/** An account's id, `operator` (a command on the server) or `visitor`. */
	readonly actor: string;
	/** Domain and verb: `archive.import`. */
	readonly action: string;
	/** The opaque id of what it was done to. */
	readonly subject: string;
}

/** The hash before the first entry. */
const beginning = '0'.repeat(64);
/** Any fixed number: entries are chained one after the other (pg_advisory_xact_lock). */
const chainLock = 4_702_120;

/** Adds an entry to the chain, in the transaction of the deed itself: both are kept or neither is. */
export async function recordDeed(tx: Tx, deed: Deed, now: Date): Promise<void> {
	await sql`select pg_advisory_xact_lock(${chainLock})`.execute(tx);
	const last = await tx.selectFrom('audit_entry').select(['id', 'hash']).orderBy('id', 'desc').limit(1).executeTakeFirst();
	const entry = { id: (last?.id ?? 0) + 1, at: now, ...deed, previous_hash: last?.hash ?? beginning };
	await tx.insertInto('audit_entry').values({ ...entry, hash: hashOf(entry) }).execute();
}

/** SHA-256, hex, over the entry's fields as a JSON array: no two different entries have the same serialisation. */
function hashOf({ id, at, actor, action, subject, previous_hash }: Omit<AuditEntry, 'hash'>): string {
	return createHash('sha256').update(JSON.stringify([id, at.toISOString(), actor, action, subject, previous_hash])).digest('hex');
}

export type ChainReport =
	| { readonly ok: true; readonly entries: number; readonly head: string }
	| { readonly ok: false; readonly entry: number; readonly problem: 'missing' | 'changed' };

/**
 * Follows the chain from its beginning. `missing`: an entry was taken out before the named one; `changed`: the named
 * entry is not what was written. An operator who keeps `head` elsewhere can also tell whether the end was cut off.
 */
export async function verifyChain(db: Db): Promise<ChainReport> {
	let previous = { id: 0, hash: beginning };
	for (;;) {
		const page = await db.selectFrom('audit_entry').selectAll().where('id', '>', previous.id).orderBy('id').limit(5000).execute();
		if (page.length === 0) return { ok: true, entries: previous.id, head: previous.hash };
		for (const entry of page) {
			if (entry.id !== previous.id + 1) return { ok: false, entry: entry.id, problem: 'missing' };
			if (entry.previous_hash !== previous.hash || entry.hash !== hashOf(entry)) return { ok: false, entry: entry.id, problem: 'changed' };
			previous = entry;
		}
	}
}
