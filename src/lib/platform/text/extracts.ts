import { foldedWords, type FoldedWord } from './fold.ts';

/** A piece of an extract in the original spelling; `marked` where it is a word that was asked for. Never HTML. */
export interface Segment {
	readonly text: string;
	readonly marked: boolean;
}

const extractWords = 40;
/** Words shown before the first marked one. */
const leadWords = 8;
const longestExtract = 400;
/** Signs that turn the writing direction: cut out of their text they would turn the page's. */
const directionSigns = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * The part of a text that answers best, in its original spelling: about forty words, those with most of the different
 * words asked for and as early as possible; the beginning if it has none of them. `marks` are folded words, each with
 * the one asked for that it answers.
 */
export function extractOf(text: string, marks: ReadonlyMap<string, number>): Segment[] {
	const { words, isBeginning, isEnd } = bestPart(text, marks);
	const [first, last] = [words[0], words.at(-1)];
	if (!first || !last) return [];
	const start = isBeginning ? 0 : first.start;
	const end = Math.min(isEnd ? text.trimEnd().length : last.end, wholeCharacters(text, start + longestExtract));
	const pieces: Segment[] = [{ text: isBeginning ? '' : '… ', marked: false }];
	let at = start;
	for (const word of words) {
		// Two words of one run (a ligature of several) are marked once.
		if (!marks.has(word.word) || word.start < at || word.end > end) continue;
		pieces.push({ text: text.slice(at, word.start), marked: false }, { text: text.slice(word.start, word.end), marked: true });
		at = word.end;
	}
	pieces.push({ text: text.slice(at, end), marked: false }, { text: end < text.trimEnd().length ? ' …' : '', marked: false });
	return joined(pieces.map((piece) => ({ ...piece, text: piece.text.replace(directionSigns, '').replace(/\s+/g, ' ') })));
}

interface Part {
	readonly words: readonly FoldedWord[];
	readonly isBeginning: boolean;
	readonly isEnd: boolean;
}

/** Reads no further than to the end of the first part that has every word asked for. */
function bestPart(text: string, marks: ReadonlyMap<string, number>): Part {
	const wanted = new Set(marks.values()).size;
	const words: FoldedWord[] = [];
	/** Indexes of the marked words that still fit into one part with the next. */
	let recent: number[] = [];
	let best = { from: 0, different: 0 };
	let isRead = true;
	for (const word of foldedWords(text)) {
		if (best.different === wanted && words.length >= best.from + extractWords) {
			isRead = false;
			break;
		}
		const index = words.push(word) - 1;
		if (best.different === wanted || !marks.has(word.word)) continue;
		recent = [...recent.filter((earlier) => index - earlier < extractWords - leadWords), index];
		const different = new Set(recent.map((place) => marks.get(words[place]!.word))).size;
		if (different > best.different) best = { from: Math.max(recent[0]! - leadWords, 0), different };
	}
	const end = best.from + extractWords;
	return { words: words.slice(best.from, end), isBeginning: best.from === 0, isEnd: isRead && end >= words.length };
}

/** The place itself, or the one before it if a character of two units would be cut there. */
function wholeCharacters(text: string, place: number): number {
	const unit = text.charCodeAt(place);
	return unit >= 0xdc00 && unit <= 0xdfff ? place - 1 : place;
}

function joined(pieces: readonly Segment[]): Segment[] {
	const segments: Segment[] = [];
	for (const piece of pieces) {
		const last = segments.at(-1);
		if (piece.text === '') continue;
		if (last?.marked === piece.marked) segments[segments.length - 1] = { text: last.text + piece.text, marked: piece.marked };
		else segments.push(piece);
	}
	return segments;
}
