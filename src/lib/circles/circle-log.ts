import { entryMessage, fromText, idOfHash, isSignedBy, type SignedEntry } from '#lib/vault/envelope.ts';
import { readEntry, type AnnouncedEpoch, type CircleAct, type CircleEntry } from './circle-acts.ts';

/** Somebody who is in the circle now. */
export interface Membership {
	readonly account: string;
	readonly steward: boolean;
	/** False from being added until the person said yes: may read, and neither write nor decide. */
	readonly accepted: boolean;
	readonly sinceEpoch: number;
	/** The entry that added the person. */
	readonly sinceSeq: number;
	/** Who added the person; of the founder themselves. */
	readonly addedBy: string;
	readonly invitation: string | null;
}

/** One generation of the circle's key, from the entry that began it. */
export interface Epoch {
	readonly announced: AnnouncedEpoch;
	readonly beganAt: number;
	readonly by: string;
}

/** What holds after one entry, as far as what was written then is judged by it later. */
interface Moment {
	readonly hash: string;
	readonly epoch: number;
	readonly rotationDue: boolean;
	readonly closed: boolean;
	readonly members: ReadonlyMap<string, Membership>;
}

/** What a circle's log comes to. */
export interface CircleState {
	readonly circle: string;
	/** The circle of one account alone, for its notes to itself. */
	readonly own: boolean;
	readonly founder: string;
	/** Every entry, in order. */
	readonly entries: readonly CircleEntry[];
	readonly head: { readonly seq: number; readonly hash: string };
	readonly members: ReadonlyMap<string, Membership>;
	/** The first is epoch 1. */
	readonly epochs: readonly Epoch[];
	/** Somebody left by themselves: nothing is written until the next epoch has begun. */
	readonly rotationDue: boolean;
	readonly closed: boolean;
	/** What held after each entry. */
	readonly moments: readonly Moment[];
}

/** Why an entry is refused. */
export type LogProblem =
	/** Not an entry in the one form that we write. */
	| 'malformed'
	/** Of another log. */
	| 'wrong-log'
	/** Not the next entry after the newest. */
	| 'wrong-place'
	/** Signed by somebody whose keys are not known. */
	| 'unknown-account'
	/** Not signed by whom it names. */
	| 'forged'
	| 'closed'
	| 'not-a-member'
	/** The person has not yet accepted to be a member. */
	| 'not-accepted'
	| 'not-a-steward'
	| 'already-a-member'
	| 'already-accepted'
	/** It would change nothing. */
	| 'as-it-is'
	/** Members would be left without a steward. */
	| 'last-steward'
	/** Who is alone cannot leave; the circle is closed instead. */
	| 'last-member'
	/** Whoever wants to go, leaves. */
	| 'removes-oneself'
	/** Not the epoch after the newest, or with a key that was used before. */
	| 'wrong-epoch'
	/** Only stewards rotate while nothing asks for it. */
	| 'no-rotation-due'
	/** Nobody is added before the next epoch has begun. */
	| 'rotation-due'
	/** The circle of one account stays that. */
	| 'own-circle'
	| 'too-many';

/** As many as one letter of keys can be sealed to, with room. */
export const mostMembers = 300;

/** Raw Ed25519 keys by account id, each certified by the id. */
export type SigningKeys = ReadonlyMap<string, Uint8Array>;

export type Folded =
	| { readonly ok: true; readonly state: CircleState }
	/** `seq` is the place of the entry that is refused. */
	| { readonly ok: false; readonly seq: number; readonly problem: LogProblem };

/** What a whole log comes to, each entry read, its signature and place checked and its rule asked; or the first that is refused. */
export async function foldCircle(entries: readonly SignedEntry[], keys: SigningKeys): Promise<Folded> {
	let state: CircleState | undefined;
	for (const [seq, entry] of entries.entries()) {
		const next = await appended(state, entry, keys);
		if (!next.ok) return { ok: false, seq, problem: next.problem };
		state = next.state;
	}
	return state === undefined ? { ok: false, seq: 0, problem: 'malformed' } : { ok: true, state };
}

/** The state after one more entry; `state` is undefined before the first. */
export async function appended(state: CircleState | undefined, signed: SignedEntry, keys: SigningKeys): Promise<Appended> {
	const entry = await readEntry(signed);
	if (entry === undefined) return { ok: false, problem: 'malformed' };
	const problem = mayAppend(state, entry);
	if (problem !== undefined) return { ok: false, problem };
	const key = keys.get(entry.by);
	if (key === undefined) return { ok: false, problem: 'unknown-account' };
	if (!(await isSignedBy(key, entryMessage(signed.body), fromText(signed.signature) ?? new Uint8Array()))) return { ok: false, problem: 'forged' };
	return { ok: true, state: following(state, entry), entry };
}

