// What bench/circle-search.ts runs in the browser: the search over opened papers, and a bare loop over the same texts.
import { newSearchIndex, type Findable } from '../src/lib/circles/search-index.ts';
import { languages } from '../src/lib/platform/i18n/language.ts';
import { fold } from '../src/lib/platform/text/fold.ts';
import { diceOf, vocabularyOf } from './_search-corpus.ts';

/** Times in milliseconds, one for each question. */
export interface Searched {
	readonly filledMs: number;
	/** The longest that the page stood still while it was filled. */
	readonly longestMs: number;
	readonly found: readonly number[];
	readonly bare: readonly number[];
}

const wordsInPaper = 120;
const asMany = 100;
/** A page of records is put in at once; see the page of the search. */
const batch = 200;

const dice = diceOf(2026);
const vocabularies = languages.map(vocabularyOf);

/** Common words far oftener than rare ones. */
function word(language: number): string {
	const { words, small } = vocabularies[language] ?? { words: [], small: [] };
	if (dice() < 0.4) return small[Math.floor(dice() * small.length)] ?? '';
	return words[Math.floor(words.length ** dice()) - 1] ?? '';
}

function paper(number: number): Findable {
	const language = number % languages.length;
	const some = (count: number): string => Array.from({ length: count }, () => word(language)).join(' ');
	return { circle: 'c', record: String(number), kind: 'paper', title: some(5), text: some(wordsInPaper), at: number };
}

/** Fills an index with so many papers and asks it a hundred questions of two words. */
export function search(size: number): Searched {
	const papers = Array.from({ length: size }, (_, number) => paper(number));
	const questions = Array.from({ length: asMany }, (_, at) => `${word(at % languages.length)} ${word(at % languages.length)}`);
	const index = newSearchIndex();
	let longestMs = 0;
	const filledMs = timed(() => {
		for (let from = 0; from < size; from += batch) longestMs = Math.max(longestMs, timed(() => index.add(papers.slice(from, from + batch))));
	});
	// What a bare search would be: every text folded beforehand, looked through for each word.
	const folded = papers.map(({ title, text }) => fold(`${title} ${text}`));
	const found = questions.map((question) => timed(() => index.find(question, 30)));
	const bare = questions.map((question) => {
		const words = fold(question).split(' ');
		return timed(() => folded.filter((text) => words.every((each) => text.includes(each))).length);
	});
	return { filledMs, longestMs, found, bare };
}

function timed(act: () => unknown): number {
	const begun = performance.now();
	act();
	return performance.now() - begun;
}
