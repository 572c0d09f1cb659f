import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { foundEntries, isLiving } from '#lib/people/server/index.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { toText, type SignedEntry } from '#lib/vault/envelope.ts';
import type { CircleAct, CircleEntry } from '../circle-acts.ts';
import { appended, foldKept, type CircleState } from '../circle-log.ts';
import type { AccompanyingRecord, AppendInput, FoundInput, Result } from './answers.ts';
import { lockedCircle, oweMembers, type Ground } from './membership.ts';
import { keepRecord, type Room } from './records.ts';
import './tables.ts';

/**
 * Founds a circle: its first entry, the letter that hands the founder its key, and its first records. Anybody founds the
 * one circle of their own; others are founded by keepers and staff. The same again changes nothing and succeeds.
 */
export async function foundCircle({ db, quotaBytes }: Ground, actor: Actor, { found, letter, records }: FoundInput, now: Date): Promise<Result<{ readonly circle: string }>> {
	const first = await appended(undefined, found, new Map([[actor.account, actor.signing]]));
	if (!first.ok) return { ok: false, reason: first.problem };
	const { state, entry } = first;
	if (!state.own && actor.role === 'member') return { ok: false, reason: 'not-found' };
	if (!mayAccompany(entry.act, records)) return { ok: false, reason: 'malformed' };
	return unlessUndone<{ circle: string }>(db.transaction().execute(async (tx) => {
		const kept = await tx
			.insertInto('circle')
			.values({ id: state.circle, own_of: state.own ? actor.account : null, head_seq: 0, head_hash: state.head.hash, epoch: 1, rotation_due: false, last_change: 0, used_bytes: 0, closed_on: null })
			.onConflict((conflict) => conflict.doNothing())
			.returning('id')
			.executeTakeFirst();
		if (!kept) {
			const again = await tx.selectFrom('circle').select('id').where('id', '=', state.circle).executeTakeFirst();
			return again ? { ok: true, circle: state.circle } : { ok: false, reason: 'moved-on' };
		}
		return keepEntry({ tx, actor, state, entry, signed: found, letter, records, room: { quotaBytes, usedBytes: 0, lastChange: 0 }, now });
	}));
}

/**
 * Adds an entry to a circle's log, in one transaction with what belongs to it: letters, records, who is in the circle,
 * audit. `moved-on` when it does not follow the newest entry: somebody was faster. Otherwise a `LogProblem` says which
 * rule refuses it, and `not-found` everything to who is not in the circle.
 */
export async function appendEntry({ db, quotaBytes }: Ground, actor: Actor, circle: string, { entry: signed, letter, records }: AppendInput, now: Date): Promise<Result<{ readonly circle: string }>> {
	return unlessUndone<{ circle: string }>(db.transaction().execute(async (tx) => {
		const row = await lockedCircle(tx, { account: actor.account, circle });
		if (!row) return { ok: false, reason: 'not-found' };
		const state = await foldKept(await entriesOf(tx, circle));
		const next = await appended(state, signed, new Map([[actor.account, actor.signing]]));
		if (!next.ok) return { ok: false, reason: next.problem === 'wrong-place' ? 'moved-on' : next.problem };
		const { act } = next.entry;
		if (act.do === 'add' && !(await isLiving(tx, act.account))) return { ok: false, reason: 'unknown-account' };
		if ((letter !== undefined) !== needsLetter(act) || !mayAccompany(act, records)) return { ok: false, reason: 'malformed' };
		return keepEntry({ tx, actor, state: next.state, entry: next.entry, signed, letter, records, room: { quotaBytes, usedBytes: row.used_bytes, lastChange: row.last_change }, now });
	}));
}

function needsLetter(act: CircleAct): boolean {
	return act.do === 'add' || 'epoch' in act;
}

/** With founding come name and purpose, and the founder's name; with adding, the name of who was added. */
function mayAccompany(act: CircleAct, records: readonly AccompanyingRecord[]): boolean {
	const kinds = records.map(({ kind, version }) => (version === 1 ? kind : ''));
	if (act.do === 'found') return act.own ? kinds.length === 0 : kinds[0] === 'circle' && (kinds.length === 1 || (kinds.length === 2 && kinds[1] === 'person'));
	return kinds.length === 0 || (act.do === 'add' && kinds.length === 1 && kinds[0] === 'person');
}

