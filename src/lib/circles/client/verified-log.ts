import { continuation, openCard, openEpochKeys, type AccountCard, type EpochKeys, type FailureKind } from '#vault';
import type { SignedEntry } from '#lib/vault/envelope.ts';
import { announcedEpochs, appended, wasMemberIn, type CircleState, type LogProblem } from '../circle-log.ts';
import { bytesField, cardsField, countField, dayField, entryOf, listField, refusedBy } from './answers.ts';
import type { Link } from './link.ts';
import type { Outcome } from './open-circle.ts';
import { at, VaultTrouble } from './trouble.ts';

/** A circle's log, every entry of which was verified, and the keys of everybody whom it names. */
export interface VerifiedLog {
	readonly state: CircleState;
	readonly cards: ReadonlyMap<string, AccountCard>;
	readonly closedOn: string | undefined;
	readonly usedBytes: number;
	readonly quotaBytes: number;
}

/**
 * A circle's log from the server, or what came after `known`. Every entry is verified, every key certified by its id, and
 * the whole compared with what this browser remembers. Throws a `VaultTrouble`: `foreign-key` (keys of another account, or
 * the log of another circle), `forged`, `rewound`, `forked`, `against-the-rules` with the rule, `unknown-format`.
 */
export async function readLog(link: Link, circle: string, known?: VerifiedLog): Promise<Outcome<{ readonly log: VerifiedLog }>> {
	const path = `/api/circles/${circle}/log?after=${known?.state.head.seq ?? -1}`;
	const [answer] = await Promise.all([link.ask(path), link.memory.load()]);
	if (!answer.ok) return { ok: false, reason: refusedBy(answer) };
	const read = { path, value: answer.value };
	const entries = listField(read, 'entries').map(entryOf);
	const cards = new Map(known?.cards);
	await Promise.all(cardsField(read, 'cards').map(async ([account, found]) => cards.set(account, await at({ part: 'card', account }, () => openCard(account, found)))));
	if (known === undefined) await compareWithMemory(link, circle, entries);
	const state = await follow(circle, known?.state, entries, cards);
	link.memory.keepHead(circle, state.head);
	const log = { state, cards, closedOn: dayField(read, 'closedOn'), usedBytes: countField(read, 'usedBytes'), quotaBytes: countField(read, 'quotaBytes') };
	return { ok: true, log };
}

async function compareWithMemory(link: Link, circle: string, entries: readonly SignedEntry[]): Promise<void> {
	const seen = link.memory.head(circle);
	const how = await continuation(entries, seen);
	if (how !== 'goes-on') throw new VaultTrouble(how, { part: 'log', circle, seq: seen?.seq ?? 0 });
}

async function follow(circle: string, known: CircleState | undefined, entries: readonly SignedEntry[], cards: ReadonlyMap<string, AccountCard>): Promise<CircleState> {
	const keys = new Map([...cards].map(([account, { signing }]) => [account, signing]));
	let state = known;
	for (const entry of entries) {
		const seq = (state?.head.seq ?? -1) + 1;
		const next = await appended(state, entry, keys);
		if (!next.ok) throw new VaultTrouble(kindOf(next.problem, state !== undefined && state === known), { part: 'log', circle, seq }, { rule: next.problem });
		state = next.state;
		if (seq === 0 && state.circle !== circle) throw new VaultTrouble('foreign-key', { part: 'log', circle, seq }, { found: 'the log of another circle' });
	}
	if (state === undefined) throw new VaultTrouble('rewound', { part: 'log', circle }, { found: 'a log without an entry' });
	return state;
}

/** Where the first new entry does not follow what we verified before, the server has come to show another history. */
function kindOf(problem: LogProblem, isFirstNew: boolean): FailureKind {
	if (problem === 'forged') return 'forged';
	if (problem === 'malformed') return 'unknown-format';
	if (problem === 'unknown-account') return 'foreign-key';
	return problem === 'wrong-place' && isFirstNew ? 'forked' : 'against-the-rules';
}

export type CircleKeys = ReadonlyMap<number, EpochKeys>;

/**
 * The keys of all epochs, from our newest letter, each the one that the log announced. Throws a `VaultTrouble`, all at the
 * place `keys`: `rewound` when the letter is older than the log (the server holds the new one back), `not-for-you`,
 * `foreign-key`, `forged`, `wrong-place`, `damaged`, `unknown-format`, `weak-recipient`.
 */
export async function readKeys(link: Link, { state, cards }: VerifiedLog): Promise<Outcome<{ readonly keys: CircleKeys; /** The newest epoch in it. */ readonly upTo: number }>> {
	const { circle } = state;
	const path = `/api/circles/${circle}/keys`;
	const answer = await link.ask(path);
	if (!answer.ok) return { ok: false, reason: refusedBy(answer) };
	const read = { path, value: answer.value };
	const upTo = countField(read, 'upTo');
	const place = { part: 'keys', circle } as const;
	if (upTo < state.epochs.length) throw new VaultTrouble('rewound', place, { found: 'a letter of keys that is older than the log' });
	if (upTo > state.epochs.length) return { ok: true, keys: new Map(), upTo };
	const keys = await at(place, () =>
		openEpochKeys({
			letter: bytesField(read, 'letter'),
			circle,
			upTo,
			announced: announcedEpochs(state),
			account: link.keys,
			authorKey: (author) => (wasMemberIn(state, author, upTo) ? cards.get(author)?.signing : undefined)
		})
	);
	// Else what was written in that epoch would not open, and whom we hand keys on to would lack them without a word.
	if (keys.length !== upTo) throw new VaultTrouble('against-the-rules', place, { found: 'a letter of keys that leaves out an epoch' });
	return { ok: true, keys: new Map(keys.map((epoch) => [epoch.epoch, epoch])), upTo };
}
