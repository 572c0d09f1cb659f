import { fold } from './desk-list.ts';

/**
 * Note: Reads much like another.
 * Computed in an officer's browser over opened texts and nowhere else. Each text is the set of its runs of three words,
 * accents and capitals away; two are alike by the share of the shorter one's runs that the other has, too. So a text
 * that was sent twice, with a paragraph more, is found, and two people who tell of the same attack in their own words are
 * not. It says that somebody should look, and never that two applications are one.
 */
const runLength = 3;

/** Fewer runs than these are a sentence that anybody might write. */
const fewestRuns = 6;

/** From this share on it is said. */
const alikeFrom = 0.3;

/** Runs of words of a text, each as a number. Two runs with one number are one in four thousand million. */
export function runsOf(text: string): ReadonlySet<number> {
	const words = fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
	const runs = new Set<number>();
	for (let at = 0; at + runLength <= words.length; at++) runs.add(numberOf(words, at));
	return runs;
}

/** FNV-1a over the words of a run. */
function numberOf(words: readonly string[], from: number): number {
	let hash = 0x811c9dc5;
	for (let at = from; at < from + runLength; at++) {
		const word = words[at] ?? '';
		for (let index = 0; index < word.length; index++) hash = Math.imul(hash ^ word.charCodeAt(index), 0x01000193);
		hash = Math.imul(hash ^ 0x20, 0x01000193);
	}
	return hash >>> 0;
}

export interface Likeness {
	readonly one: string;
	readonly other: string;
	/** 0 to 1: of the shorter text's runs, those that stand in the other, too. */
	readonly share: number;
}

/** Which of these texts read much like each other, by their ids; the most alike first. */
export function likenesses(texts: ReadonlyMap<string, ReadonlySet<number>>): Likeness[] {
	const ids = [...texts.keys()];
	const holders = new Map<number, number[]>();
	const found: Likeness[] = [];
	for (const [at, id] of ids.entries()) {
		const runs = texts.get(id) ?? new Set();
		const both = new Map<number, number>();
		for (const run of runs) {
			const earlier = holders.get(run);
			if (earlier === undefined) {
				holders.set(run, [at]);
				continue;
			}
			for (const other of earlier) both.set(other, (both.get(other) ?? 0) + 1);
			earlier.push(at);
		}
		for (const [other, count] of both) {
			const otherId = ids[other] ?? '';
			const share = count / Math.min(runs.size, texts.get(otherId)?.size ?? 0);
			if (count >= fewestRuns && share >= alikeFrom) found.push({ one: otherId, other: id, share });
		}
	}
	return found.sort((a, b) => b.share - a.share);
}
