// How long the browser's search over opened papers takes at 2,000 and 20,000, against a bare loop over the same texts.
// `node bench/circle-search.ts`. In Node, whose engine is Chromium's; no part of it touches the page.
import { newSearchIndex, type Findable } from '../src/lib/circles/search-index.ts';
import { fold } from '../src/lib/platform/text/fold.ts';
import { languages } from '../src/lib/platform/i18n/language.ts';
import { median, printTable } from './_figures.ts';
import { diceOf, vocabularyOf } from './_search-corpus.ts';

const sizes = [2_000, 20_000];
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

const rows: string[][] = [];
const medians: number[] = [];
for (const size of sizes) {
	const papers = Array.from({ length: size }, (_, number) => paper(number));
	const questions = Array.from({ length: asMany }, (_, at) => `${word(at % languages.length)} ${word(at % languages.length)}`);
	const index = newSearchIndex();
	const before = process.memoryUsage().heapUsed;
	let longest = 0;
	const filling = timed(() => {
		for (let from = 0; from < size; from += batch) longest = Math.max(longest, timed(() => index.add(papers.slice(from, from + batch))));
	});
	const memory = (process.memoryUsage().heapUsed - before) / 1e6;
	// What a bare search would be: every text folded beforehand, looked through for each word.
	const folded = papers.map(({ title, text }) => fold(`${title} ${text}`));
	const found = questions.map((question) => timed(() => index.find(question, 30)));
	const bare = questions.map((question) => {
		const words = fold(question).split(' ');
		return timed(() => folded.filter((text) => words.every((each) => text.includes(each))).length);
	});
	medians.push(median(found));
	const p95 = [...found].sort((a, b) => a - b)[Math.floor(asMany * 0.95)] ?? NaN;
	rows.push([size.toLocaleString('en'), (filling / 1000).toFixed(1), longest.toFixed(0), memory.toFixed(0), median(bare).toFixed(2), median(found).toFixed(2), p95.toFixed(1), (median(found) / median(bare)).toFixed(2)]);
}
printTable(['papers', 'filled in s', 'longest pause ms', 'memory MB', 'bare loop ms', 'search ms', 'p95 ms', 'search / bare'], rows);
console.log(`From 2,000 to 20,000 papers the median grows ${((medians[1] ?? NaN) / (medians[0] ?? NaN)).toFixed(1)} times.`);

function timed(act: () => unknown): number {
	const begun = performance.now();
	act();
	return performance.now() - begun;
}
