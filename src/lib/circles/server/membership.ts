import type { Db, Tx } from '#lib/platform/db/database.ts';
import './tables.ts';

/** Where circles are kept, and how many bytes each may hold. */
export interface Ground {
	readonly db: Db;
	readonly quotaBytes: number;
}

/** A circle that the account is in, locked until the transaction ends: writers follow each other. */
export async function lockedCircle(tx: Tx, { account, circle }: { readonly account: string; readonly circle: string }) {
	return tx
		.selectFrom('circle')
		.innerJoin('circle_member', 'circle_member.circle_id', 'circle.id')
		.selectAll('circle')
		.select(['steward', 'accepted'])
		.where('circle.id', '=', circle)
		.where('account_id', '=', account)
		.where('left_seq', 'is', null)
		.forUpdate('circle')
		.executeTakeFirst();
}

/** Whether an account is in a circle now. */
export async function isMember(db: Db | Tx, { account, circle }: { readonly account: string; readonly circle: string }): Promise<boolean> {
	return (await db.selectFrom('circle_member').select('steward').where('circle_id', '=', circle).where('account_id', '=', account).where('left_seq', 'is', null).executeTakeFirst()) !== undefined;
}
