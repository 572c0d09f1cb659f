import MiniSearch from 'minisearch';
import { extractOf, type Segment } from '#lib/platform/text/extracts.ts';
import { foldedWords } from '#lib/platform/text/fold.ts';

/**
 * Note: The search stands in memory.
 * Papers are opened in the browser, so only the browser can look into them. The index is made anew in each tab, is never
 * stored and never sent, and goes when the account is locked.
 */
export interface Findable {
	readonly circle: string;
	readonly record: string;
	readonly kind: 'paper' | 'file';
	/** The paper's title or the file's name. */
	readonly title: string;
	readonly text: string;
	/** Milliseconds since 1970. */
	readonly at: number;
}

export interface FoundPaper {
	readonly found: Findable;
	readonly title: readonly Segment[];
	readonly extract: readonly Segment[];
}

export interface SearchIndex {
	/** Puts them in, or in the place of an earlier version of them. */
	add(findables: readonly Findable[]): void;
	readonly size: number;
	/** The best first, at most `most`; with how many there are in all. */
	find(asked: string, most: number): { readonly total: number; readonly found: readonly FoundPaper[] };
}

interface Entry {
	readonly id: string;
	readonly title: string;
	readonly text: string;
}

const wordsOf = (text: string): string[] => Array.from(foldedWords(text), ({ word }) => word);

/** An empty index. Words are compared without accents, harakat and forms of alef; see "Folding". */
export function newSearchIndex(): SearchIndex {
	const findables = new Map<string, Findable>();
	const index = new MiniSearch<Entry>({
		fields: ['title', 'text'],
		tokenize: wordsOf,
		// Already folded; words of one letter are found in everything.
		processTerm: (term) => (term.length > 1 || /[^a-z]/.test(term) ? withoutArticle(term) : null)
	});
	return {
		add(added) {
			for (const findable of added) {
				const id = `${findable.circle} ${findable.record}`;
				if (findables.has(id)) index.discard(id);
				findables.set(id, findable);
				index.add({ id, title: findable.title, text: findable.text });
			}
		},
		get size() {
			return findables.size;
		},
		find(asked, most) {
			const words = wordsOf(asked.slice(0, longestQuestion)).slice(0, mostWords);
			const last = words.at(-1);
			if (last === undefined) return { total: 0, found: [] };
			// Whoever is still typing has not finished the last word. A slip of a letter is forgiven in longer words only.
			const options = { boost: { title: 3 }, prefix: (_term: string, place: number) => place === words.length - 1, fuzzy: (term: string) => (term.length > 5 ? 1 : false), weights: { fuzzy: 0.3, prefix: 0.7 } };
			const all = index.search(words.join(' '), { ...options, combineWith: 'AND' });
			const results = all.length > 0 || words.length === 1 ? all : index.search(words.join(' '), { ...options, combineWith: 'OR' });
			return {
				total: results.length,
				found: results.slice(0, most).flatMap(({ id, terms }) => {
					const findable = findables.get(String(id));
					return findable === undefined ? [] : [shown(findable, terms)];
				})
			};
		}
	};
}

const longestQuestion = 300;
const mostWords = 12;

/** `الحقوق` is found by `حقوق` too: the article is a prefix, and longer words keep their meaning without it. */
function withoutArticle(term: string): string {
	return /^ال\p{L}{3}/u.test(term) ? term.slice(2) : term;
}

/** The words that matched, marked where they stand; a word with and without its article is the same one. */
function shown(found: Findable, terms: readonly string[]): FoundPaper {
	const marks = new Map(terms.flatMap((term, place): [string, number][] => [[term, place], [`ال${term}`, place]]));
	return { found, title: marked(found.title, marks), extract: extractOf(found.text, marks) };
}

function marked(title: string, marks: ReadonlyMap<string, number>): readonly Segment[] {
	const segments: Segment[] = [];
	let at = 0;
	for (const { word, start, end } of foldedWords(title)) {
		if (!marks.has(word) || start < at) continue;
		if (start > at) segments.push({ text: title.slice(at, start), marked: false });
		segments.push({ text: title.slice(start, end), marked: true });
		at = end;
	}
	if (at < title.length) segments.push({ text: title.slice(at), marked: false });
	return segments;
}
