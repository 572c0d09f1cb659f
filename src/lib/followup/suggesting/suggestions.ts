import { foldedWords } from '#lib/platform/text/fold.ts';
import { byArticle, isRight, type Right } from '../rights.ts';
import { articleTerms } from './article-terms.ts';
import { goalTerms } from './goal-terms.ts';

/** A goal that a text may rest on. People choose; nothing is tied to a goal by itself. */
export interface GoalSuggestion {
	/** 1 to 17. */
	readonly goal: number;
	/** Of the goal, such as `16.3` and `16.10`: what speaks for it most, at most three. */
	readonly targets: readonly string[];
	/** From 1 on the text is about the goal. */
	readonly score: number;
	/** What in the text spoke for it, as it stands there; what spoke most first. */
	readonly words: readonly string[];
}

/** An article that a text may rest on. */
export interface ArticleSuggestion {
	readonly right: Right;
	readonly score: number;
	readonly words: readonly string[];
}

/**
 * Note: How goals and articles are suggested.
 * A linear model over the terms of `goal-terms.ts` and `article-terms.ts`: each that stands in a text counts once for its goal, by whether it
 * speaks for it alone. The terms are ours and written by hand; no text that others labelled was used, and no language
 * model. It runs where the text is, so that a draft is sent nowhere.
 */
interface Term {
	/** Such as `16`, `16.10` or `ICCPR-19`. */
	readonly of: string;
	readonly weight: number;
	/** Folded words; one that ends in `*` stands for all that begin so. */
	readonly words: readonly string[];
}

const alone = 1;
const withOthers = 0.35;
const mostGoals = 3;
const mostTargets = 3;
const mostArticles = 3;

/** The articles that a text speaks of, the best three first; none where nothing speaks for one clearly. */
export function suggestedArticles(text: string): ArticleSuggestion[] {
	return [...Map.groupBy(foundTerms(text, articleTerms), ({ term }) => term.of)]
		.flatMap(([right, found]) => (isRight(right) ? [{ right, ...spokenFor(found) }] : []))
		.filter(({ score }) => score >= alone)
		.sort((a, b) => b.score - a.score || byArticle(a.right, b.right))
		.slice(0, mostArticles);
}

function spokenFor(found: readonly Found[]): { readonly score: number; readonly words: readonly string[] } {
	const sorted = found.toSorted((a, b) => b.term.weight - a.term.weight || b.term.words.length - a.term.words.length);
	return { score: sorted.reduce((sum, { term }) => sum + term.weight, 0), words: [...new Set(sorted.map(({ words }) => words))] };
}

/** The goals that a text speaks of, the best three first; none where nothing speaks for one clearly. */
export function suggestedGoals(text: string): GoalSuggestion[] {
	return scoredGoals(text).filter(({ score }) => score >= alone).slice(0, mostGoals);
}

/** Every goal that anything in a text speaks for, the most first. */
export function scoredGoals(text: string): GoalSuggestion[] {
	return [...Map.groupBy(foundTerms(text, goalTerms), ({ term }) => Number.parseInt(term.of, 10))]
		.map(([goal, found]) => ({ goal, targets: targetsOf(found.map(({ term }) => term)), ...spokenFor(found) }))
		.sort((a, b) => b.score - a.score || a.goal - b.goal);
}

interface Found {
	readonly term: Term;
	readonly words: string;
}

function targetsOf(terms: readonly Term[]): string[] {
	const scores = new Map<string, number>();
	for (const { of, weight } of terms) if (of.includes('.')) scores.set(of, (scores.get(of) ?? 0) + weight);
	return [...scores].filter(([, score]) => score >= alone).sort(([, a], [, b]) => b - a).slice(0, mostTargets).map(([target]) => target);
}

/** The terms that stand in a text, each once, with the words that were found first. */
function foundTerms(text: string, table: string): Found[] {
	const { byWord, byBeginning } = termsByFirstWord(table);
	const words = Array.from(foldedWords(text), ({ word, start, end }) => ({ word: withoutParticle(word), start, end }));
	const found = new Map<Term, string>();
	for (const [at, { word, start }] of words.entries()) {
		for (const term of [...(byWord.get(word) ?? []), ...(byBeginning.get(word.slice(0, shortestBeginning)) ?? [])]) {
			if (found.has(term) || !term.words.every((wanted, nth) => isWord(wanted, words[at + nth]?.word))) continue;
			found.set(term, text.slice(start, words[at + term.words.length - 1]?.end));
		}
	}
	return [...found].map(([term, original]) => ({ term, words: original }));
}

/** `والصحفيين` and `للصحفيين` hold `الصحفيين`, as *and* and *for* are written onto an Arabic word. */
function withoutParticle(word: string): string {
	return word.replace(/^[وف]?[بك]?(?=ال\p{L}{3})|^[وف]?ل(?=ل\p{L}{3})/u, (particle) => (particle.endsWith('ل') ? 'ا' : ''));
}

function isWord(wanted: string, word: string | undefined): boolean {
	if (word === undefined) return false;
	return wanted.endsWith('*') ? word.startsWith(wanted.slice(0, -1)) : word === wanted;
}

const shortestBeginning = 3;

interface Terms {
	readonly byWord: ReadonlyMap<string, readonly Term[]>;
	/** By the first three letters, for terms whose first word may have any ending. */
	readonly byBeginning: ReadonlyMap<string, readonly Term[]>;
}

const read = new Map<string, Terms>();

/** Read when they are first asked for. */
function termsByFirstWord(table: string): Terms {
	const known = read.get(table);
	if (known !== undefined) return known;
	const byWord = new Map<string, Term[]>();
	const byBeginning = new Map<string, Term[]>();
	for (const term of writtenTerms(table)) {
		const [first = ''] = term.words;
		const [index, key] = first.endsWith('*') ? [byBeginning, first.slice(0, shortestBeginning)] : [byWord, first];
		index.set(key, [...(index.get(key) ?? []), term]);
	}
	const terms = { byWord, byBeginning };
	read.set(table, terms);
	return terms;
}

/** The terms as they were written, folded. */
export function writtenTerms(table: string): Term[] {
	return table.trim().split('\n').flatMap((line) => {
		const [of = '', terms = ''] = line.split(' | ');
		return terms.split('; ').map((written) => ({
			of,
			weight: written.startsWith('?') ? withOthers : alone,
			words: written.replace('?', '').split(' ').map((word) => [...foldedWords(word)].map((folded) => folded.word).join('') + (word.endsWith('*') ? '*' : ''))
		}));
	});
}
