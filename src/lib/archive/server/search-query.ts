import { foldedWords, type FoldedWord } from '#lib/platform/text/fold.ts';

/** What is asked for: one word, or words next to each other. */
export interface Term {
	readonly words: readonly QueryWord[];
	readonly excluded: boolean;
}

/** A word of the query: folded, as it was typed (lower case), and where in the query it stands. */
export interface QueryWord extends FoldedWord {
	readonly written: string;
}

export type ParsedQuery =
	| { readonly ok: true; readonly terms: readonly Term[] }
	| { readonly ok: false; readonly reason: 'nothing-asked' | 'only-exclusions' | 'too-long' };

const mostCharacters = 400;
const mostWords = 32;
/** Every sign here is one UTF-16 unit, so places stay what they are. */
const typographicQuotes = /[“”„‟«»]/g;
const parts = /(?<sign>[-−–]?)"(?<phrase>[^"]*)"|(?<bare>[^\s"]+)/g;

/**
 * The terms of a query. `"two words"` stand next to each other, `-word` and `-"two words"` must not be there;
 * everything else is words, whatever its signs mean elsewhere. The text as sent, at most 400 characters and 32 words.
 */
export function parseQuery(query: string): ParsedQuery {
	if (query.trim().length > mostCharacters) return { ok: false, reason: 'too-long' };
	const text = query.replace(typographicQuotes, '"');
	const terms: Term[] = [];
	for (const { index, 0: part, groups } of text.matchAll(parts)) {
		const words = [...foldedWords(part)].map((word) => ({
			word: word.word,
			start: word.start + index,
			end: word.end + index,
			written: part.slice(word.start, word.end).normalize('NFC').toLowerCase()
		}));
		const excluded = groups?.['phrase'] === undefined ? /^[-−–]/.test(part) : groups['sign'] !== '';
		if (groups?.['phrase'] === undefined) terms.push(...words.map((word) => ({ words: [word], excluded })));
		else if (words.length > 0) terms.push({ words, excluded });
	}
	if (terms.flatMap(({ words }) => words).length > mostWords) return { ok: false, reason: 'too-long' };
	if (terms.length === 0) return { ok: false, reason: 'nothing-asked' };
	if (terms.every(({ excluded }) => excluded)) return { ok: false, reason: 'only-exclusions' };
	return { ok: true, terms };
}
