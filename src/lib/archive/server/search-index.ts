import { sql, type Generated } from 'kysely';
import { foldedWords } from '#lib/platform/text/fold.ts';
import type { EntryKind } from '../search-request.ts';
import type { Tx } from '#lib/platform/db/database.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { filterLexeme, quoted, stemsOf, wordLexeme, type LanguageWord } from './lexemes.ts';
import type { SearchEntry } from './search-entries.ts';
import { deletionsOf } from './spelling.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		search_shelf: { shelf: Generated<number>; kind: EntryKind; language: Language; year: number };
		search_entry: { number: Generated<number>; shelf: number; year: number; dated_on: string; id: string; vector: string };
		search_text: { number: number; path: string; title: string; body: string };
		search_word: { language: Language; word: string; stem: string; written: string; entries: number };
		search_misspelling: { language: Language; word: string; deletions: number[] };
	}
}

/** A vector may have one MB (PostgreSQL, section 12.11); what lies beyond, some 300 pages on, is not found. */
const mostVectorBytes = 900_000;
/** PostgreSQL keeps no position above it; words beyond it are found, but not next to each other. */
const lastPosition = 16_383;
const entriesAtOnce = 500;

/**
 * Makes the index hold exactly `entries` where ids begin with `prefix` (`document/2019-forum/statement/`), in the
 * caller's transaction: what was there before and is not among them is found no more, by no word. Doing it twice
 * changes nothing. Throws for an entry whose id begins otherwise.
 */
export async function replaceEntries(tx: Tx, { prefix, entries }: { prefix: string; entries: readonly SearchEntry[] }): Promise<void> {
	const stranger = entries.find(({ id }) => !id.startsWith(prefix));
	if (stranger) throw new Error(`The search entry ${stranger.id} does not begin with ${prefix}.`);
	const counts: WordCounts = { en: new Map(), es: new Map(), fr: new Map(), ar: new Map() };
	for (const removed of await removeEntries(tx, prefix)) countWords(counts, { language: removed.language, words: wordsOf(removed), change: -1 });
	for (let first = 0; first < entries.length; first += entriesAtOnce) {
		const indexed = entries.slice(first, first + entriesAtOnce).map((entry) => ({ ...entry, words: wordsOf(entry) }));
		for (const { language, words } of indexed) countWords(counts, { language, words, change: 1 });
		await addStems(tx, counts);
		await insertEntries(tx, indexed, counts);
	}
	await keepWords(tx, counts);
}

type Titled = Pick<SearchEntry, 'language' | 'title' | 'body'>;

/** A word of a text: how it is written there first, and where it stands. */
interface WordUse {
	readonly written: string;
	readonly inTitle: boolean;
	/** As a tsvector has them, `3A,17`: A in the title. The body's begin two after the title's last: nothing is next to each other across them. */
	places: string;
}

interface Indexed extends SearchEntry {
	readonly words: ReadonlyMap<string, WordUse>;
}

/** Each different folded word of the text. */
function wordsOf({ title, body }: Pick<Titled, 'title' | 'body'>): Map<string, WordUse> {
	const words = new Map<string, WordUse>();
	let position = 0;
	for (const [text, weight] of [[title, 'A'], [body, '']] as const) {
		for (const { word, start, end } of foldedWords(text)) {
			position += 1;
			let use = words.get(word);
			if (!use) words.set(word, (use = { written: text.slice(start, end), inTitle: weight === 'A', places: '' }));
			if (position <= lastPosition) use.places += use.places === '' ? `${position}${weight}` : `,${position}${weight}`;
		}
		position += 1;
	}
	return words;
}

async function removeEntries(tx: Tx, prefix: string): Promise<Titled[]> {
	const removed = await tx
		.selectFrom('search_entry')
		.innerJoin('search_text', 'search_text.number', 'search_entry.number')
		.innerJoin('search_shelf', 'search_shelf.shelf', 'search_entry.shelf')
		.select(['search_entry.number', 'language', 'title', 'body'])
		.where(sql<boolean>`id ^@ ${prefix}`)
		.execute();
	if (removed.length > 0) {
		await sql`delete from search_entry where number = any(${removed.map(({ number }) => number)}::integer[])`.execute(tx);
	}
	return removed;
}

async function insertEntries(tx: Tx, entries: readonly Indexed[], counts: WordCounts): Promise<void> {
	const column = <Value>(value: (entry: Indexed) => Value): Value[] => entries.map(value);
	const [kinds, languages, years] = [column(({ kind }) => kind), column(({ language }) => language), column(({ year }) => year)];
	await sql`
		insert into search_shelf (kind, language, year)
		select distinct * from unnest(${kinds}::text[], ${languages}::text[], ${years}::integer[])
		on conflict do nothing`.execute(tx);
	await sql`
		with given as (
			select * from unnest(
				${column(({ id }) => id)}::text[], ${kinds}::text[], ${languages}::text[], ${years}::integer[], ${column(({ date }) => date)}::date[],
				${column((entry) => vectorOf(entry, counts[entry.language]))}::text[], ${column(({ path }) => path)}::text[],
				${column(({ title }) => storable(title))}::text[], ${column(({ body }) => storable(body))}::text[]
			) as given (id, kind, language, year, dated_on, vector, path, title, body)
		), entry as (
			insert into search_entry (shelf, year, dated_on, id, vector)
			select shelf, year, dated_on, id, vector::tsvector from given join search_shelf using (kind, language, year)
			returning number, id
		)
		insert into search_text (number, path, title, body) select number, path, title, body from entry join given using (id)`.execute(tx);
}

