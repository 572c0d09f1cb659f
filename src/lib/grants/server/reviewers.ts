import * as v from 'valibot';
import { handOutRecord, isAccepted, oweMembers, recordVersion, withholdRecord } from '#lib/circles/server/index.ts';
import { oweNotice } from '#lib/notices/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { isLiving } from '#lib/people/server/index.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { fromText, isLetter, isSignedBy, sha256, toText } from '#lib/vault/envelope.ts';
import { declarationMessage, reviewableParts, takingBackMessage } from '../review.ts';
import { lockedApplication } from './applications.ts';
import { lockedFor } from './access.ts';
import './tables.ts';
import type { ReviewerState } from './tables.ts';
import type { Applied } from './wire.ts';

const letter = v.pipe(v.string(), v.transform((text): Uint8Array => fromText(text) ?? new Uint8Array()), v.check(isLetter));
const generation = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));

export const reviewerShapes = {
	invite: v.strictObject({ invitation: letter, keys: letter, generation, parts: v.pipe(v.array(v.picklist(reviewableParts)), v.maxLength(reviewableParts.length)) }),
	keys: v.strictObject({ keys: letter, generation }),
	role: v.variant('as', [v.strictObject({ as: v.picklist(['ready', 'looks']) }), v.strictObject({ as: v.literal('conflict'), signature: v.pipe(v.string(), v.length(86)) })]),
	declaration: v.strictObject({ conflict: v.boolean(), signature: v.pipe(v.string(), v.length(86)) }),
	takingBack: v.strictObject({ signature: v.pipe(v.string(), v.length(86)) })
};

interface Named {
	readonly application: string;
	readonly account: string;
}

/**
 * Lets somebody from outside review one application: both letters are kept, and the one with the keys is handed over after
 * a declaration only. Again it replaces both, and asks for a declaration again. `moved-on`: keys that are over, somebody
 * who declared a conflict, or an application that was taken back.
 */
export async function inviteReviewer(db: Db, actor: Actor, { application, account, invitation, keys, generation, parts }: v.InferOutput<typeof reviewerShapes.invite> & Named): Promise<Applied> {
	return db.transaction().execute(async (tx) => {
		const row = await lockedFor(tx, actor, application);
		if (!row || !(await isLiving(tx, account))) return { ok: false, reason: 'not-found' };
		if (row.state === 'gone' || generation !== row.generation) return { ok: false, reason: 'moved-on' };
		const isOfficer = await tx.selectFrom('circle_member').select('account_id').where('circle_id', '=', row.core_circle).where('account_id', '=', account).where('left_seq', 'is', null).executeTakeFirst();
		if (isOfficer) return { ok: false, reason: 'malformed' };
		if ((await reviewerRow(tx, { application, account }))?.state === 'conflict') return { ok: false, reason: 'moved-on' };
		const hash = toText(await sha256(invitation));
		const values = { outside: true, state: 'invited' as const, parts, generation, sealed_invitation: Buffer.from(invitation), sealed_keys: Buffer.from(keys), invitation_hash: hash, declaration: null, ...noConflict };
		await tx
			.insertInto('grant_reviewer')
			.values({ application_id: application, account_id: account, ...values })
			.onConflict((conflict) => conflict.columns(['application_id', 'account_id']).doUpdateSet(values))
			.execute();
		await oweNotice(tx, [account]);
		return { ok: true };
	});
}

/** Hands on newer keys to somebody who may review. What was declared stays. */
export async function handKeys(db: Db, actor: Actor, { application, account, keys, generation }: v.InferOutput<typeof reviewerShapes.keys> & Named): Promise<Applied> {
	return db.transaction().execute(async (tx) => {
		const row = await lockedFor(tx, actor, application);
		const reviewer = row && (await reviewerRow(tx, { application, account }));
		if (!row || reviewer?.outside !== true) return { ok: false, reason: 'not-found' };
		if (generation !== row.generation || (reviewer.state !== 'invited' && reviewer.state !== 'ready')) return { ok: false, reason: 'moved-on' };
		await setReviewer(tx, { application, account }, { generation, sealed_keys: Buffer.from(keys) });
		await oweNotice(tx, [account]);
		return { ok: true };
	});
}

