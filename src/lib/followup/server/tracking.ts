import { sql } from 'kysely';
import type { House } from '#lib/platform/house.ts';
import type { Addressee } from '../recommendation.ts';
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

/** What the press said of recommendations: how often in each year, and the latest of it. */
export async function pressOf({ db, recall }: Reading): Promise<{ readonly years: readonly { readonly year: number; readonly count: number }[]; readonly latest: readonly NewsEntry[] }> {
	return recall.remember('pressOf', [followupTag], async () => {
		const { rows } = await sql<{ year: string; count: string }>`
			select left(entry.content ->> 'on', 4) as year, count(*) as count from followup_entry entry
			where entry.content ->> 'kind' = 'coverage' and not exists (select 1 from followup_entry back where back.forum_slug = entry.forum_slug and back.document_slug = entry.document_slug and back.content ->> 'of' = entry.id)
			group by 1 order by 1`.execute(db);
		return { years: rows.map(({ year, count }) => ({ year: Number(year), count: Number(count) })), latest: await latestEntries({ db }, { most: 10, kind: 'coverage' }) };
	});
}
