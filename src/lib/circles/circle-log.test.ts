import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { canonical, entryHash, randomId, type Json, type SignedEntry } from '#lib/vault/envelope.ts';
import { newAccount, newEpoch, signEntry, type AccountKeys } from '#lib/vault/index.ts';
import type { AnnouncedEpoch, CircleAct } from './circle-acts.ts';
import { appended, foldCircle, foldKept, judgeHead, mayDo, mayWrite, mostMembers, wasMemberIn, type CircleState, type LogProblem } from './circle-log.ts';

let people: AccountKeys[] = [];
let epochs: AnnouncedEpoch[] = [];
let keys = new Map<string, Uint8Array>();

beforeAll(async () => {
	people = await Promise.all(Array.from({ length: 5 }, () => newAccount()));
	epochs = (await Promise.all(Array.from({ length: 40 }, (_, at) => newEpoch(at + 1)))).map(({ announced }) => announced);
	keys = new Map(people.map(({ account, signing }) => [account, signing.publicKey]));
});

const [ana, ben, chi, dua] = [0, 1, 2, 3] as const;
const id = (who: number): string => people[who]!.account;
const epoch = (number: number): AnnouncedEpoch => epochs[number - 1]!;

interface Step {
	readonly by: number;
	readonly act: CircleAct;
}

/** The next entry of a log, signed, whatever the rules say. */
async function entry(state: CircleState | undefined, { by, act }: Step, other: { readonly [field: string]: Json } = {}): Promise<SignedEntry> {
	const place = state === undefined ? { of: null, seq: 0, previous: null } : { of: state.circle, seq: state.head.seq + 1, previous: state.head.hash };
	return signEntry({ log: 'circle', ...place, by: id(by), act: act as never, ...other }, people[by]!.signing);
}

async function history(...steps: readonly Step[]): Promise<{ state: CircleState; entries: SignedEntry[] }> {
	const entries: SignedEntry[] = [];
	let state: CircleState | undefined;
	for (const step of steps) {
		const signed = await entry(state, step);
		const next = await appended(state, signed, keys);
		if (!next.ok) throw new Error(`${step.act.do}: ${next.problem}`);
		entries.push(signed);
		state = next.state;
	}
	return { state: state!, entries };
}

const found = (own = false): Step => ({ by: ana, act: { do: 'found', epoch: epoch(1), own } });
const add = (by: number, who: number): Step => ({ by, act: { do: 'add', account: id(who), invitation: null } });
const accept = (by: number): Step => ({ by, act: { do: 'accept' } });
const steward = (by: number, who: number, is = true): Step => ({ by, act: { do: 'steward', account: id(who), is } });
const remove = (by: number, who: number, number: number): Step => ({ by, act: { do: 'remove', account: id(who), epoch: epoch(number) } });
const leave = (by: number): Step => ({ by, act: { do: 'leave' } });
const rotate = (by: number, number: number): Step => ({ by, act: { do: 'rotate', epoch: epoch(number) } });
const close = (by: number): Step => ({ by, act: { do: 'close' } });

/** Any step, most of them against the rules; `tried` says which epoch it would begin. */
function anyStep(state: CircleState, [what, by, who, is]: readonly [number, number, number, boolean]): Step {
	const next = state.epochs.length + 1;
	const steps = [add(by, who), accept(by), steward(by, who, is), remove(by, who, next), leave(by), rotate(by, next), accept(by), add(by, who), accept(by)];
	return steps[what] ?? close(by);
}

const choices = fc.array(fc.tuple(fc.nat(9), fc.nat(4), fc.nat(4), fc.boolean()), { maxLength: 40 });

test('whatever people try, a circle has a steward who accepted, and nobody removed comes back with an older key', async () => {
	await fc.assert(
		fc.asyncProperty(choices, async (tries) => {
			let { state } = await history(found());
			for (const choice of tries) {
				if (state.epochs.length >= epochs.length) break;
				const step = anyStep(state, choice);
				const before = state;
				const next = await appended(state, await entry(state, step), keys);
				expect(next.ok).toBe(mayDo(before, id(step.by), step.act) === undefined);
				if (!next.ok) continue;
				state = next.state;

				const stewards = [...state.members.values()].filter((member) => member.steward);
				expect(state.members.size).toBeGreaterThan(0);
				expect(stewards.filter((member) => member.accepted).length).toBeGreaterThan(0);
				expect(stewards.every((member) => member.accepted)).toBe(true);
				for (const account of before.members.keys()) {
					if (state.members.has(account)) continue;
					expect(state.rotationDue || state.epochs.length > before.epochs.length).toBe(true);
					expect(state.epochs.length > before.epochs.length && wasMemberIn(state, account, state.epochs.length)).toBe(false);
				}
				expect(new Set(state.epochs.map(({ announced }) => announced.check)).size).toBe(state.epochs.length);
			}
		}),
		{ numRuns: 60 }
	);
});

