import { sql } from 'kysely';
import type { Db } from '#lib/platform/db/database.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import type { SearchAnswer, SearchResult } from '../search-answer.ts';
import type { EntryKind, SearchRequest } from '../search-request.ts';
import { extractOf } from '#lib/platform/text/extracts.ts';
import { isOnlyStopWords, languageQueries, lookUp, type Known, type LanguageQuery } from './language-query.ts';
import { listed, matchesOf, perLanguage, searchLimits, type Candidate, type Limits, type Matches } from './matches.ts';
import { parseQuery, type Term } from './search-query.ts';
import { neighboursOf } from './spelling.ts';

export { replaceEntries } from './search-index.ts';

const resultsPerPage = 20;

/**
 * What the record answers to a question, at most 20 results a page. All words must be there, in any form (plural,
 * article, accents or none), in one language; which one is not asked. First those with all words in the title, among
 * them those in the reader's language, then by relevance, then the newest. If nothing matches and a word is unknown,
 * the likeliest spelling is searched instead, and `corrected` says so. Whatever is typed, it never throws for it.
 */
export async function search(db: Db, request: SearchRequest, reader: Language): Promise<SearchAnswer> {
	return searchWithin(searchLimits, { db, request, reader });
}

/** `search` with other limits on its work: for tests, which have no 100,000 texts. */
export async function searchWithin(limits: Limits, { db, request, reader }: { db: Db; request: SearchRequest; reader: Language }): Promise<SearchAnswer> {
	const parsed = parseQuery(request.query);
	if (!parsed.ok) return nothing(parsed.reason === 'too-long' ? 'too-long' : 'no-words');
	// One snapshot: counts, facets and results agree even while an import is written.
	return db
		.transaction()
		.setIsolationLevel('repeatable read')
		.setAccessMode('read only')
		.execute(async (tx) => {
			// PostgreSQL takes reading every vector for as cheap as reading every row: it must not try, 100,000 take a second.
			await sql`select set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)`.execute(tx);
			const known = await lookUp(tx, parsed.terms);
			const queries = languageQueries(parsed.terms, known);
			if (queries.length === 0 && isOnlyStopWords(parsed.terms, known)) return nothing('no-words');
			const question = { filters: request, reader, limits };
			const matches = await matchesOf(tx, { ...question, queries });
			if (matches.any) return answer(tx, { request, queries, matches });

			const corrected = await correctedQuery(tx, { query: request.query, terms: parsed.terms, known, reader });
			const reparsed = parseQuery(corrected ?? '');
			if (corrected === undefined || !reparsed.ok) return nothing('nothing-found');
			const meant = languageQueries(reparsed.terms, await lookUp(tx, reparsed.terms));
			const instead = await matchesOf(tx, { ...question, queries: meant });
			if (!instead.any) return nothing('nothing-found');
			return { ...(await answer(tx, { request, queries: meant, matches: instead })), corrected };
		});
}

function nothing(empty: NonNullable<SearchAnswer['empty']>): SearchAnswer {
	return { results: [], total: 0, more: false, hasNext: false, facets: { kind: [], year: [], language: [] }, empty };
}

async function answer(db: Db, { request, queries, matches }: { request: SearchRequest; queries: readonly LanguageQuery[]; matches: Matches }): Promise<SearchAnswer> {
	const { total, more, facets, candidates } = matches;
	const offset = (request.page - 1) * resultsPerPage;
	return {
		results: await rankedPage(db, { queries, candidates, offset }),
		total,
		more,
		hasNext: offset + resultsPerPage < candidates.length,
		facets,
		...(total === 0 ? { empty: 'nothing-found' } : {})
	};
}

interface ResultRow {
	readonly path: string;
	readonly kind: EntryKind;
	readonly title: string;
	readonly language: Language;
	readonly year: number;
	readonly body: string;
}

/** Relevance (PostgreSQL's ts_rank, long texts weigh less) in coarse steps, so that among the nearly equal the newest comes first. */
async function rankedPage(db: Db, { queries, candidates, offset }: { queries: readonly LanguageQuery[]; candidates: readonly Candidate[]; offset: number }): Promise<SearchResult[]> {
	if (offset >= candidates.length) return [];
	const { rows } = await sql<ResultRow>`
		select path, kind, title, language, year, body from (
			select number, kind, language, search_shelf.year, row_number() over (
				order by rung, round(100 * (${perLanguage(queries, ({ words }) => sql`ts_rank(vector, ${words}::tsquery, 1)`)})) desc, search_entry.year desc, dated_on desc, id
			) as position
			from ${listed(candidates)} join search_entry using (number) join search_shelf using (shelf)
			order by position limit ${resultsPerPage} offset ${offset}
		) as page join search_text using (number)
		order by position`.execute(db);
	return rows.map(({ body, ...row }) => ({
		...row,
		extract: extractOf(body, queries.find(({ language }) => language === row.language)?.marks ?? new Map<string, number>())
	}));
}

/**
 * The question with its unknown words replaced by the known ones that were most likely meant, all of one language:
 * the one with the fewest edits, the reader's among equals. Undefined if some language knows all words already or none
 * knows a likely one for each.
 */
async function correctedQuery(
	db: Db,
	{ query, terms, known, reader }: { query: string; terms: readonly Term[]; known: readonly Known[]; reader: Language }
): Promise<string | undefined> {
	const wanted = new Set(terms.filter(({ excluded }) => !excluded).flatMap(({ words }) => words));
	const needed = known.filter(({ word, stop }) => wanted.has(word) && !stop);
	const unknown = needed.filter(({ stems }) => stems.length === 0);
	if (unknown.length === 0) return undefined;
	const neighbours = await neighboursOf(db, [...new Set(unknown.map(({ word }) => word.word))]);
	const corrections = Object.entries(Object.groupBy(needed, ({ language }) => language)).flatMap(([language, words]) => {
		const replaced = words.filter(({ stems }) => stems.length === 0).map(({ word }) => ({ word, neighbour: neighbours.find((one) => one.language === language && one.asked === word.word) }));
		const edits = replaced.reduce((total, { neighbour }) => total + (neighbour?.edits ?? Infinity), 0);
		return [{ isReaders: language === reader, edits, replaced }];
	});
	const [best] = corrections.sort((a, b) => a.edits - b.edits || Number(b.isReaders) - Number(a.isReaders));
	if (!best || best.edits === 0 || best.edits === Infinity) return undefined;
	return best.replaced.reduceRight((text, { word, neighbour }) => text.slice(0, word.start) + (neighbour?.written ?? '') + text.slice(word.end), query);
}

