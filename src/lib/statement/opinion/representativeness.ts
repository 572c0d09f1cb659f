import type { Ballots } from './ballots.ts';
import { countOf, type Counts } from './counts.ts';

/** What a group says and others do not, or less often. */
export interface Saying {
	readonly proposition: number;
	readonly choice: 'agrees' | 'disagrees';
	/** How likely somebody of the group says so, from 0 to 1, drawn a little to the middle. */
	readonly likelihood: number;
	/** That, by the same of all the other groups together. */
	readonly ratio: number;
	/** What sayings are ordered by. */
	readonly weight: number;
}

/** 90 %, from one side. */
const passing = 1.2816;

/**
 * What a group says that others do not: propositions where that it agrees (or disagrees) is no chance, and that it does so
 * more often than the rest is none either. The most telling first; each proposition once, by what is said more.
 */
export function sayingsOf(ballots: Ballots, counts: Counts, group: number): Saying[] {
	const found: Saying[] = [];
	for (let proposition = 0; proposition < ballots.propositions.length; proposition++) {
		if (ballots.moderated[proposition] === 1) continue;
		const own = countOf(counts, proposition, group);
		const rest = { agrees: 0, disagrees: 0, seen: 0 };
		for (let other = 0; other < counts.groups; other++) {
			if (other === group) continue;
			const count = countOf(counts, proposition, other);
			rest.agrees += count.agrees;
			rest.disagrees += count.disagrees;
			rest.seen += count.seen;
		}
		const choice = own.agrees >= own.disagrees ? 'agrees' : 'disagrees';
		const saying = sayingOf({ proposition, choice, said: own[choice], seen: own.seen, othersSaid: rest[choice], othersSeen: rest.seen });
		if (saying) found.push(saying);
	}
	return found.sort((a, b) => b.weight - a.weight || a.proposition - b.proposition);
}

interface Said {
	readonly proposition: number;
	readonly choice: Saying['choice'];
	readonly said: number;
	readonly seen: number;
	readonly othersSaid: number;
	readonly othersSeen: number;
}

function sayingOf({ proposition, choice, said, seen, othersSaid, othersSeen }: Said): Saying | null {
	const likelihood = (said + 1) / (seen + 2);
	const ratio = likelihood / ((1 + othersSaid) / (2 + othersSeen));
	const test = proportionTest(said, seen);
	const compared = twoProportions({ said, seen, othersSaid, othersSeen });
	if (!(test > passing && compared > passing)) return null;
	return { proposition, choice, likelihood, ratio, weight: likelihood * test * ratio * compared };
}

/** How far a share is from one half, in standard deviations. */
function proportionTest(said: number, seen: number): number {
	return 2 * Math.sqrt(seen + 1) * ((said + 1) / (seen + 1) - 0.5);
}

/** How far two shares are from each other, in standard deviations, with 1 added to each count; 0 where both are all. */
function twoProportions({ said, seen, othersSaid, othersSeen }: Pick<Said, 'said' | 'seen' | 'othersSaid' | 'othersSeen'>): number {
	const ours = (said + 1) / (seen + 1);
	const theirs = (othersSaid + 1) / (othersSeen + 1);
	const pooled = (said + othersSaid + 2) / (seen + othersSeen + 2);
	if (pooled >= 1) return 0;
	return (ours - theirs) / Math.sqrt(pooled * (1 - pooled) * (1 / (seen + 1) + 1 / (othersSeen + 1)));
}