test('a legal history folds to the same from the beginning, entry by entry, and from rows that were checked before', async () => {
	const { state, entries } = await history(found(), add(ana, ben), accept(ben), steward(ana, ben), add(ben, chi), leave(ana), rotate(ben, 2), remove(ben, chi, 3), close(ben));

	expect(await foldCircle(entries, keys)).toEqual({ ok: true, state });
	expect(await foldKept(entries)).toEqual(state);
	expect([...state.members.keys()]).toEqual([id(ben)]);
	expect(people.slice(0, 3).map(({ account }) => [1, 2, 3].map((number) => wasMemberIn(state, account, number)))).toEqual([
		[true, false, false],
		[true, true, true],
		[true, true, false]
	]);
	expect([state.closed, state.rotationDue, mayWrite(state, id(ben))]).toEqual([true, false, 'closed']);
});

const withTwo = [(): Step => found(), (): Step => add(ana, ben), (): Step => accept(ben)];
const refusals: readonly [LogProblem, string, readonly (() => Step)[], () => Step][] = [
	['not-a-steward', 'a member adds somebody', withTwo, () => add(ben, chi)],
	['not-a-steward', 'a member removes somebody', withTwo, () => remove(ben, ana, 2)],
	['not-a-steward', 'a member becomes steward by themselves', withTwo, () => steward(ben, ben)],
	['not-a-steward', 'a member closes the circle', withTwo, () => close(ben)],
	['not-a-member', 'a stranger adds themselves', withTwo, () => add(dua, dua)],
	['not-a-member', 'a stranger rotates', withTwo, () => rotate(dua, 2)],
	['not-a-member', 'somebody who was removed accepts', [...withTwo, () => remove(ana, ben, 2)], () => accept(ben)],
	['not-a-member', 'somebody is removed who is not there', withTwo, () => remove(ana, chi, 2)],
	['not-a-member', 'a stranger is made steward', withTwo, () => steward(ana, chi)],
	['already-a-member', 'somebody is added twice', withTwo, () => add(ana, ben)],
	['already-accepted', 'somebody accepts twice', withTwo, () => accept(ben)],
	['not-accepted', 'somebody decides before they accepted', [() => found(), () => add(ana, ben)], () => rotate(ben, 2)],
	['not-accepted', 'somebody is made steward before they accepted', [() => found(), () => add(ana, ben)], () => steward(ana, ben)],
	['as-it-is', 'a steward is made steward', withTwo, () => steward(ana, ana)],
	['last-steward', 'the last steward stops being one', withTwo, () => steward(ana, ana, false)],
	['last-steward', 'the last steward leaves the others', withTwo, () => leave(ana)],
	['last-member', 'somebody leaves who is alone', [() => found()], () => leave(ana)],
	['removes-oneself', 'a steward removes themselves', [...withTwo, () => steward(ana, ben)], () => remove(ben, ben, 2)],
	['no-rotation-due', 'a member rotates without need', withTwo, () => rotate(ben, 2)],
	['wrong-epoch', 'an epoch is left out', withTwo, () => rotate(ana, 3)],
	['wrong-epoch', 'a key is used again', [...withTwo, () => rotate(ana, 2)], () => ({ by: ana, act: { do: 'rotate', epoch: { ...epoch(2), epoch: 3 } } })],
	['wrong-epoch', 'a removal keeps the key', withTwo, () => ({ by: ana, act: { do: 'remove', account: id(ben), epoch: epoch(1) } })],
	['rotation-due', 'somebody is added while somebody who left still has the key', [...withTwo, () => leave(ben)], () => add(ana, chi)],
	['own-circle', 'somebody is added to an own circle', [() => found(true)], () => add(ana, ben)],
	['own-circle', 'an own circle is closed', [() => found(true)], () => close(ana)],
	['closed', 'something follows the closing', [...withTwo, () => close(ana)], () => add(ana, chi)],
	['wrong-log', 'a circle is founded twice', withTwo, () => ({ by: ana, act: { do: 'found', epoch: epoch(2), own: false } })]
];

test.each(refusals)('refused as %s: %s', async (problem, _words, before, step) => {
	const { state } = await history(...before.map((make) => make()));

	expect(await appended(state, await entry(state, step()), keys)).toEqual({ ok: false, problem });
});

