import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import './tables.ts';

/**
 * Note: What is remembered between the two halves of a sign-in.
 * A random challenge, or OPAQUE's server state, for minutes, and used once. It lies in the database because the second
 * half may come to another process than the first; the table is unlogged, so it is in no write-ahead log and a crash
 * empties it. That costs somebody a second try and nothing else. There are never more than `most`: the oldest go.
 */
export type Purpose = 'passphrase' | 'passkey' | 'kit' | 'new-passkey';

/** Making an account takes as long as writing down 24 words. */
const lifeMs: Readonly<Record<Purpose, number>> = { passphrase: 5 * 60_000, passkey: 5 * 60_000, kit: 5 * 60_000, 'new-passkey': 60 * 60_000 };
const most = 20_000;

/** Keeps something under a random id, 32 bytes as base64url, which can itself serve as the challenge. */
export async function holdChallenge(db: Db, purpose: Purpose, held: string, now: Date): Promise<string> {
	const id = randomBytes(32).toString('base64url');
	await sql`delete from challenge where expires_at <= ${now} or id in (select id from challenge order by expires_at desc offset ${most - 1})`.execute(db);
	await db.insertInto('challenge').values({ id, purpose, held, expires_at: new Date(now.getTime() + lifeMs[purpose]) }).execute();
	return id;
}

/** Gives back what was kept, once; undefined for what is unknown, used, too old or for another purpose. */
export async function takeChallenge(db: Db | Tx, purpose: Purpose, id: string, now: Date): Promise<string | undefined> {
	const row = await db.deleteFrom('challenge').where('id', '=', id).where('purpose', '=', purpose).returning(['held', 'expires_at']).executeTakeFirst();
	return row && row.expires_at > now ? row.held : undefined;
}
