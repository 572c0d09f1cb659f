import { sql } from 'kysely';
import type { House } from '#lib/platform/house.ts';
import type { Addressee } from '../recommendation.ts';
import type { YearOfPress } from '../picture.ts';
import { assessmentsOf, facetsOf, fits, linesOnPage, progressOf, rightsBeside, type Facets, type TrackerLine, type TrackerRequest } from '../tracker.ts';
import { addresseesById, followupTag, latestEntries, trackerLines, wordedRecommendations, type NewsEntry, type WordedRecommendation } from './reading.ts';

type Reading = Pick<House, 'db' | 'recall'>;

/** What the tracker shows for a request. */
export interface Tracker {
	/** Of this page. */
	readonly recommendations: readonly (WordedRecommendation & { readonly line: TrackerLine })[];
	readonly total: number;
	readonly hasNext: boolean;
	readonly facets: Facets;
	readonly addressees: ReadonlyMap<string, Addressee>;
	/** Of what was asked for, on all of its pages. */
	readonly progress: ReturnType<typeof progressOf>;
	readonly assessments: ReturnType<typeof assessmentsOf>;
	/** Where a right was asked for, which others stand beside it. */
	readonly beside: ReturnType<typeof rightsBeside>;
	/** Nothing is recorded of anything. */
	readonly isEmpty: boolean;
}

/** The recommendations that somebody asked for, with counts of everything that could be asked for besides. */
export async function trackerFor(house: Reading, request: TrackerRequest, thisYear: number): Promise<Tracker> {
	const [lines, addressees] = await Promise.all([trackerLines(house), addresseesById(house)]);
	const found = lines.filter((line) => fits(line, request, { addressees }));
	const from = (request.page - 1) * linesOnPage;
	return {
		recommendations: await wordedRecommendations(house, found.slice(from, from + linesOnPage)),
		total: found.length,
		hasNext: found.length > from + linesOnPage,
		facets: facetsOf(lines, request, addressees),
		addressees,
		progress: progressOf(found, { thisYear }),
		assessments: assessmentsOf(found),
		beside: request.right === undefined ? [] : rightsBeside(found, request.right),
		isEmpty: lines.length === 0
	};
}

/** What the press said of recommendations. */
export interface Press {
	/** Items in each year from the first to the last, those without any too. */
	readonly years: readonly YearOfPress[];
	/** The most first; of items of which it is known. */
	readonly countries: readonly Counted[];
	readonly languages: readonly Counted[];
	readonly latest: readonly NewsEntry[];
}

interface Counted {
	/** A country's two letters, or a language tag. */
	readonly of: string;
	readonly count: number;
}

export async function pressOf({ db, recall }: Reading): Promise<Press> {
	return recall.remember('pressOf', [followupTag], async () => {
		const { rows } = await sql<{ year: string; country: string | null; language: string; count: string }>`
			select left(entry.content ->> 'on', 4) as year, entry.content ->> 'country' as country, entry.content ->> 'language' as language, count(*) as count from followup_entry entry
			where entry.content ->> 'kind' = 'coverage' and not exists (select 1 from followup_entry back where back.forum_slug = entry.forum_slug and back.document_slug = entry.document_slug and back.content ->> 'of' = entry.id)
			group by 1, 2, 3`.execute(db);
		const counted = (key: (row: (typeof rows)[number]) => string): Map<string, number> => {
			const counts = new Map<string, number>();
			for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + Number(row.count));
			return counts;
		};
		const most = (counts: Map<string, number>, nobody: string): Counted[] => [...counts].filter(([of]) => of !== nobody).map(([of, count]) => ({ of, count })).sort((a, b) => b.count - a.count || (a.of < b.of ? -1 : 1));
		const byYear = counted(({ year }) => year);
		const [first, last] = [Math.min(...[...byYear.keys()].map(Number)), Math.max(...[...byYear.keys()].map(Number))];
		const years = byYear.size === 0 ? [] : Array.from({ length: last - first + 1 }, (_, at) => ({ year: first + at, count: byYear.get(String(first + at)) ?? 0 }));
		return { years, countries: most(counted(({ country }) => country ?? ''), ''), languages: most(counted(({ language }) => language), 'und'), latest: await latestEntries({ db }, { most: 10, kind: 'coverage' }) };
	});
}
