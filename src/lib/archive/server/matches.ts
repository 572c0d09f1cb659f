import { sql, type RawBuilder } from 'kysely';
import type { Db } from '#lib/platform/db/database.ts';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import type { Facets } from '../search-answer.ts';
import type { EntryKind, SearchRequest } from '../search-request.ts';
import type { LanguageQuery } from './language-query.ts';
import { filterLexeme, quoted } from './lexemes.ts';

/**
 * Note: Bounded work.
 * A word that nearly every text has must not cost much more than a rare one. Counting reads the index and one narrow
 * table, up to `counted` rows. Ranking reads vectors (some 15 µs each), so only the `ranked` most promising are ranked:
 * those with all words in the title before the others, in the reader's language before the others, then the newest;
 * they are also all that can be paged through. Words next to each other cannot be told by the index: they are looked
 * for in the `read` most promising texts that have the words at all, and if there are more, the answer says "more than".
 */
export interface Limits {
	readonly counted: number;
	readonly read: number;
	readonly ranked: number;
}

export const searchLimits: Limits = { counted: 100_000, read: 2_000, ranked: 400 };

export interface Matches {
	/** Whatever the filters: whether anything has the words. */
	readonly any: boolean;
	readonly total: number;
	readonly more: boolean;
	readonly facets: Facets;
	/** Most promising first, in groups that ranking does not mix. */
	readonly candidates: readonly Candidate[];
}

export interface Candidate {
	readonly number: number;
	readonly rung: number;
}

type Filters = Pick<SearchRequest, 'kind' | 'year' | 'language'>;

interface Question {
	readonly queries: readonly LanguageQuery[];
	readonly filters: Filters;
	readonly reader: Language;
	readonly limits: Limits;
}

/** How many entries of a kind, language and year match. */
interface Cell {
	readonly kind: EntryKind;
	readonly language: Language;
	readonly year: number;
	readonly count: number;
}

/** What matches a question, counted and chosen within the limits. */
export async function matchesOf(db: Db, question: Question): Promise<Matches> {
	const { queries, filters, limits } = question;
	const cells = await countCells(db, queries, limits.counted);
	const total = sum(cells);
	const counted = { cells, isWhole: total < limits.counted };
	if (queries.some(({ phrases }) => phrases !== undefined)) return phraseMatches(db, question, counted);
	const candidates = await candidatesOf(db, { ...question, counted, most: limits.ranked });
	return { any: total > 0, total: sum(cells.filter(passes(filters))), more: !counted.isWhole, facets: facetsOf(cells, filters), candidates };
}

/** `counted`: those that have the words, next to each other or not. */
async function phraseMatches(db: Db, question: Question, counted: Counted): Promise<Matches> {
	const { filters, limits } = question;
	const isUnfiltered = (filters.kind ?? filters.year ?? filters.language) === undefined;
	const isAllRead = counted.isWhole && sum(counted.cells) <= limits.read;
	const read = async (chosen: Filters) => checkPhrases(db, question.queries, await candidatesOf(db, { ...question, filters: chosen, counted, most: limits.read }));
	const all = await read({});
	const found = isAllRead || isUnfiltered ? all.filter(passes(filters)) : await read(filters);
	const more = !isAllRead && sum(counted.cells.filter(passes(filters))) > limits.read;
	return { any: all.length > 0 || found.length > 0, total: found.length, more, facets: facetsOf(all, filters), candidates: found.slice(0, limits.ranked) };
}

interface Counted {
	readonly cells: readonly Cell[];
	readonly isWhole: boolean;
}

async function countCells(db: Db, queries: readonly LanguageQuery[], most: number): Promise<Cell[]> {
	if (queries.length === 0) return [];
	const { rows } = await sql<Cell>`
		select kind, language, year, count from (
			select shelf, count(*)::integer as count
			from (select shelf from search_entry where ${anyOf(queries.map(({ words }) => words))} limit ${most}) as found
			group by shelf
		) as counted join search_shelf using (shelf)`.execute(db);
	return rows;
}

/** Each query a condition of its own: PostgreSQL joins their bitmaps in half the time that one query with `|` takes. */
function anyOf(queries: readonly string[]): RawBuilder<boolean> {
	return sql`(${sql.join(queries.map((query) => sql`vector @@ ${query}::tsquery`), sql` or `)})`;
}