export type Appended = { readonly ok: true; readonly state: CircleState; readonly entry: CircleEntry } | { readonly ok: false; readonly problem: LogProblem };

/**
 * What a log comes to whose signatures and rules were checked when it was kept: for the server's own rows. A browser
 * never takes this way.
 */
export async function foldKept(entries: readonly SignedEntry[]): Promise<CircleState> {
	let state: CircleState | undefined;
	for (const kept of entries) {
		const entry = await readEntry(kept);
		if (entry === undefined) throw new Error('A kept entry of a circle log cannot be read.');
		state = following(state, entry);
	}
	if (state === undefined) throw new Error('A circle without a log.');
	return state;
}

function following(state: CircleState | undefined, entry: CircleEntry): CircleState {
	return state === undefined ? begun(entry) : after(state, entry);
}

/** Why this entry may not come next; undefined if it may. Place and rules, not the signature. */
function mayAppend(state: CircleState | undefined, entry: CircleEntry): LogProblem | undefined {
	const { act } = entry;
	if (state === undefined) {
		if (entry.seq !== 0) return 'wrong-place';
		return act.do !== 'found' ? 'wrong-log' : act.epoch.epoch === 1 ? undefined : 'wrong-epoch';
	}
	if (entry.seq !== state.head.seq + 1 || entry.previous !== state.head.hash) return 'wrong-place';
	if (entry.of !== state.circle) return 'wrong-log';
	return mayDo(state, entry.by, act);
}

/** Why this person may not do this now; undefined if they may. What pages ask, too, before they offer it. */
export function mayDo(state: CircleState, by: string, act: CircleAct): LogProblem | undefined {
	if (state.closed) return 'closed';
	const author = state.members.get(by);
	if (author === undefined) return 'not-a-member';
	if (state.own && act.do !== 'rotate') return 'own-circle';
	if (!author.accepted && act.do !== 'accept' && act.do !== 'leave') return 'not-accepted';
	switch (act.do) {
		case 'found':
			return 'wrong-log';
		case 'accept':
			return author.accepted ? 'already-accepted' : undefined;
		case 'leave':
			if (state.members.size === 1) return 'last-member';
			return author.steward && stewardsOf(state).length === 1 ? 'last-steward' : undefined;
		case 'rotate':
			if (!author.steward && !state.rotationDue) return 'no-rotation-due';
			return isNext(state, act.epoch) ? undefined : 'wrong-epoch';
		case 'add':
			if (!author.steward) return 'not-a-steward';
			if (state.members.has(act.account)) return 'already-a-member';
			if (state.rotationDue) return 'rotation-due';
			return state.members.size < mostMembers ? undefined : 'too-many';
		case 'steward':
			return author.steward ? mayMakeSteward(state, act) : 'not-a-steward';
		case 'remove':
			if (!author.steward) return 'not-a-steward';
			if (act.account === by) return 'removes-oneself';
			if (!state.members.has(act.account)) return 'not-a-member';
			return isNext(state, act.epoch) ? undefined : 'wrong-epoch';
		case 'close':
			return author.steward ? undefined : 'not-a-steward';
	}
}

function mayMakeSteward(state: CircleState, { account, is }: { readonly account: string; readonly is: boolean }): LogProblem | undefined {
	const other = state.members.get(account);
	if (other === undefined) return 'not-a-member';
	if (other.steward === is) return 'as-it-is';
	if (!other.accepted) return 'not-accepted';
	return !is && stewardsOf(state).length === 1 ? 'last-steward' : undefined;
}

/** Why this person may not write a record now; undefined if they may. */
export function mayWrite(state: CircleState, by: string): 'closed' | 'not-a-member' | 'not-accepted' | 'rotation-due' | undefined {
	if (state.closed) return 'closed';
	const author = state.members.get(by);
	if (author === undefined) return 'not-a-member';
	if (!author.accepted) return 'not-accepted';
	return state.rotationDue ? 'rotation-due' : undefined;
}

/** The newest epoch: the only one in which anything is written. */
function currentEpoch(state: CircleState): Epoch {
	const newest = state.epochs.at(-1);
	if (newest === undefined) throw new Error('A circle without an epoch.');
	return newest;
}