/** Ends somebody's access at once: their letters are deleted. What they wrote stays. */
export async function endReviewer(db: Db, actor: Actor, { application, account }: Named): Promise<Applied> {
	return db.transaction().execute(async (tx) => {
		const row = await lockedFor(tx, actor, application);
		const reviewer = row && (await reviewerRow(tx, { application, account }));
		if (reviewer?.outside !== true) return { ok: false, reason: 'not-found' };
		if (reviewer.state === 'invited' || reviewer.state === 'ready') await setReviewer(tx, { application, account }, { state: 'ended', sealed_invitation: null, sealed_keys: null });
		return { ok: true };
	});
}

/**
 * What an officer is in the reviews of an application: `ready` reviews and sees the others' when her own is in; `looks`
 * sees them and does not review any more; `conflict` is handed nothing of the application from then on
 * (`takeBackConflict`). `moved-on`: she has looked already.
 */
export async function takeRole(db: Db, actor: Actor, { application, ...role }: v.InferOutput<typeof reviewerShapes.role> & Pick<Named, 'application'>): Promise<Applied> {
	return db.transaction().execute(async (tx) => {
		const { account } = actor;
		const row = await lockedFor(tx, actor, application);
		if (!row) return { ok: false, reason: 'not-found' };
		const before = await reviewerRow(tx, { application, account });
		if (before?.outside === true && before.state === 'conflict') return { ok: false, reason: 'conflict' };
		if (role.as === 'ready' && before?.outside === false && before.state === 'looks') return { ok: false, reason: 'moved-on' };
		if (role.as === 'conflict' && !(await isDeclared({ application, actor, conflict: true, invitationHash: null }, role.signature))) return { ok: false, reason: 'malformed' };
		const values = { outside: false, state: role.as, parts: [], generation: null, sealed_invitation: null, sealed_keys: null, invitation_hash: null, declaration: role.as === 'conflict' ? role.signature : null, ...(role.as === 'conflict' ? await conflictNow(tx, { circle: row.core_circle, application, before: before?.outside === false ? before.state : null }) : noConflict) };
		await tx
			.insertInto('grant_reviewer')
			.values({ application_id: application, account_id: account, ...values })
			.onConflict((conflict) => conflict.columns(['application_id', 'account_id']).doUpdateSet(values))
			.execute();
		if (role.as === 'conflict') await withholdRecord(tx, { circle: row.core_circle, account, record: application });
		return { ok: true };
	});
}

/** Keeps what an invited person declares. A conflict ends access in the same moment, also later. */
export async function declareConflict(db: Db, actor: Actor, { application, conflict, signature }: v.InferOutput<typeof reviewerShapes.declaration> & Pick<Named, 'application'>): Promise<Applied> {
	const named = { application, account: actor.account };
	return db.transaction().execute(async (tx) => {
		// Locked as for every change of its reviewers, so that nobody is invited anew in the moment of declaring.
		const one = await lockedApplication(tx, application);
		const row = one && (await reviewerRow(tx, named));
		if (!one || row?.outside !== true || row.state === 'ended') return { ok: false, reason: 'not-found' };
		if (row.state === 'conflict') return conflict ? { ok: true } : { ok: false, reason: 'moved-on' };
		if (!(await isDeclared({ application, actor, conflict, invitationHash: row.invitation_hash }, signature))) return { ok: false, reason: 'malformed' };
		const ended = conflict ? { state: 'conflict' as const, sealed_invitation: null, sealed_keys: null, ...(await conflictNow(tx, { circle: one.core_circle, application, before: row.state })) } : { state: 'ready' as const };
		await setReviewer(tx, named, { ...ended, declaration: signature });
		return { ok: true };
	});
}

