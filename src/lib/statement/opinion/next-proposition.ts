import type { Ballots } from './ballots.ts';
import { chanceFrom } from './chance.ts';

/** What is known of each proposition, from which the next one for anybody is chosen. */
export interface Known {
	readonly propositions: readonly string[];
	/** How likely each is drawn, not yet shared out among those that somebody has not seen. */
	readonly pull: Float64Array;
}

/**
 * How much is still to be learned of each proposition: the more the fewer have seen it, the more it draws people apart, and
 * the fewer of them pass. Moderated ones have none. `telling` is `commonGround`'s; without it all tell as much.
 */
export function knownOf(ballots: Ballots, telling?: Float64Array): Known {
	const { columns, choices, moderated, propositions } = ballots;
	const seen = new Uint32Array(propositions.length);
	const passed = new Uint32Array(propositions.length);
	for (let at = 0; at < columns.length; at++) {
		const column = columns[at] ?? 0;
		seen[column] = (seen[column] ?? 0) + 1;
		if (choices[at] === 0) passed[column] = (passed[column] ?? 0) + 1;
	}
	const pull = Float64Array.from(propositions, (_, column) => {
		if (moderated[column] === 1) return 0;
		const votes = seen[column] ?? 0;
		const answered = 1 - ((passed[column] ?? 0) + 1) / (votes + 4);
		return ((1 + mostTelling * (telling?.[column] ?? 0)) * answered) / (1 + votes);
	});
	return { propositions, pull };
}

/** What draws apart most is worth this many times more than what draws nobody apart. */
const mostTelling = 3;

/**
 * The next proposition for somebody who has seen these; null when there is none. Drawn by what is still to be learned, so
 * that of two people at one time not both get the same; the same for the same seed. Give each ballot a seed of its own.
 */
export function nextProposition({ propositions, pull }: Known, seen: ReadonlySet<string>, seed: number): string | null {
	const left = propositions.map((proposition, at) => (seen.has(proposition) ? 0 : (pull[at] ?? 0)));
	const all = left.reduce((sum, one) => sum + one, 0);
	if (!(all > 0)) return null;
	let drawn = chanceFrom(seed ^ Math.imul(seen.size + 1, 0x9e3779b1))() * all;
	let last: string | null = null;
	for (const [at, one] of left.entries()) {
		if (one === 0) continue;
		last = propositions[at] ?? null;
		drawn -= one;
		if (drawn < 0) break;
	}
	return last;
}