/** What the log announced of each epoch, by its number. */
export function announcedEpochs(state: CircleState): ReadonlyMap<number, AnnouncedEpoch> {
	return new Map(state.epochs.map(({ announced }) => [announced.epoch, announced]));
}

/** Whether somebody belonged to the circle at any moment of an epoch. */
export function wasMemberIn(state: CircleState, account: string, epoch: number): boolean {
	return state.moments.some((moment) => moment.epoch === epoch && moment.members.has(account));
}

/** Somebody's membership as it was after an entry; undefined where there was none, or no such entry. */
export function membershipAt(state: CircleState, account: string, seq: number): Membership | undefined {
	return state.moments[seq]?.members.get(account);
}

/**
 * How the newest entry that an author had seen goes with this log. `ahead`: the author knew more than is shown here.
 * `forked`: the author saw another history. `against-the-rules`: in the author's own view nothing could be written so.
 */
export function judgeHead(state: CircleState, { author, epoch, head }: { readonly author: string; readonly epoch: number; readonly head: { readonly seq: number; readonly hash: string } }): 'fits' | 'ahead' | 'forked' | 'against-the-rules' {
	const moment = state.moments[head.seq];
	if (moment === undefined) return Number.isSafeInteger(head.seq) && head.seq > state.head.seq ? 'ahead' : 'forked';
	if (moment.hash !== head.hash) return 'forked';
	const membership = moment.members.get(author);
	const could = membership?.accepted === true && moment.epoch === epoch && !moment.rotationDue && !moment.closed;
	return could ? 'fits' : 'against-the-rules';
}

function stewardsOf({ members }: Pick<CircleState, 'members'>): Membership[] {
	return [...members.values()].filter(({ steward }) => steward);
}

/** A key that was used before would open to whoever was removed since. */
function isNext(state: CircleState, { epoch, inbox, check }: AnnouncedEpoch): boolean {
	return epoch === currentEpoch(state).announced.epoch + 1 && state.epochs.every(({ announced }) => announced.inbox !== inbox && announced.check !== check);
}

function begun(entry: CircleEntry): CircleState {
	const { act, by, hash } = entry;
	if (act.do !== 'found') throw new Error('A circle begins by being founded.');
	const founder: Membership = { account: by, steward: true, accepted: true, sinceEpoch: 1, sinceSeq: 0, addedBy: by, invitation: null };
	const members = new Map([[by, founder]]);
	return {
		circle: idOfHash(hash),
		own: act.own,
		founder: by,
		entries: [entry],
		head: { seq: 0, hash },
		members,
		epochs: [{ announced: act.epoch, beganAt: 0, by }],
		rotationDue: false,
		closed: false,
		moments: [{ hash, epoch: 1, rotationDue: false, closed: false, members }]
	};
}

/** The state after an entry that was found to be allowed. */
function after(state: CircleState, entry: CircleEntry): CircleState {
	const { act, by, seq, hash } = entry;
	const members = membersAfter(state, entry);
	const epochs = 'epoch' in act ? [...state.epochs, { announced: act.epoch, beganAt: seq, by }] : state.epochs;
	const rotationDue = act.do === 'leave' || (state.rotationDue && !('epoch' in act));
	const closed = act.do === 'close';
	return {
		...state,
		entries: [...state.entries, entry],
		head: { seq, hash },
		members,
		epochs,
		rotationDue,
		closed,
		moments: [...state.moments, { hash, epoch: epochs.length, rotationDue, closed, members }]
	};
}

function membersAfter({ members, epochs }: CircleState, { act, by, seq }: CircleEntry): ReadonlyMap<string, Membership> {
	const next = new Map(members);
	const change = (account: string, changed: Partial<Membership>): void => {
		const membership = next.get(account);
		if (membership !== undefined) next.set(account, { ...membership, ...changed });
	};
	if (act.do === 'add') {
		next.set(act.account, { account: act.account, steward: false, accepted: false, sinceEpoch: epochs.length, sinceSeq: seq, addedBy: by, invitation: act.invitation });
	}
	if (act.do === 'accept') change(by, { accepted: true });
	if (act.do === 'steward') change(act.account, { steward: act.is });
	if (act.do === 'remove') next.delete(act.account);
	if (act.do === 'leave') next.delete(by);
	return act.do === 'rotate' || act.do === 'close' ? members : next;
}
