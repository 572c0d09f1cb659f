import type { Ballots } from './ballots.ts';
import type { Grouping } from './compatible.ts';

/**
 * How each group voted on each proposition. Three numbers a cell, at `(proposition * groups + group) * 3`: who agreed, who
 * disagreed, and who has seen it, those who passed among them. Moderated propositions are counted like the rest.
 */
export interface Counts {
	readonly groups: number;
	readonly cells: Uint32Array;
}

/** The counts of everybody who is in a group. One pass over the votes cast. */
export function countsOf({ starts, columns, choices, propositions }: Ballots, { groupOf, groups }: Grouping): Counts {
	const cells = new Uint32Array(propositions.length * groups * 3);
	for (let person = 0; person < groupOf.length; person++) {
		const group = groupOf[person] ?? -1;
		if (group < 0) continue;
		const end = starts[person + 1] ?? 0;
		for (let at = starts[person] ?? 0; at < end; at++) {
			const cell = ((columns[at] ?? 0) * groups + group) * 3;
			const choice = choices[at] ?? 0;
			// 1 for the one choice and 0 for the other two, without a branch that nobody can foretell.
			cells[cell] = (cells[cell] ?? 0) + ((choice * (choice + 1)) >> 1);
			cells[cell + 1] = (cells[cell + 1] ?? 0) + ((choice * (choice - 1)) >> 1);
			cells[cell + 2] = (cells[cell + 2] ?? 0) + 1;
		}
	}
	return { groups, cells };
}

export interface Count {
	readonly agrees: number;
	readonly disagrees: number;
	/** Who voted on it at all, with those who passed. */
	readonly seen: number;
}

/** How a group voted on a proposition. */
export function countOf({ groups, cells }: Counts, proposition: number, group: number): Count {
	const cell = (proposition * groups + group) * 3;
	return { agrees: cells[cell] ?? 0, disagrees: cells[cell + 1] ?? 0, seen: cells[cell + 2] ?? 0 };
}

/** By proposition: the product over groups of the likelihood that somebody of it agrees, (agrees + 1) / (seen + 2). */
export function groupInformedConsensus({ groups, cells }: Counts): Float64Array {
	const consensus = new Float64Array(groups === 0 ? 0 : cells.length / (groups * 3)).fill(1);
	for (let proposition = 0; proposition < consensus.length; proposition++) {
		for (let group = 0; group < groups; group++) {
			const { agrees, seen } = countOf({ groups, cells }, proposition, group);
			consensus[proposition] = ((consensus[proposition] ?? 1) * (agrees + 1)) / (seen + 2);
		}
	}
	return consensus;
}

/** The lower bound of a share at 95 % by Wilson's score; 0 where nobody was asked. */
export function lowerWilson(yes: number, asked: number): number {
	if (asked === 0) return 0;
	const share = yes / asked;
	const square = z95 * z95;
	const middle = share + square / (2 * asked);
	const spread = z95 * Math.sqrt((share * (1 - share) + square / (4 * asked)) / asked);
	return Math.max(0, (middle - spread) / (1 + square / asked));
}

const z95 = 1.959963984540054;
