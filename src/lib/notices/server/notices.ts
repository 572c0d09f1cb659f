import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Config } from '#lib/platform/config.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import type { Chosen, Destination } from '../notice.ts';
import { noticeKey, openDestination, opensWith, sealDestination } from './destinations.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		notice: { account_id: string; sealed_destination: Buffer; stop_hash: Buffer; owed: boolean; told: boolean; told_on: string | null };
	}
}

/**
 * Owes a notice to those of the accounts that asked for notices, in the transaction that brings the news. Leaves nothing
 * of what the news is, who made it or when: one sign for each account, which is gone when they come by.
 */
export async function oweNotice(tx: Tx, accounts: readonly string[]): Promise<void> {
	if (accounts.length === 0) return;
	// In one order, so that two pieces of news for the same people do not wait for each other.
	await sql`
		update notice set owed = true
		from (select account_id from notice where account_id in (${sql.join(accounts)}) and not owed order by account_id for update) as one
		where notice.account_id = one.account_id`.execute(tx);
}

/** Notes that somebody is here: what came until now needs no notice, and what comes from now on may be told again. */
export async function wasHere(db: Db, account: string): Promise<void> {
	await db
		.updateTable('notice')
		.set({ owed: false, told: false })
		.where('account_id', '=', account)
		.where((where) => where.or([where('owed', '=', true), where('told', '=', true)]))
		.execute();
}

/**
 * Keeps where somebody wants to be told, in the place of what was there. Not in the audit: that stays for ever, and this
 * is to be gone when it is switched off.
 */
export async function switchOn({ db, config }: { readonly db: Db; readonly config: Pick<Config, 'dataDir'> }, account: string, destination: Destination): Promise<void> {
	const stopToken = randomBytes(16).toString('base64url');
	const sealed_destination = sealDestination(await noticeKey(config), account, { destination, stopToken });
	const where = { sealed_destination, stop_hash: stopHash(stopToken) };
	await db
		.insertInto('notice')
		.values({ account_id: account, ...where, owed: false, told: false, told_on: null })
		// The day of the last notice stays, so that there is one a day also for who chooses anew.
		.onConflict((conflict) => conflict.column('account_id').doUpdateSet({ ...where, owed: false, told: false }))
		.execute();
}

/** Deletes where somebody wanted to be told. Nothing there is the same. */
export async function switchOff(db: Db | Tx, account: string): Promise<void> {
	await db.deleteFrom('notice').where('account_id', '=', account).execute();
}

/** The same by the link in a notice. An unknown token looks the same: mail providers ask again. */
export async function stopNotices(db: Db, token: string): Promise<{ readonly ok: true }> {
	if (/^[\w-]{22}$/.test(token)) await db.deleteFrom('notice').where('stop_hash', '=', stopHash(token)).execute();
	return { ok: true };
}

function stopHash(token: string): Buffer {
	return createHash('sha256').update(token).digest();
}

/**
 * What somebody chose, for their own eyes; never the address, which a stolen cookie would then read. `mark` is of a push
 * endpoint the hash, by which a browser knows its own.
 */
export async function chosenBy({ db, config }: { readonly db: Db; readonly config: Pick<Config, 'dataDir'> }, account: string): Promise<{ readonly chosen: Chosen; readonly mark: string | null }> {
	const row = await db.selectFrom('notice').select('sealed_destination').where('account_id', '=', account).executeTakeFirst();
	if (!row) return { chosen: 'none', mark: null };
	const kept = openDestination(await noticeKey(config), account, row.sealed_destination);
	if (!kept) return { chosen: 'unreadable', mark: null };
	const { destination } = kept;
	return { chosen: destination.kind, mark: destination.kind === 'push' ? createHash('sha256').update(destination.endpoint).digest('base64url') : null };
}

/** How many destinations the key does not open: those of a backup that came back without it, say. */
export async function unreadableNotices({ db, config }: { readonly db: Db; readonly config: Pick<Config, 'dataDir'> }): Promise<number> {
	const rows = await db.selectFrom('notice').select(['account_id', 'sealed_destination']).execute();
	if (rows.length === 0) return 0;
	const key = await noticeKey(config);
	return rows.filter(({ account_id, sealed_destination }) => !opensWith(key, account_id, sealed_destination)).length;
}
