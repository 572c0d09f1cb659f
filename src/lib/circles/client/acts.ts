import { continuation, newEpoch, openCard, sealEpochKeys, signEntry, type AccountCard, type EpochKeys } from '#vault';
import { foldAccount } from '#lib/people/account.ts';
import { entryHash, idOfHash, toText, type Json } from '#lib/vault/envelope.ts';
import { takesAName } from '../acquaintance.ts';
import type { CircleAct } from '../circle-acts.ts';
import { mayDo } from '../circle-log.ts';
import { derivedRecord, personRecord } from '../limits.ts';
import { entryOf, listField, refusedBy } from './answers.ts';
import type { CircleCore, Contacts, Fellow } from './core.ts';
import type { Link } from './link.ts';
import type { About, Opened, OpenedRecord, Outcome, Refused } from './open-circle.ts';
import { newestOf } from './newest.ts';
import { seal } from './seal.ts';
import { at, VaultTrouble } from './trouble.ts';

/** What is to be added to a log, made anew for each try: after a lost race something else may be right, or nothing. */
type Plan =
	/** What was wanted holds already. */
	| { readonly kind: 'done' }
	| { readonly kind: 'refused'; readonly reason: Refused }
	| { readonly kind: 'act'; readonly act: CircleAct; readonly keys?: KeysToHand; readonly name?: { readonly account: string; readonly name: string } };

interface KeysToHand {
	readonly epochs: readonly EpochKeys[];
	readonly to: readonly AccountCard[];
}

const mostTries = 8;
const offlinePausesMs = [500, 2000];

/**
 * Adds an entry, and goes on by itself after losing a race: brings what won, and plans again. An answer that was lost is
 * such a race too, which we may have won ourselves.
 */
async function carryOut(core: CircleCore, plan: () => Promise<Plan> | Plan): Promise<Outcome<object>> {
	let offline = 0;
	for (let tries = 1; tries <= mostTries; tries++) {
		const planned = await plan();
		if (planned.kind === 'done') return { ok: true };
		if (planned.kind === 'refused') return { ok: false, reason: planned.reason };
		const problem = mayDo(core.state, core.me, planned.act);
		if (problem === 'rotation-due') {
			const rotated = await bringRotation(core);
			if (!rotated.ok) return rotated;
			continue;
		}
		if (problem !== undefined) return { ok: false, reason: core.state.members.has(core.me) ? problem : 'removed' };
		const answer = await core.link.send('POST', `/api/circles/${core.id}/log`, await requestOf(core, planned));
		if (!answer.ok && answer.reason === 'offline') {
			const pauseMs = offlinePausesMs[offline++];
			if (pauseMs === undefined) return { ok: false, reason: 'offline' };
			await core.link.pause(pauseMs);
		} else if (!answer.ok && answer.reason !== 'moved-on') {
			return core.refusal(answer);
		}
		const brought = await core.bring();
		if (answer.ok || !brought.ok) {
			// Whoever leaves, or was removed meanwhile, cannot bring anything any more.
			return brought.ok || (answer.ok && brought.reason === 'removed') || brought.reason !== 'offline' ? brought : { ok: answer.ok, reason: 'offline' };
		}
		// Two who wait equally long meet again.
		await core.link.pause(Math.random() * 40 * tries);
	}
	return { ok: false, reason: 'moved-on' };
}

async function requestOf(core: CircleCore, { act, keys, name }: Extract<Plan, { kind: 'act' }>): Promise<Json> {
	const { link, state, id } = core;
	const seq = state.head.seq + 1;
	const entry = await signEntry({ log: 'circle', of: id, seq, previous: state.head.hash, by: core.me, act: act as unknown as { do: string } }, link.keys.signing);
	const at = link.now();
	const letter = keys && (await sealEpochKeys({ circle: id, epochs: keys.epochs, members: keys.to, by: link.keys, at }));
	const epoch = keys?.epochs.at(-1);
	const record = name && (await personRecord(name.account));
	const sealed =
		name && record !== undefined && epoch
			? await seal({ circle: id, record, kind: 'person', version: 1, previous: null, body: { account: name.account, name: name.name }, head: { seq, hash: await entryHash(entry.body) }, epoch, by: link.keys, at })
			: undefined;
	return {
		entry: { body: entry.body, signature: entry.signature },
		...(letter ? { letter: toText(letter) } : {}),
		records: sealed && record !== undefined ? [{ record, kind: sealed.kind, epoch: sealed.epoch, version: sealed.version, envelope: sealed.envelope }] : []
	};
}

/** Every epoch's keys that we have, in order. */
function keysNow(core: CircleCore): EpochKeys[] {
	return [...core.keys.values()].sort((a, b) => a.epoch - b.epoch);
}

