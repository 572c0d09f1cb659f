import { sql, type Generated } from 'kysely';
import { foldedWords } from '../fold.ts';
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
	const counts = new Map<string, WordCount>();
	for (const removed of await removeEntries(tx, prefix)) countWords(counts, { ...removed, words: wordsOf(removed) }, -1);
	for (let first = 0; first < entries.length; first += entriesAtOnce) {
		const indexed = entries.slice(first, first + entriesAtOnce).map((entry) => ({ ...entry, words: wordsOf(entry) }));
		for (const entry of indexed) countWords(counts, entry, 1);
		await insertEntries(tx, indexed);
	}
	await keepWords(tx, [...counts.values()].filter(({ change }) => change !== 0));
}

interface Position {
	/** From 1; the body's begin two after the title's last, so that nothing is next to each other across them. */
	readonly position: number;
	readonly word: string;
	readonly written: string;
	readonly title: boolean;
}

interface Titled {
	readonly language: Language;
	readonly title: string;
	readonly body: string;
}

function wordsOf({ title, body }: Titled): Position[] {
	const words: Position[] = [];
	for (const { word, start, end } of foldedWords(title)) words.push({ position: words.length + 1, word, written: title.slice(start, end), title: true });
	for (const { word, start, end } of foldedWords(body)) words.push({ position: words.length + 2, word, written: body.slice(start, end), title: false });
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

interface Indexed extends SearchEntry {
	readonly words: readonly Position[];
}

async function insertEntries(tx: Tx, entries: readonly Indexed[]): Promise<void> {
	const stems = await stemsByWord(tx, entries);
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
				${column((entry) => vectorOf(entry, stems))}::text[], ${column(({ path }) => path)}::text[],
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

async function stemsByWord(tx: Tx, entries: readonly Indexed[]): Promise<ReadonlyMap<string, string>> {
	const words = new Map<string, LanguageWord>();
	for (const { language, words: positions } of entries) for (const { word } of positions) words.set(keyOf({ language, word }), { language, word });
	const distinct = [...words.values()];
	const stems = await stemsOf(tx, distinct);
	return new Map(distinct.map((word, index) => [keyOf(word), stems[index] ?? word.word]));
}

function keyOf({ language, word }: LanguageWord): string {
	return `${language} ${word}`;
}

/** The entry's tsvector as PostgreSQL reads it; see the note on lexemes. Words of the title weigh most (A). */
function vectorOf({ kind, year, language, words }: Indexed, stems: ReadonlyMap<string, string>): string {
	const positions = new Map<string, string[]>();
	let bytes = 0;
	for (const { position, word, title } of words) {
		const stem = stems.get(keyOf({ language, word })) ?? word;
		for (const lexeme of [wordLexeme(language, ':', stem), ...(title ? [wordLexeme(language, '^', stem)] : [])]) {
			let places = positions.get(lexeme);
			if (!places) {
				positions.set(lexeme, (places = []));
				bytes += Buffer.byteLength(lexeme) + 4;
			}
			if (position > lastPosition || lexeme[2] === '^') continue;
			places.push(title ? `${position}A` : String(position));
			bytes += 2;
		}
		if (bytes > mostVectorBytes) break;
	}
	const lexemes = Array.from(positions, ([lexeme, places]) => (places.length === 0 ? quoted(lexeme) : `${quoted(lexeme)}:${places.join(',')}`));
	return [...lexemes, quoted(filterLexeme(kind)), quoted(filterLexeme(year))].join(' ');
}

interface WordCount extends LanguageWord {
	readonly written: string;
	change: number;
}

function countWords(counts: Map<string, WordCount>, { language, words }: { language: Language; words: readonly Position[] }, change: 1 | -1): void {
	const seen = new Set<string>();
	for (const { word, written } of words) {
		if (seen.has(word)) continue;
		seen.add(word);
		const key = keyOf({ language, word });
		const count = counts.get(key);
		if (count) count.change += change;
		else counts.set(key, { language, word, written: storable(written).normalize('NFC').toLowerCase(), change });
	}
}

/** Keeps the number of entries of each word; a word that stands in none any more is forgotten. */
async function keepWords(tx: Tx, counts: readonly WordCount[]): Promise<void> {
	if (counts.length === 0) return;
	const { rows: known } = await sql<LanguageWord>`
		update search_word set entries = search_word.entries + given.change
		from unnest(${counts.map(({ language }) => language)}::text[], ${counts.map(({ word }) => word)}::text[], ${counts.map(({ change }) => change)}::integer[])
			as given (language, word, change)
		where search_word.language = given.language and search_word.word = given.word
		returning search_word.language, search_word.word`.execute(tx);
	const present = new Set(known.map(keyOf));
	const added = counts.filter((count) => count.change > 0 && !present.has(keyOf(count)));
	const column = <Value>(value: (count: WordCount) => Value): Value[] => added.map(value);
	await sql`
		with added as (
			insert into search_word (language, word, stem, written, entries)
			select * from unnest(
				${column(({ language }) => language)}::text[], ${column(({ word }) => word)}::text[], ${await stemsOf(tx, added)}::text[],
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
		delete from search_word using unnest(${gone.map(({ language }) => language)}::text[], ${gone.map(({ word }) => word)}::text[]) as given (language, word)
		where search_word.language = given.language and search_word.word = given.word and entries <= 0`.execute(tx);
}
