import { forumLines } from '#lib/archive/server/index.ts';
import { followupTag, pressOf, trackerFor } from '#lib/followup/server/index.ts';
import { parseTracker } from '#lib/followup/tracker.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const year = new Date().getUTCFullYear();
	locals.shows('record', followupTag);
	locals.trueUntil(new Date(Date.UTC(year + 1, 0)));
	const request = parseTracker(url.searchParams);
	const [tracker, press, forums] = await Promise.all([trackerFor(locals.house, request, year), pressOf(locals.house), forumLines(locals.house)]);
	return { request, shown: new Unsent({ tracker, press, forums: new Map(forums.map(({ slug, title }) => [slug, title])) }) };
};