interface Kept {
	readonly tx: Tx;
	readonly actor: Actor;
	/** After the entry. */
	readonly state: CircleState;
	readonly entry: CircleEntry;
	readonly signed: SignedEntry;
	readonly letter: Uint8Array | undefined;
	readonly records: readonly AccompanyingRecord[];
	readonly room: Room;
	readonly now: Date;
}

async function keepEntry({ tx, actor, state, entry, signed, letter, records, room, now }: Kept): Promise<Result<{ readonly circle: string }>> {
	const { circle } = state;
	await tx.insertInto('circle_entry').values({ circle_id: circle, seq: entry.seq, body: signed.body, signature: signed.signature, hash: entry.hash }).execute();
	await keepMembers(tx, state, entry);
	if (letter !== undefined) await keepLetter(tx, { state, entry, letter });
	let filled: Room = { ...room, usedBytes: room.usedBytes + signed.body.length };
	for (const { record, ...sealed } of records) {
		const outcome = await keepRecord(tx, { circle, record, ...sealed, epochNow: state.epochs.length, room: filled });
		if (!outcome.ok) return undone(outcome.reason);
		filled = outcome.room;
	}
	await tx
		.updateTable('circle')
		.set({
			head_seq: entry.seq,
			head_hash: entry.hash,
			epoch: state.epochs.length,
			rotation_due: state.rotationDue,
			last_change: filled.lastChange,
			used_bytes: filled.usedBytes,
			closed_on: state.closed ? now.toISOString().slice(0, 10) : null
		})
		.where('id', '=', circle)
		.execute();
	await oweMembers(tx, { circle, but: actor.account });
	await recordDeed(tx, { actor: actor.account, action: `circles.${entry.act.do}`, subject: circle }, hourOf(now));
	return { ok: true, circle };
}

/** Ends the transaction without keeping anything of it; see `unlessUndone`. */
class Undone extends Error {
	readonly reason: 'moved-on' | 'new-epoch' | 'circle-full' | 'malformed';

	constructor(reason: Undone['reason']) {
		super(`Nothing was kept: ${reason}.`);
		this.reason = reason;
	}
}

function undone(reason: Undone['reason']): never {
	throw new Undone(reason);
}

/** The outcome of work that may have ended with `Undone`. */
async function unlessUndone<T extends object>(work: Promise<Result<T>>): Promise<Result<T>> {
	try {
		return await work;
	} catch (error) {
		if (error instanceof Undone) return { ok: false, reason: error.reason };
		throw error;
	}
}

async function keepMembers(tx: Tx, state: CircleState, { act, by, seq }: CircleEntry): Promise<void> {
	const account = 'account' in act ? act.account : by;
	const membership = state.members.get(account);
	if (act.do === 'rotate' || act.do === 'close') return;
	if (membership === undefined) {
		await tx.deleteFrom('circle_keys').where('circle_id', '=', state.circle).where('account_id', '=', account).execute();
		await tx.updateTable('circle_member').set({ steward: false, accepted: false, left_seq: seq }).where('circle_id', '=', state.circle).where('account_id', '=', account).execute();
		return;
	}
	const { steward, accepted } = membership;
	await tx
		.insertInto('circle_member')
		.values({ circle_id: state.circle, account_id: account, steward, accepted, first_seq: seq, left_seq: null })
		.onConflict((conflict) => conflict.columns(['circle_id', 'account_id']).doUpdateSet({ steward, accepted, left_seq: null }))
		.execute();
}