/** The act that begins the next epoch, and its keys for all members but one. */
async function nextEpoch(core: CircleCore, but?: string): Promise<{ readonly epoch: EpochKeys; readonly keys: KeysToHand }> {
	const epoch = await newEpoch(core.state.epochs.length + 1);
	core.made.set(epoch.announced.check, epoch);
	const to = [...core.state.members.keys()].filter((account) => account !== but).map((account) => cardOf(core, account));
	return { epoch, keys: { epochs: [...keysNow(core), epoch], to } };
}

function cardOf(core: CircleCore, account: string): AccountCard {
	const card = core.log.cards.get(account);
	if (card === undefined) throw new VaultTrouble('foreign-key', { part: 'card', account }, { found: 'a member whose keys the server did not hand out' });
	return card;
}

/** Begins the next epoch where one is due; somebody else's is as good. */
export function bringRotation(core: CircleCore): Promise<Outcome<object>> {
	return carryOut(core, async () => (core.state.rotationDue ? rotation(core) : { kind: 'done' }));
}

/** Begins the next epoch; one that somebody else begins at the same moment is as good. */
export function rotate(core: CircleCore): Promise<Outcome<object>> {
	const before = core.state.epochs.length;
	return carryOut(core, async () => (core.state.epochs.length > before ? { kind: 'done' } : rotation(core)));
}

async function rotation(core: CircleCore): Promise<Plan> {
	const { epoch, keys } = await nextEpoch(core);
	return { kind: 'act', act: { do: 'rotate', epoch: epoch.announced }, keys };
}

export function remove(core: CircleCore, account: string): Promise<Outcome<object>> {
	if (!core.state.members.has(account)) return Promise.resolve({ ok: false, reason: 'not-a-member' });
	return carryOut(core, async () => {
		if (!core.state.members.has(account)) return { kind: 'done' };
		const { epoch, keys } = await nextEpoch(core, account);
		return { kind: 'act', act: { do: 'remove', account, epoch: epoch.announced }, keys };
	});
}

export async function add(core: CircleCore, { account, name, invitation }: { readonly account: string; readonly name: string; readonly invitation?: string }): Promise<Outcome<object>> {
	if (core.state.members.has(account)) return { ok: false, reason: 'already-a-member' };
	const card = await findCard(core.link, account);
	if (!card.ok) return card;
	// Somebody who was here before has a record with their name, which the server would not take a second time.
	const isNew = !core.names.has(account);
	return carryOut(core, () => {
		if (core.state.members.has(account)) return { kind: 'done' };
		const act: CircleAct = { do: 'add', account, invitation: invitation ?? null };
		return { kind: 'act', act, keys: { epochs: keysNow(core), to: [card.card] }, ...(isNew ? { name: { account, name } } : {}) };
	});
}

/** The keys of an account, certified by its id; its whole log is followed, so that nobody is added who has ended it, and held against what this browser has seen of it. */
async function findCard(link: Link, account: string): Promise<Outcome<{ readonly card: AccountCard }>> {
	const path = `/api/accounts/${account}`;
	const answer = await link.ask(path);
	if (!answer.ok) return { ok: false, reason: answer.reason === 'not-found' ? 'unknown-account' : refusedBy(answer) };
	const log = listField({ path, value: answer.value }, 'log').map(entryOf);
	const place = { part: 'card', account } as const;
	const [found] = log;
	if (found === undefined) throw new VaultTrouble('unknown-format', place);
	const card = await at(place, () => openCard(account, found));
	const folded = await foldAccount(account, log);
	if (!folded.ok) throw new VaultTrouble(folded.reason, place);
	await link.memory.load();
	const how = await continuation(log, link.memory.head(account));
	if (how !== 'goes-on') throw new VaultTrouble(how, place, { found: 'an account as it was before, or never' });
	link.memory.keepHead(account, folded.state.head);
	await link.memory.save();
	return folded.state.ended ? { ok: false, reason: 'unknown-account' } : { ok: true, card };
}

export function accept(core: CircleCore): Promise<Outcome<object>> {
	return carryOut(core, () => (core.state.members.get(core.me)?.accepted === true ? { kind: 'done' } : { kind: 'act', act: { do: 'accept' } }));
}

export async function leave(core: CircleCore): Promise<Outcome<object>> {
	const outcome = await carryOut(core, () => ({ kind: 'act', act: { do: 'leave' } }));
	return outcome.ok || outcome.reason === 'removed' ? { ok: true } : outcome;
}

export function makeSteward(core: CircleCore, account: string, is: boolean): Promise<Outcome<object>> {
	return carryOut(core, () => (core.state.members.get(account)?.steward === is ? { kind: 'done' } : { kind: 'act', act: { do: 'steward', account, is } }));
}

