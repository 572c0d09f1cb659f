import { sql } from 'kysely';
import type { Db } from '#lib/platform/db/database.ts';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import { quoted, wordLexeme, wordsFound, type Place } from './lexemes.ts';
import type { QueryWord, Term } from './search-query.ts';

/** What a question asks of the texts in one language, each as the text of a tsquery. */
export interface LanguageQuery {
	readonly language: Language;
	/** The text has all words: decided by the index alone. */
	readonly words: string;
	/** Also, what should stand next to each other does; undefined where nothing should. PostgreSQL must read the vector. */
	readonly phrases?: string;
	/** As `words`, and the title has them all. */
	readonly title: string;
	/** Folded words of the record that are marked in an extract, each with the position in the question of the word that it answers. */
	readonly marks: ReadonlyMap<string, number>;
}

/** A word of the question in one language. */
export interface Known {
	readonly language: Language;
	readonly word: QueryWord;
	readonly stop: boolean;
	/** Stems to look for: the word's own, or, for the beginning of a word, those of what it may become. Empty: not in the record. */
	readonly stems: readonly string[];
	/** The folded words of the record that have these stems. */
	readonly spellings: readonly string[];
}

const mostCompletions = 8;
const shortestBeginning = 3;

/**
 * Each word of the terms in each language. The last word, if no text in any language has it, is taken as the beginning
 * of the commonest words that begin so. One query, then two.
 */
export async function lookUp(db: Db, terms: readonly Term[]): Promise<Known[]> {
	const asked = terms.flatMap(({ words }) => words).flatMap((word) => languages.map((language) => ({ language, word })));
	const found = await wordsFound(db, asked.map(({ language, word }) => ({ language, word: word.word, written: word.written })));
	const known = asked.map(({ language, word }, index): Known => {
		const { stem, stop, spellings } = found[index] ?? { stem: '', stop: false, spellings: [] };
		return { language, word, stop, stems: spellings.length > 0 ? [stem] : [], spellings };
	});
	return completed(db, known, terms);
}

async function completed(db: Db, known: readonly Known[], terms: readonly Term[]): Promise<Known[]> {
	const last = terms.at(-1);
	const beginning = last !== undefined && last.words.length === 1 && !last.excluded ? last.words[0] : undefined;
	const entries = known.filter(({ word }) => word === beginning);
	if (!beginning || beginning.word.length < shortestBeginning || entries.some(({ stop, stems }) => stop || stems.length > 0)) return [...known];
	const { rows } = await sql<{ language: Language; word: string; stem: string }>`
		select language, word, stem from (
			select language, word, stem, row_number() over (partition by language order by entries desc, word) as place
			from search_word where language = any(${[...languages]}::text[]) and word ^@ ${beginning.word}
		) as longer where place <= ${mostCompletions}`.execute(db);
	return known.map((entry) => {
		if (entry.word !== beginning) return entry;
		const longer = rows.filter(({ language }) => language === entry.language);
		return { ...entry, stems: [...new Set(longer.map(({ stem }) => stem))], spellings: longer.map(({ word }) => word) };
	});
}

/**
 * The question for each language whose texts may answer it: those in which every word that is asked for is known at
 * all and that are not left with stop words alone.
 */
export function languageQueries(terms: readonly Term[], known: readonly Known[]): LanguageQuery[] {
	return languages.flatMap((language) => {
		const byWord = new Map(known.filter((entry) => entry.language === language).map((entry) => [entry.word, entry]));
		const query = languageQuery(language, terms.map((term) => ({ ...term, known: term.words.flatMap((word) => byWord.get(word) ?? []) })));
		return query ? [query] : [];
	});
}

/** Whether some language is left with nothing to look for: all that is asked for are its stop words. */
export function isOnlyStopWords(terms: readonly Term[], known: readonly Known[]): boolean {
	const wanted = new Set(terms.filter(({ excluded }) => !excluded).flatMap(({ words }) => words));
	return languages.some((language) => known.filter((entry) => entry.language === language && wanted.has(entry.word)).every(({ stop }) => stop));
}

interface KnownTerm extends Term {
	readonly known: readonly Known[];
}

function languageQuery(language: Language, terms: readonly KnownTerm[]): LanguageQuery | undefined {
	// A stop word alone says nothing; between others that stand next to each other it does.
	const wanted = terms.filter(({ excluded, known }) => !excluded && (known.length > 1 || known.some(({ stop }) => !stop)));
	if (wanted.length === 0 || wanted.some(({ known }) => known.some(({ stems }) => stems.length === 0))) return undefined;
	// What no text has needs no exclusion.
	const unwanted = terms.filter(({ excluded, known }) => excluded && known.every(({ stems }) => stems.length > 0) && known.some(({ stop }) => !stop));
	const anyOf = (place: Place, { stems }: Known) => `(${stems.map((stem) => quoted(wordLexeme(language, place, stem))).join(' | ')})`;
	const nextToEachOther = ({ known }: KnownTerm) => `(${known.map((word) => anyOf(':', word)).join(' <-> ')})`;
	const each = (place: Place) => wanted.flatMap(({ known }) => known).map((word) => anyOf(place, word));
	const without = unwanted.filter(({ known }) => known.length === 1).map((term) => `!${nextToEachOther(term)}`);
	const phrased = [...wanted.filter(({ known }) => known.length > 1).map(nextToEachOther), ...unwanted.filter(({ known }) => known.length > 1).map((term) => `!${nextToEachOther(term)}`)];
	return {
		language,
		words: [...each(':'), ...without].join(' & '),
		...(phrased.length > 0 ? { phrases: phrased.join(' & ') } : {}),
		title: [...each('^'), ...without].join(' & '),
		marks: new Map(wanted.flatMap(({ known }) => known.filter(({ stop }) => !stop).flatMap(({ word, spellings }) => spellings.map((spelling) => [spelling, word.start] as const))))
	};
}