/** One letter for all who are to have the keys; letters that are nobody's newest any more are deleted. */
async function keepLetter(tx: Tx, { state, entry, letter }: { state: CircleState; entry: CircleEntry; letter: Uint8Array }): Promise<void> {
	const { circle } = state;
	const to = entry.act.do === 'add' ? [entry.act.account] : [...state.members.keys()];
	await tx.insertInto('circle_letter').values({ circle_id: circle, seq: entry.seq, up_to: state.epochs.length, by_account: entry.by, sealed_letter: Buffer.from(letter) }).execute();
	await tx
		.insertInto('circle_keys')
		.values(to.map((account_id) => ({ circle_id: circle, account_id, letter_seq: entry.seq })))
		.onConflict((conflict) => conflict.columns(['circle_id', 'account_id']).doUpdateSet({ letter_seq: entry.seq }))
		.execute();
	await tx
		.deleteFrom('circle_letter')
		.where('circle_id', '=', circle)
		.where(({ not, exists, selectFrom }) => not(exists(selectFrom('circle_keys').select('account_id').whereRef('circle_keys.circle_id', '=', 'circle_letter.circle_id').whereRef('letter_seq', '=', 'circle_letter.seq'))))
		.execute();
}

async function entriesOf(tx: Tx, circle: string): Promise<SignedEntry[]> {
	return tx.selectFrom('circle_entry').select(['body', 'signature']).where('circle_id', '=', circle).orderBy('seq').execute();
}

export interface ListedRow {
	readonly id: string;
	readonly own: boolean;
	readonly headSeq: number;
	readonly closedOn: string | null;
}

/** The circles that an account is in. */
export async function circlesOf(db: Db, account: string): Promise<ListedRow[]> {
	const rows = await db
		.selectFrom('circle_member')
		.innerJoin('circle', 'circle.id', 'circle_id')
		.select(['id', 'own_of', 'head_seq', 'closed_on'])
		.where('account_id', '=', account)
		.where('left_seq', 'is', null)
		.orderBy('id')
		.execute();
	return rows.map(({ id, own_of, head_seq, closed_on }) => ({ id, own: own_of !== null, headSeq: head_seq, closedOn: closed_on }));
}

export interface ShownLog {
	readonly entries: readonly SignedEntry[];
	/** First entries, with the public keys, of everybody whom the shown entries name for the first time. */
	readonly cards: Readonly<Record<string, SignedEntry>>;
	readonly closedOn: string | null;
	readonly usedBytes: number;
	readonly quotaBytes: number;
}

/** The log of a circle after an entry. Who has left sees it up to the leaving: how it ended for them is theirs to know. */
export async function logOf({ db, quotaBytes }: Ground, { account, circle, after }: { readonly account: string; readonly circle: string; readonly after: number }): Promise<Result<ShownLog>> {
	const row = await db
		.selectFrom('circle_member')
		.innerJoin('circle', 'circle.id', 'circle_id')
		.select(['left_seq', 'closed_on', 'used_bytes', 'head_seq'])
		.where('circle_id', '=', circle)
		.where('account_id', '=', account)
		.executeTakeFirst();
	if (!row) return { ok: false, reason: 'not-found' };
	const upTo = row.left_seq ?? row.head_seq;
	const [entries, named] = await Promise.all([
		db.selectFrom('circle_entry').select(['body', 'signature']).where('circle_id', '=', circle).where('seq', '>', after).where('seq', '<=', upTo).orderBy('seq').execute(),
		db.selectFrom('circle_member').select('account_id').where('circle_id', '=', circle).where('first_seq', '>', after).where('first_seq', '<=', upTo).execute()
	]);
	const cards = await foundEntries(
		db,
		named.map(({ account_id }) => account_id)
	);
	return { ok: true, entries, cards: Object.fromEntries(cards), closedOn: row.left_seq === null ? row.closed_on : null, usedBytes: row.left_seq === null ? row.used_bytes : 0, quotaBytes };
}

/** The newest letter of keys for a member. */
export async function keysOf(db: Db, { account, circle }: { readonly account: string; readonly circle: string }): Promise<Result<{ readonly upTo: number; readonly by: string; readonly letter: string }>> {
	const row = await db
		.selectFrom('circle_keys')
		.innerJoin('circle_letter', (join) => join.onRef('circle_letter.circle_id', '=', 'circle_keys.circle_id').onRef('circle_letter.seq', '=', 'letter_seq'))
		.select(['up_to', 'by_account', 'sealed_letter'])
		.where('circle_keys.circle_id', '=', circle)
		.where('account_id', '=', account)
		.executeTakeFirst();
	return row ? { ok: true, upTo: row.up_to, by: row.by_account, letter: toText(row.sealed_letter) } : { ok: false, reason: 'not-found' };
}
