import { sql } from 'kysely';
import { fold } from '#lib/platform/text/fold.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import type { Db } from '#lib/platform/db/database.ts';

/**
 * Note: Lexemes.
 * A vector holds four sorts of lexeme: `fr:libert`, a word's stem in the language of the text, with its positions;
 * `fr^libert`, the same for a word of the title, without positions; `@statement` and `@2019`, what results are filtered
 * by. So one index answers everything without reading a single vector, except for words next to each other. The
 * language belongs to the lexeme because the stem does: what is asked is stemmed in each language and looked for in
 * the texts of that language only. All words are kept, stop words too ("right to life" can be looked for as it
 * stands); it is the question that leaves them out.
 */
export type Place = ':' | '^';

export function wordLexeme(language: Language, place: Place, stem: string): string {
	return `${language}${place}${stem}`;
}

export function filterLexeme(value: string | number): string {
	return `@${value}`;
}

/** A lexeme as tsvector and tsquery read it (PostgreSQL, section 8.11). */
export function quoted(lexeme: string): string {
	return `'${lexeme.replace(/['\\]/g, '$&$&')}'`;
}

/** A folded word of a text in one language. */
export interface LanguageWord {
	readonly language: Language;
	readonly word: string;
}

/**
 * The stem of each word, in the order given: Snowball's for English, Spanish and French, a light stem for Arabic. One
 * query.
 */
export async function stemsOf(db: Db, words: readonly LanguageWord[]): Promise<string[]> {
	if (words.length === 0) return [];
	const { rows } = await sql<{ stem: string }>`
		select coalesce((${lexized('form')})[1], word) as stem
		from unnest(
			${words.map(({ language }) => language)}::text[], ${words.map(({ word }) => word)}::text[], ${words.map(stemmedForm)}::text[]
		) with ordinality as asked (language, word, form, position)
		order by position`.execute(db);
	return rows.map(({ stem }) => stem);
}

export interface AskedWord extends LanguageWord {
	/** As it was typed, in lower case: PostgreSQL knows stop words by their accents. */
	readonly written: string;
}

export interface FoundWord {
	readonly stem: string;
	/** A word that every text has, and that a question is better without. */
	readonly stop: boolean;
	/** The folded words of the record with this stem. */
	readonly spellings: readonly string[];
}

/** Each word's stem and what the record has of it, in the order given. One query. */
export async function wordsFound(db: Db, words: readonly AskedWord[]): Promise<FoundWord[]> {
	const { rows } = await sql<FoundWord>`
		select stem, stop, array(select word from search_word where language = asked.language and stem = asked.stem order by word) as spellings
		from (
			select language, position, coalesce((${lexized('form')})[1], word) as stem,
				coalesce(${lexized('word')} = '{}' or ${lexized('written')} = '{}', false) as stop
			from unnest(
				${words.map(({ language }) => language)}::text[], ${words.map(({ word }) => word)}::text[],
				${words.map(stemmedForm)}::text[], ${words.map(({ written }) => written)}::text[]
			) with ordinality as given (language, word, form, written, position)
		) as asked
		order by position`.execute(db);
	return rows.map((found, index) => ({ ...found, stop: found.stop || isStopWordBesides(words[index]) }));
}

/** The dictionaries that come with every PostgreSQL since 12; Arabic has its stem already, see the note on light stems. */
function lexized(column: 'form' | 'word' | 'written') {
	const form = sql.ref(column);
	return sql`case language
		when 'en' then ts_lexize('pg_catalog.english_stem', ${form})
		when 'es' then ts_lexize('pg_catalog.spanish_stem', ${form})
		when 'fr' then ts_lexize('pg_catalog.french_stem', ${form})
		else array[${form}] end`;
}

/** What the stemmer is given: without accents Snowball misses some of a language's commonest endings. */
function stemmedForm({ language, word }: LanguageWord): string {
	switch (language) {
		case 'en':
			return word;
		case 'es':
			// Organización and organizaciones, libertad and libertades.
			return word.replace(/([cs])i(?:on|ones)$/, '$1ión').replace(/(..[ai]d)es$/, '$1');
		case 'fr':
			// Menacé, menacée and menacées: unaccented, the doubled e is taken for the word's own.
			return word.replace(/(..)ees?$/, '$1e');
		case 'ar':
			return lightStem(word);
	}
}

const arabicPrefixes = ['وال', 'بال', 'كال', 'فال', 'ال', 'لل'];
const arabicSuffixes = ['ها', 'ان', 'ات', 'ون', 'ين', 'يه', 'ه', 'ي'];

/**
 * Note: Light stems for Arabic.
 * PostgreSQL's Arabic stemmer makes `ب` of بيان (statement) but `الب` of البيان, and `الحر` of الحريات but `حري` of
 * حرية. So only the article with its prefixes, `و` before a long word and the commonest endings are cut, as in light10
 * (Larkey, Ballesteros and Connell, "Light Stemming for Arabic Information Retrieval", 2007); endings are cut again
 * until none is left (فلسطين, فلسطيني and فلسطينيين meet), and three letters always stay. Broken plurals (حق and حقوق)
 * do not meet.
 */
function lightStem(word: string): string {
	const prefix = arabicPrefixes.find((candidate) => word.startsWith(candidate) && word.length >= candidate.length + 2);
	let stem = word.slice(prefix?.length ?? (word.startsWith('و') && word.length >= 5 ? 1 : 0));
	for (;;) {
		const suffix = arabicSuffixes.find((candidate) => stem.endsWith(candidate) && stem.length >= candidate.length + 3);
		if (suffix === undefined) return stem;
		stem = stem.slice(0, -suffix.length);
	}
}

/** Stop words that PostgreSQL's lists lack: all Arabic ones, and accented ones that were typed without accents. */
const stopWordsBesides: Readonly<Record<Language, ReadonlySet<string>>> = {
	en: new Set(),
	es: stopWords('él más está están también sí qué cómo cuándo dónde quién así aún según será había'),
	fr: stopWords('été être êtes même à où très après dès là déjà était étaient'),
	ar: stopWords(
		'في من إلى على عن مع أن إن أو ثم لم لن لا ما هو هي هم هذا هذه ذلك تلك التي الذي الذين كان كانت قد كل بعد قبل بين حتى عند منذ كما لكن ليس أي غير و ب ل'
	)
};

function stopWords(words: string): ReadonlySet<string> {
	return new Set(words.split(' ').map(fold));
}

function isStopWordBesides(word: LanguageWord | undefined): boolean {
	return word !== undefined && stopWordsBesides[word.language].has(word.word);
}