/** Text that PostgreSQL takes: it has no NUL, and the driver would turn lone surrogates into U+FFFD. */
function storable(text: string): string {
	return text.replaceAll('\0', ' ').toWellFormed();
}

interface WordCount extends LanguageWord {
	readonly written: string;
	/** Known once a text that stays has the word. */
	stem: string | undefined;
	change: number;
}

/** By folded word: in how many more entries it stands than before. */
type WordCounts = Readonly<Record<Language, Map<string, WordCount>>>;

function countWords(counts: WordCounts, { language, words, change }: Pick<Indexed, 'language' | 'words'> & { change: 1 | -1 }): void {
	const known = counts[language];
	for (const [word, { written }] of words) {
		const count = known.get(word);
		if (count) count.change += change;
		else known.set(word, { language, word, written: storable(written).normalize('NFC').toLowerCase(), stem: undefined, change });
	}
}

async function addStems(tx: Tx, counts: WordCounts): Promise<void> {
	const lacking = listOf(counts).filter(({ stem }) => stem === undefined);
	const stems = await stemsOf(tx, lacking);
	for (const [index, count] of lacking.entries()) count.stem = stems[index];
}

function listOf(counts: WordCounts): WordCount[] {
	return Object.values(counts).flatMap((words) => [...words.values()]);
}

/** The entry's tsvector as PostgreSQL reads it; see the note on lexemes. */
function vectorOf({ kind, year, language, words }: Indexed, counts: ReadonlyMap<string, WordCount>): string {
	const lexemes = new Map([[filterLexeme(kind), ''], [filterLexeme(year), '']]);
	let bytes = 0;
	for (const [word, { places, inTitle }] of words) {
		const stem = counts.get(word)?.stem ?? word;
		const lexeme = wordLexeme(language, ':', stem);
		bytes += Buffer.byteLength(lexeme) + 4 + places.length;
		if (bytes > mostVectorBytes) break;
		lexemes.set(lexeme, [lexemes.get(lexeme), places].filter(Boolean).join(','));
		if (inTitle) lexemes.set(wordLexeme(language, '^', stem), '');
	}
	return Array.from(lexemes, ([lexeme, places]) => (places === '' ? quoted(lexeme) : `${quoted(lexeme)}:${places}`)).join(' ');
}

/** Keeps the number of entries of each word; a word that stands in none any more is forgotten. */
async function keepWords(tx: Tx, all: WordCounts): Promise<void> {
	const counts = listOf(all).filter(({ change }) => change !== 0);
	if (counts.length === 0) return;
	const { rows: known } = await sql<LanguageWord>`
		update search_word set entries = search_word.entries + given.change
		from unnest(${counts.map(({ language }) => language)}::text[], ${counts.map(({ word }) => word)}::text[], ${counts.map(({ change }) => change)}::integer[])
			as given (language, word, change)
		where search_word.language = given.language and search_word.word = given.word
		returning search_word.language, search_word.word`.execute(tx);
	const present = new Set(known.map(({ language, word }) => all[language].get(word)));
	const added = counts.filter((count) => count.change > 0 && !present.has(count));
	const column = <Value>(value: (count: WordCount) => Value): Value[] => added.map(value);
	await sql`
		with added as (
			insert into search_word (language, word, stem, written, entries)
			select * from unnest(
				${column(({ language }) => language)}::text[], ${column(({ word }) => word)}::text[], ${column(({ stem, word }) => stem ?? word)}::text[],
				${column(({ written }) => written)}::text[], ${column(({ change }) => change)}::integer[]
			)
			returning language, word
		)
		insert into search_misspelling (language, word, deletions)
		select language, word, deletions::integer[]
		from unnest(
			${column(({ language }) => language)}::text[], ${column(({ word }) => word)}::text[], ${column(({ word }) => `{${deletionsOf(word).join(',')}}`)}::text[]
		) as given (language, word, deletions) join added using (language, word)
		where deletions <> '{}'`.execute(tx);
	const gone = counts.filter(({ change }) => change < 0);
	if (gone.length === 0) return;
	await sql`
		with forgotten as (
			delete from search_word using unnest(${gone.map(({ language }) => language)}::text[], ${gone.map(({ word }) => word)}::text[]) as given (language, word)
			where search_word.language = given.language and search_word.word = given.word and entries <= 0
			returning search_word.language, search_word.word
		)
		delete from search_misspelling using forgotten
		where search_misspelling.language = forgotten.language and search_misspelling.word = forgotten.word`.execute(tx);
}
