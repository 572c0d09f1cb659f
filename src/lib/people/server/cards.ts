import type { Db, Tx } from '#lib/platform/db/database.ts';
import type { SignedEntry } from '#lib/vault/envelope.ts';
import './tables.ts';

/** The first entries of accounts by their ids: their public keys, which the ids certify. Accounts that are not there are left out. */
export async function foundEntries(db: Db | Tx, accounts: readonly string[]): Promise<ReadonlyMap<string, SignedEntry>> {
	if (accounts.length === 0) return new Map();
	const rows = await db.selectFrom('account_entry').select(['account_id', 'body', 'signature']).where('account_id', 'in', accounts).where('seq', '=', 0).execute();
	return new Map(rows.map(({ account_id, body, signature }) => [account_id, { body, signature }]));
}

/** Whether there is such an account, and it has not ended. */
export async function isLiving(db: Db | Tx, account: string): Promise<boolean> {
	return (await db.selectFrom('account').select('id').where('id', '=', account).where('ended_on', 'is', null).executeTakeFirst()) !== undefined;
}
