import type { Db, Tx } from '#lib/platform/db/database.ts';
import type { AnnouncedEpoch } from '../circle-acts.ts';
import { announcedEpochs, foldKept } from '../circle-log.ts';
import { lockedCircle } from './membership.ts';
import './tables.ts';

export type FoundInbox = { readonly ok: true; readonly epoch: AnnouncedEpoch } | { readonly ok: false; readonly reason: 'not-found' | 'circle-closed' | 'rotation-due' };

/**
 * The newest epoch of a circle, for a member who has accepted: what others seal to from now on. The circle stays as it is
 * until the transaction ends. While a new key is due, there is none: somebody who left still has the newest one.
 */
export async function inboxFor(tx: Tx, { account, circle }: { readonly account: string; readonly circle: string }): Promise<FoundInbox> {
	const row = await lockedCircle(tx, { account, circle });
	if (row?.accepted !== true) return { ok: false, reason: 'not-found' };
	if (row.closed_on !== null) return { ok: false, reason: 'circle-closed' };
	if (row.rotation_due) return { ok: false, reason: 'rotation-due' };
	const entries = await tx.selectFrom('circle_entry').select(['body', 'signature']).where('circle_id', '=', circle).orderBy('seq').execute();
	const epoch = announcedEpochs(await foldKept(entries)).get(row.epoch);
	if (epoch === undefined) throw new Error('a circle whose log lacks its newest epoch');
	return { ok: true, epoch };
}

/** Whether an account is in a circle now and has accepted to be. */
export async function isAccepted(db: Db | Tx, { account, circle }: { readonly account: string; readonly circle: string }): Promise<boolean> {
	const row = await db.selectFrom('circle_member').select('accepted').where('circle_id', '=', circle).where('account_id', '=', account).where('left_seq', 'is', null).executeTakeFirst();
	return row?.accepted === true;
}

/** Whether an account is a steward of a circle now. */
export async function isSteward(db: Db | Tx, { account, circle }: { readonly account: string; readonly circle: string }): Promise<boolean> {
	const row = await db.selectFrom('circle_member').select('steward').where('circle_id', '=', circle).where('account_id', '=', account).where('left_seq', 'is', null).executeTakeFirst();
	return row?.steward === true;
}

/** The epoch in which somebody outside seals to a circle now; undefined where it is closed, or a new key is due. */
export async function inboxEpoch(db: Db | Tx, circle: string): Promise<number | undefined> {
	const row = await db.selectFrom('circle').select('epoch').where('id', '=', circle).where('closed_on', 'is', null).where('rotation_due', '=', false).executeTakeFirst();
	return row?.epoch;
}
