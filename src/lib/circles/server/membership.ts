import { oweNotice, wakeByNotice } from '#lib/notices/server/index.ts';
import type { Jobs } from '#lib/platform/jobs/jobs.ts';
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

/** Owes a notice to everybody who is in a circle now, but for the one whose doing the news is. */
export async function oweMembers(tx: Tx, { circle, but }: { readonly circle: string; readonly but: string }): Promise<void> {
	const rows = await tx.selectFrom('circle_member').select('account_id').where('circle_id', '=', circle).where('left_seq', 'is', null).where('account_id', '!=', but).execute();
	await oweNotice(
		tx,
		rows.map(({ account_id }) => account_id)
	);
}

/** Tells everybody who is in a circle now and asked for notices, at once: see *An hour at which somebody is woken*. */
export async function wakeMembers(tx: Tx, jobs: Pick<Jobs, 'enqueue'>, circle: string): Promise<void> {
	const rows = await tx.selectFrom('circle_member').select('account_id').where('circle_id', '=', circle).where('left_seq', 'is', null).where('accepted', '=', true).execute();
	await wakeByNotice(
		tx,
		jobs,
		rows.map(({ account_id }) => account_id)
	);
}

/** Whether an account is in a circle now. */
export async function isMember(db: Db | Tx, { account, circle }: { readonly account: string; readonly circle: string }): Promise<boolean> {
	return (await db.selectFrom('circle_member').select('steward').where('circle_id', '=', circle).where('account_id', '=', account).where('left_seq', 'is', null).executeTakeFirst()) !== undefined;
}