/** What somebody was before a conflict, and how far the case had come: see *While nobody relied on it*. */
async function conflictNow(tx: Tx, { circle, application, before }: { readonly circle: string; readonly application: string; readonly before: ReviewerState | null }): Promise<{ readonly conflict_from: ReviewerState | null; readonly conflict_at: number }> {
	return { conflict_from: before, conflict_at: await recordVersion(tx, { circle, record: application }) };
}

const noConflict = { conflict_from: null, conflict_at: null } as const;

/**
 * Note: While nobody relied on it.
 * A conflict that was declared by mistake is taken back by whoever declared it, with a signature that stays with the row and
 * that colleagues' browsers verify. Only as long as the application's case is at the version at which it was when the
 * conflict was declared, and nothing is decided: afterwards somebody may have acted as they did because of it. An officer is then what she
 * was before, so that whoever has looked at others' reviews still writes none; somebody from outside has to be invited anew.
 */
export async function takeBackConflict(db: Db, actor: Actor, { application, signature, now }: v.InferOutput<typeof reviewerShapes.takingBack> & Pick<Named, 'application'> & { readonly now: Date }): Promise<Applied> {
	const { account } = actor;
	const named = { application, account };
	return db.transaction().execute(async (tx) => {
		const row = await lockedApplication(tx, application);
		const reviewer = row && (await reviewerRow(tx, named));
		if (!row || !reviewer || (!reviewer.outside && !(await isAccepted(tx, { account, circle: row.core_circle })))) return { ok: false, reason: 'not-found' };
		if (!(await isSignedBy(actor.signing, takingBackMessage(named), fromText(signature) ?? new Uint8Array()))) return { ok: false, reason: 'malformed' };
		if (reviewer.state !== 'conflict') return reviewer.taken_back === null ? { ok: false, reason: 'not-found' } : { ok: true };
		const isUnmoved = reviewer.conflict_at === (await recordVersion(tx, { circle: row.core_circle, record: application }));
		if (!isUnmoved || row.state === 'done' || row.state === 'gone') return { ok: false, reason: 'moved-on' };
		const state = reviewer.outside ? 'ended' : (reviewer.conflict_from ?? 'ended');
		await tx.updateTable('grant_reviewer').set({ state, taken_back: signature, ...noConflict }).where('application_id', '=', application).where('account_id', '=', account).execute();
		await handOutRecord(tx, { circle: row.core_circle, account, record: application });
		await recordDeed(tx, { actor: account, action: 'grants.conflict-back', subject: row.call_id }, hourOf(now));
		await oweMembers(tx, { circle: row.core_circle, but: account });
		return { ok: true };
	});
}

function isDeclared({ application, actor, conflict, invitationHash }: { readonly application: string; readonly actor: Actor; readonly conflict: boolean; readonly invitationHash: string | null }, signature: string): Promise<boolean> {
	return isSignedBy(actor.signing, declarationMessage({ application, account: actor.account, conflict, invitationHash }), fromText(signature) ?? new Uint8Array());
}

/** What somebody is in the reviews of an application; undefined where nothing. */
export async function reviewerRow(db: Db | Tx, { application, account }: Named) {
	return db.selectFrom('grant_reviewer').selectAll().where('application_id', '=', application).where('account_id', '=', account).executeTakeFirst();
}

interface ReviewerChange {
	readonly state?: ReviewerState;
	readonly generation?: number;
	readonly sealed_invitation?: Buffer | null;
	readonly sealed_keys?: Buffer | null;
	readonly declaration?: string;
	readonly conflict_from?: ReviewerState | null;
	readonly conflict_at?: number;
}

async function setReviewer(tx: Tx, { application, account }: Named, change: ReviewerChange): Promise<void> {
	await tx.updateTable('grant_reviewer').set(change).where('application_id', '=', application).where('account_id', '=', account).execute();
}
