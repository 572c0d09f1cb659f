import { foldedWords } from '#lib/platform/text/fold.ts';

/** Propositions that somebody can be shown while they write another. */
export interface Written {
	readonly id: string;
	readonly text: string;
}

export interface NearDuplicate {
	readonly id: string;
	/** 0 to 1: how much of both is the same. */
	readonly likeness: number;
}

/** Finds what says the same in nearly the same words: in a text, the most alike first. */
export type LikenessFinder = (text: string) => readonly NearDuplicate[];

const alikeFrom = 0.5;
const mostShown = 3;
const runLength = 3;

/**
 * A finder over short texts in any of our languages. A text is its words and their runs of three letters, folded and without
 * the Arabic article; each counts by how rare it is among the texts, so that no list of empty words is needed, and endings
 * and small misspellings cost little. It compares words and not meanings: *not* may stand in one of two alike.
 */
export function likenessFinder(written: readonly Written[]): LikenessFinder {
	const pieces = written.map(({ text }) => piecesOf(text));
	const holders = new Map<string, number>();
	for (const set of pieces) for (const piece of set) holders.set(piece, (holders.get(piece) ?? 0) + 1);
	const rarity = (piece: string): number => Math.log(1 + (written.length + 1) / ((holders.get(piece) ?? 0) + 1)) ** 2;
	const weigh = (set: ReadonlySet<string>): number => [...set].reduce((sum, piece) => sum + rarity(piece), 0);
	const weights = pieces.map(weigh);
	return (text) => {
		const asked = piecesOf(text);
		const weight = weigh(asked);
		if (weight === 0) return [];
		return written
			.map(({ id }, at) => {
				const both = [...asked].reduce((sum, piece) => sum + (pieces[at]?.has(piece) ? rarity(piece) : 0), 0);
				return { id, likeness: both === 0 ? 0 : (2 * both) / (weight + (weights[at] ?? 0)) };
			})
			.filter(({ likeness }) => likeness >= alikeFrom)
			.sort((a, b) => b.likeness - a.likeness)
			.slice(0, mostShown);
	};
}

function piecesOf(text: string): ReadonlySet<string> {
	const pieces = new Set<string>();
	for (const { word } of foldedWords(text)) {
		const bare = word.replace(/^ال(?=\p{L}{3})/u, '');
		pieces.add(`=${bare}`);
		const edged = ` ${bare} `;
		for (let at = 0; at + runLength <= edged.length; at++) pieces.add(edged.slice(at, at + runLength));
	}
	return pieces;
}