test('a circle takes no more members than one letter of keys can reach', async () => {
	let { state } = await history(found());
	const addAnother = async () => appended(state, await entry(state, { by: ana, act: { do: 'add', account: randomId(), invitation: null } }), keys);
	while (state.members.size < mostMembers) {
		const next = await addAnother();
		if (!next.ok) throw new Error(next.problem);
		state = next.state;
	}

	expect(await addAnother()).toEqual({ ok: false, problem: 'too-many' });
});

test('an entry that is not signed by whom it names, follows another, or is of another log is refused', async () => {
	const { state } = await history(found(), add(ana, ben), accept(ben));
	const other = await history({ by: ana, act: { do: 'found', epoch: { ...epoch(5), epoch: 1 }, own: false } });
	const good = await entry(state, rotate(ana, 2));
	const byBen = await signEntry({ log: 'circle', of: state.circle, seq: 3, previous: state.head.hash, by: id(ana), act: { do: 'rotate', epoch: { ...epoch(2) } } }, people[ben]!.signing);
	const refused = async (signed: SignedEntry): Promise<unknown> => {
		const outcome = await appended(state, signed, keys);
		return outcome.ok ? 'taken' : outcome.problem;
	};

	expect(await refused(good)).toBe('taken');
	expect(await refused(byBen)).toBe('forged');
	expect(await refused({ ...good, signature: '' })).toBe('forged');
	expect(await refused(await entry(state, rotate(ana, 2), { seq: 4 }))).toBe('wrong-place');
	expect(await refused(await entry(state, rotate(ana, 2), { previous: other.state.head.hash }))).toBe('wrong-place');
	expect(await refused(await entry(state, rotate(ana, 2), { of: other.state.circle }))).toBe('wrong-log');
	expect(await appended(state, good, new Map())).toEqual({ ok: false, problem: 'unknown-account' });
	expect(await foldCircle([good], keys)).toEqual({ ok: false, seq: 0, problem: 'wrong-place' });
	expect(await foldCircle([], keys)).toEqual({ ok: false, seq: 0, problem: 'malformed' });
});

test('a text with anything more, less or other than an entry has is malformed', async () => {
	const { state, entries } = await history(found(), add(ana, ben));
	const { body } = entries[1]!;
	const value = JSON.parse(body) as { [field: string]: Json };
	const altered: readonly string[] = [
		'',
		'null',
		'[]',
		` ${body}`,
		body.replace('"v":1', '"v":2'),
		body.replace('"circle"', '"account"'),
		canonical({ ...value, more: 1 }),
		canonical({ ...value, act: { do: 'add', account: id(ben), invitation: null, more: 1 } }),
		canonical({ ...value, act: { do: 'add', account: id(ben) } }),
		canonical({ ...value, act: { do: 'add', account: 'somebody', invitation: null } }),
		canonical({ ...value, act: { do: 'toString' } }),
		canonical({ ...value, act: { do: 'rotate', epoch: { ...epoch(2), inbox: 'age1somebody' } } }),
		canonical({ ...value, act: { do: 'rotate', epoch: { ...epoch(2), check: 'short' } } }),
		canonical({ ...value, act: { do: 'rotate', epoch: { ...epoch(2), epoch: 1.5 } } }),
		canonical({ ...value, seq: -1 }),
		canonical({ ...value, previous: 'x' }),
		canonical({ ...value, by: null }),
		'x'.repeat(5000)
	];

	const outcomes = await Promise.all(altered.map((text) => appended(state, { body: text, signature: '' }, keys)));

	expect(outcomes).toEqual(altered.map(() => ({ ok: false, problem: 'malformed' })));
});

test('a record is believed only if its author could write it in the view of the log that it names', async () => {
	const { state } = await history(found(), add(ana, ben), accept(ben), leave(ben), rotate(ana, 2));
	const at = (who: number, number: number, seq: number, hash = state.moments[seq]?.hash ?? ''): string => judgeHead(state, { author: id(who), epoch: number, head: { seq, hash } });

	expect(at(ana, 2, 4)).toBe('fits');
	expect(at(ben, 1, 2)).toBe('fits');
	expect(at(ben, 1, 1)).toBe('against-the-rules');
	expect(at(ana, 1, 3)).toBe('against-the-rules');
	expect(at(ana, 1, 4)).toBe('against-the-rules');
	expect(at(ben, 2, 4)).toBe('against-the-rules');
	expect(at(ana, 2, 5)).toBe('ahead');
	expect(at(ana, 2, 4, await entryHash('another'))).toBe('forked');
});
