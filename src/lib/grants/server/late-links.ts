import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { fromText } from '#lib/vault/envelope.ts';
import { isLateSecret, lateDays, lateLinkHash } from '../late-link.ts';
import type { CallResult } from './call-answers.ts';
import { callForOfficer, type CallGround } from './calls.ts';
import './tables.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Makes a link by which one application may come after the deadline, of which the server is told the hash alone. Who made
 * it stands in the audit; for whom, only the officers know. Gives back until when it can be used.
 */
export async function makeLateLink({ db }: Pick<CallGround, 'db'>, actor: Actor, { slug, hash, now }: { readonly slug: string; readonly hash: string; readonly now: Date }): Promise<CallResult<{ readonly expiresAt: string }>> {
	return db.transaction().execute(async (tx) => {
		const row = await callForOfficer(tx, actor, slug);
		if (!row) return { ok: false, reason: 'not-found' };
		if (row.deadline_at === null) return { ok: false, reason: 'wrong-kind' };
		// What was decided among others is not decided again for one who comes later.
		if (row.stage === 'decided' || row.stage === 'archived') return { ok: false, reason: 'wrong-stage' };
		const expires_at = new Date(hourOf(now).getTime() + lateDays * dayMs);
		const made = await tx
			.insertInto('grant_late_link')
			.values({ token_hash: Buffer.from(fromText(hash) ?? []), call_id: row.id, made_on: now.toISOString().slice(0, 10), expires_at })
			.onConflict((conflict) => conflict.doNothing())
			.returning('call_id')
			.executeTakeFirst();
		if (!made) return { ok: false, reason: 'as-it-is' };
		await recordDeed(tx, { actor: actor.account, action: 'grants.late-link', subject: row.id }, hourOf(now));
		return { ok: true, expiresAt: expires_at.toISOString() };
	});
}

/** The late links of a call that can still be used or were, the last to expire first: for its officers. */
export async function lateLinks({ db }: Pick<CallGround, 'db'>, actor: Actor, slug: string): Promise<CallResult<{ readonly links: readonly { readonly expiresAt: string; readonly used: boolean }[] }>> {
	return db.transaction().execute(async (tx) => {
		const row = await callForOfficer(tx, actor, slug);
		if (!row) return { ok: false, reason: 'not-found' };
		const links = await tx.selectFrom('grant_late_link').select(['expires_at', 'used']).where('call_id', '=', row.id).orderBy('expires_at', 'desc').execute();
		return { ok: true, links: links.map(({ expires_at, used }) => ({ expiresAt: expires_at.toISOString(), used })) };
	});
}

/** Uses a late link, in the transaction that keeps the application; false for one that is unknown, of another call, used or expired. */
export async function useLateLink(tx: Tx, { call, secret, now }: { readonly call: string; readonly secret: string; readonly now: Date }): Promise<boolean> {
	if (!isLateSecret(secret)) return false;
	const token_hash = Buffer.from(fromText(await lateLinkHash(secret)) ?? []);
	const used = await tx
		.updateTable('grant_late_link')
		.set({ used: true })
		.where('token_hash', '=', token_hash)
		.where('call_id', '=', call)
		.where('used', '=', false)
		.where('expires_at', '>', now)
		.returning('call_id')
		.executeTakeFirst();
	if (!used) return false;
	await recordDeed(tx, { actor: 'visitor', action: 'grants.late-link-used', subject: call }, hourOf(now));
	return true;
}

/** Forgets links that can no longer be used; that they were made and used stays in the audit. */
export async function forgetLateLinks(db: Db, now: Date): Promise<void> {
	await db.deleteFrom('grant_late_link').where('expires_at', '<=', now).execute();
}