/** The `most` most promising, see the note on bounded work. A rung's rows are only fetched if those above it are too few. */
async function candidatesOf(db: Db, question: Question & { readonly counted: Counted; readonly most: number }): Promise<Candidate[]> {
	const { queries, filters, reader, most } = question;
	const wanted = queries.filter(({ language }) => filters.language === undefined || language === filters.language);
	const groups = [wanted.filter(({ language }) => language === reader), wanted.filter(({ language }) => language !== reader)].filter((group) => group.length > 0);
	if (groups.length === 0) return [];
	const chosen = [filters.kind, filters.year].flatMap((value) => (value === undefined ? [] : quoted(filterLexeme(value))));
	const rungs = [
		...groups.map((group) => group.map(({ title }) => [`(${title})`, ...chosen])),
		...groups.map((group) => {
			const years = newestYears(question, group);
			return group.map(({ words, title }) => [`(${words})`, `!(${title})`, ...chosen, ...years]);
		})
	].map(
		(conditions, rung) => sql`(
			select number, ${rung}::integer as rung from search_entry where ${anyOf(conditions.map((parts) => parts.join(' & ')))}
			order by year desc, dated_on desc, id limit ${most}
		)`
	);
	const { rows } = await sql<Candidate>`select number, rung from (${sql.join(rungs, sql` union all `)}) as rungs limit ${most}`.execute(db);
	return rows;
}

/** More years than this cost more to ask for than sorting what all of them have. */
const mostYears = 4;

/** As a condition, the few newest years that have enough matches, so that the others need not be sorted. */
function newestYears({ counted, filters, most }: { readonly counted: Counted; readonly filters: Filters; readonly most: number }, group: readonly LanguageQuery[]): string[] {
	if (!counted.isWhole || filters.year !== undefined) return [];
	const perYear = new Map<number, number>();
	for (const cell of counted.cells) {
		if (!passes(filters)(cell) || !group.some(({ language }) => language === cell.language)) continue;
		perYear.set(cell.year, (perYear.get(cell.year) ?? 0) + cell.count);
	}
	const years: number[] = [];
	let enough = 0;
	for (const [year, count] of [...perYear].sort(([a], [b]) => b - a)) {
		if (enough >= most || years.length > mostYears) break;
		years.push(year);
		enough += count;
	}
	return years.length > mostYears || years.length === perYear.size ? [] : [`(${years.map((year) => quoted(filterLexeme(year))).join(' | ')})`];
}

/** Those of the candidates in which the words stand next to each other as asked, each as a cell of one. */
async function checkPhrases(db: Db, queries: readonly LanguageQuery[], candidates: readonly Candidate[]): Promise<(Cell & Candidate)[]> {
	const { rows } = await sql<Cell & Candidate>`
		select number, rung, kind, language, search_shelf.year, 1 as count
		from ${listed(candidates)} join search_entry using (number) join search_shelf using (shelf)
		where ${perLanguage(queries, ({ phrases }) => (phrases === undefined ? sql`true` : sql`vector @@ ${phrases}::tsquery`))}
		order by place`.execute(db);
	return rows;
}

/** Candidates as a table with their `place`. */
export function listed(candidates: readonly Candidate[]): RawBuilder<unknown> {
	return sql`unnest(${candidates.map(({ number }) => number)}::integer[], ${candidates.map(({ rung }) => rung)}::integer[]) with ordinality as candidate (number, rung, place)`;
}

/** An expression that differs by the entry's language: the vector is read once, and for its own query only. */
export function perLanguage(queries: readonly LanguageQuery[], expression: (query: LanguageQuery) => RawBuilder<unknown>): RawBuilder<unknown> {
	return sql`case language ${sql.join(queries.map((query) => sql`when ${query.language} then ${expression(query)}`), sql` `)} end`;
}

/** Each facet without its own filter, so that one can switch. */
function facetsOf(cells: readonly Cell[], { kind, year, language }: Filters): Facets {
	return {
		kind: counts(cells.filter(passes({ year, language })), (cell) => cell.kind).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)),
		year: counts(cells.filter(passes({ kind, language })), (cell) => cell.year).sort((a, b) => b.value - a.value),
		language: counts(cells.filter(passes({ kind, year })), (cell) => cell.language).sort((a, b) => languages.indexOf(a.value) - languages.indexOf(b.value))
	};
}

function counts<Value>(cells: readonly Cell[], valueOf: (cell: Cell) => Value): { value: Value; count: number }[] {
	const found = new Map<Value, number>();
	for (const cell of cells) found.set(valueOf(cell), (found.get(valueOf(cell)) ?? 0) + cell.count);
	return Array.from(found, ([value, count]) => ({ value, count }));
}

function passes({ kind, year, language }: { [Name in keyof Filters]?: Filters[Name] | undefined }): (cell: Cell) => boolean {
	return (cell) => (kind ?? cell.kind) === cell.kind && (year ?? cell.year) === cell.year && (language ?? cell.language) === cell.language;
}

function sum(cells: readonly Cell[]): number {
	return cells.reduce((total, { count }) => total + count, 0);
}
