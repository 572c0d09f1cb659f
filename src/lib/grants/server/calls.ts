import { inboxFor, isAccepted } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Tx } from '#lib/platform/db/database.ts';
import { announcePublication } from '#lib/platform/db/publications.ts';
import type { House } from '#lib/platform/house.ts';
import { entryHash, type SignedEntry } from '#lib/vault/envelope.ts';
import type { CallInbox, CallInboxes } from '../call.ts';
import { appendedToCall, foldCall, type CallEntry, type CallState } from '../call-log.ts';
import { timeProblem } from '../call-standing.ts';
import { closesAt } from '../deadline.ts';
import type { CallReason, CallResult } from './call-answers.ts';
import './tables.ts';

/** What calls need of the house. */
export type CallGround = Pick<House, 'db' | 'clock'>;

/** What pages that show this call are dropped by. */
export function callTag(slug: string): string {
	return `call:${slug}`;
}

/** What pages that show which calls there are are dropped by. */
export const callsTag = 'grants';

type Published = CallResult<{ readonly call: string; readonly slug: string }>;

/**
 * Publishes a call: its first entry, by a keeper or somebody of the staff who is an accepted member of every circle that
 * will read parts of applications. The same again changes nothing and succeeds.
 */
export async function publishCall({ db, clock }: CallGround, actor: Actor, signed: SignedEntry, now: Date): Promise<Published> {
	if (actor.role === 'member') return { ok: false, reason: 'not-found' };
	const first = await appendedToCall(undefined, signed);
	if (!first.ok) return { ok: false, reason: first.problem };
	const { state, entry } = first;
	const { call, slug } = state;
	const clockSays = await clock.state(now);
	return db.transaction().execute(async (tx): Promise<Published> => {
		if (await isPublished(tx, call)) return { ok: true, call, slug };
		const problem = timeProblem(undefined, entry, { now, clock: clockSays }) ?? (await inboxProblem(tx, actor, Object.values(state.inboxes)));
		if (problem !== undefined) return { ok: false, reason: problem };
		const kept = await tx.insertInto('grant_call').values({ id: call, slug, ...rowOf(state) }).onConflict((conflict) => conflict.doNothing()).returning('id').executeTakeFirst();
		// Sent twice at once, the second finds here what it did not find above.
		if (!kept) return (await isPublished(tx, call)) ? { ok: true, call, slug } : { ok: false, reason: 'slug-taken' };
		await keepEntry({ tx, actor, state, entry, signed, now });
		return { ok: true, call, slug };
	});
}

/**
 * Adds an entry to a call's log, by a keeper or somebody of the staff who is an accepted member of the call's core circle
 * (whose records hold the key that signs it). `moved-on` when it does not follow the newest entry: somebody was faster.
 * The same again changes nothing and succeeds.
 */
export async function appendToCall({ db, clock }: CallGround, actor: Actor, slug: string, signed: SignedEntry, now: Date): Promise<Published> {
	const clockSays = await clock.state(now);
	return db.transaction().execute(async (tx): Promise<Published> => {
		const row = await callForOfficer(tx, actor, slug);
		if (!row) return { ok: false, reason: 'not-found' };
		const state = await keptState(tx, row.id);
		if (state.hashes.includes(await entryHash(signed.body))) return { ok: true, call: row.id, slug };
		const next = await appendedToCall(state, signed);
		if (!next.ok) return { ok: false, reason: next.problem === 'wrong-place' ? 'moved-on' : next.problem };
		const { act } = next.entry;
		const problem = timeProblem(state, next.entry, { now, clock: clockSays }) ?? (act.do === 'renew' ? await inboxProblem(tx, actor, changedInboxes(state.inboxes, act.inboxes)) : undefined);
		if (problem !== undefined) return { ok: false, reason: problem };
		await tx.updateTable('grant_call').set(rowOf(next.state)).where('id', '=', row.id).execute();
		await keepEntry({ tx, actor, state: next.state, entry: next.entry, signed, now });
		return { ok: true, call: row.id, slug };
	});
}

/** The row of a call whose core circle the actor is in, locked until the transaction ends; undefined for anybody else. */
export async function callForOfficer(tx: Tx, actor: Actor, slug: string) {
	if (actor.role === 'member') return undefined;
	const row = await tx.selectFrom('grant_call').selectAll().where('slug', '=', slug).forUpdate().executeTakeFirst();
	return row && (await isAccepted(tx, { account: actor.account, circle: row.core_circle })) ? row : undefined;
}

async function isPublished(tx: Tx, call: string): Promise<boolean> {
	return (await tx.selectFrom('grant_call').select('id').where('id', '=', call).executeTakeFirst()) !== undefined;
}

/** What a call's kept log comes to. */
export async function keptState(tx: Tx, call: string): Promise<CallState> {
	const entries = await tx.selectFrom('grant_call_entry').select(['body', 'signature']).where('call_id', '=', call).orderBy('seq').execute();
	const folded = await foldCall(entries);
	if (!folded.ok) throw new Error(`the log of a call does not hold together: entry ${folded.seq} is ${folded.problem}`);
	return folded.state;
}

/** Whose inbox did not change may have others renew it: an officer is not in every circle that reads. */
function changedInboxes(before: CallInboxes, after: CallInboxes): CallInbox[] {
	return (['core', 'identity', 'payee'] as const).filter((part) => JSON.stringify(sorted(before[part])) !== JSON.stringify(sorted(after[part]))).map((part) => after[part]);
}

function sorted({ circle, epoch, recipient }: CallInbox): unknown[] {
	return [circle, epoch, recipient];
}

/** Why parts of applications may not be sealed to these inboxes; undefined if they may. Circles are locked in one order, so that two who renew wait for each other. */
async function inboxProblem(tx: Tx, actor: Actor, inboxes: readonly CallInbox[]): Promise<CallReason | undefined> {
	for (const { circle, epoch, recipient } of inboxes.toSorted((a, b) => (a.circle < b.circle ? -1 : 1))) {
		const found = await inboxFor(tx, { account: actor.account, circle });
		if (!found.ok) return found.reason;
		if (found.epoch.epoch !== epoch || found.epoch.inbox !== recipient) return 'stale-inbox';
	}
	return undefined;
}

/** What of a call's state stands in columns, for what asks without reading the log. */
function rowOf({ stage, deadline, head, inboxes }: CallState) {
	return {
		stage,
		deadline_at: deadline && closesAt(deadline),
		head_seq: head.seq,
		head_hash: head.hash,
		core_circle: inboxes.core.circle,
		identity_circle: inboxes.identity.circle,
		payee_circle: inboxes.payee.circle
	};
}

interface Kept {
	readonly tx: Tx;
	readonly actor: Actor;
	/** After the entry. */
	readonly state: CallState;
	readonly entry: CallEntry;
	readonly signed: SignedEntry;
	readonly now: Date;
}

async function keepEntry({ tx, actor, state, entry, signed, now }: Kept): Promise<void> {
	const { call, slug } = state;
	await tx.insertInto('grant_call_entry').values({ call_id: call, seq: entry.seq, body: signed.body, signature: signed.signature, hash: entry.hash }).execute();
	await recordDeed(tx, { actor: actor.account, action: `grants.${entry.act.do}`, subject: call }, hourOf(now));
	await announcePublication(tx, [callsTag, callTag(slug)]);
}