export function close(core: CircleCore): Promise<Outcome<object>> {
	return carryOut(core, () => (core.state.closed ? { kind: 'done' } : { kind: 'act', act: { do: 'close' } }));
}

/** Takes a file's bytes away from the server. */
export async function removeFile(core: CircleCore, file: OpenedRecord): Promise<Outcome<object>> {
	const { body } = file;
	const blob = typeof body === 'object' && body !== null && 'blob' in body ? body.blob : undefined;
	if (file.kind !== 'file' || typeof blob !== 'string') throw new VaultTrouble('unknown-format', { part: 'record', circle: core.id, record: file.record, version: file.version });
	const answer = await core.link.send('DELETE', `/api/blobs/${blob}`, {});
	return answer.ok ? { ok: true } : { ok: false, reason: refusedBy(answer) };
}

/** Lets the server take an invitation into the circle. */
export async function invite(core: CircleCore, token: string): Promise<Outcome<{ readonly invitation: string }>> {
	const answer = await core.link.send('POST', `/api/circles/${core.id}/invitations`, { token });
	if (!answer.ok) return { ok: false, reason: refusedBy(answer) };
	const { value } = answer;
	return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? { ok: true, invitation: value.id } : { ok: false, reason: 'failed' };
}

/** Founds a circle; without a name and purpose it is our own. */
export async function found(link: Link, about: About | undefined): Promise<Outcome<{ readonly id: string }>> {
	const { keys, now, name } = link;
	const epoch = await newEpoch(1);
	const { announced } = epoch;
	const act = { do: 'found', own: about === undefined, epoch: { epoch: announced.epoch, inbox: announced.inbox, check: announced.check } };
	const founding = await signEntry({ log: 'circle', of: null, seq: 0, previous: null, by: keys.account, act }, keys.signing);
	const hash = await entryHash(founding.body);
	const id = idOfHash(hash);
	const at = now();
	const card = { account: keys.account, signing: keys.signing.publicKey, recipient: keys.recipient };
	const letter = await sealEpochKeys({ circle: id, epochs: [epoch], members: [card], by: keys, at });
	const sealed = async (kind: string, record: string, body: { readonly [field: string]: string }) => {
		const { hash: _, ...request } = await seal({ circle: id, record, kind, version: 1, previous: null, body, head: { seq: 0, hash }, epoch, by: keys, at });
		return { record, ...request };
	};
	const records = about === undefined ? [] : [await sealed('circle', await derivedRecord('circle', id), { name: about.name, purpose: about.purpose }), await sealed('person', await personRecord(keys.account), { account: keys.account, name })];
	const answer = await link.send('POST', '/api/circles', { found: { body: founding.body, signature: founding.signature }, letter: toText(letter), records });
	return answer.ok ? { ok: true, id } : { ok: false, reason: refusedBy(answer) };
}

/**
 * Notes the members whom we had not met as seen before, by the name that they say themselves. Of two who bear one name it
 * is the one who came first; the other takes the name of somebody we know.
 */
export async function meet(core: CircleCore, contacts: Contacts): Promise<Contacts> {
	const known = [{ account: core.me, name: core.link.name }, ...contacts.known.values()];
	const fellows: Fellow[] = [];
	for (const account of core.state.members.keys()) {
		const said = core.names.get(account);
		if (account === core.me || contacts.known.get(account)?.name || !said?.ok || !said.isTheirs) continue;
		const fellow = { account, name: said.name };
		if (!takesAName(fellow, [...known, ...fellows])) fellows.push(fellow);
	}
	return fellows.length === 0 ? contacts : core.meet(fellows);
}

interface Missed {
	/** What this browser has seen in a stretch of a list, and the server did not hand out there. */
	readonly missed: Iterable<readonly [string, { readonly kind: string; readonly version: number; readonly change: number }]>;
	readonly isHere: (change: number) => boolean;
	readonly mayHaveMoved: boolean;
}

/**
 * Note: What a list must show.
 * The order of a circle's records goes by their last change, and a change only ever moves one to its newest end. So what
 * this browser has seen must stand in every stretch of the list that reaches from before its place to the newest end.
 * In any other stretch it may have moved on since; the server is asked, and has to show it where it is now.
 */
export async function leftOut(core: CircleCore, { missed, isHere, mayHaveMoved }: Missed): Promise<Opened[]> {
	const missing: Opened[] = [];
	for (const [record, { kind, version, change }] of missed) {
		if (mayHaveMoved && (await newestOf(core, record)).ok && !isHere(core.link.memory.seen(core.id, [kind]).get(record)?.change ?? change)) continue;
		missing.push({ ok: false, record, kind, version, trouble: new VaultTrouble('rewound', { part: 'record', circle: core.id, record, version }, { found: 'a list without a record that this browser has seen' }) });
	}
	return missing;
}
