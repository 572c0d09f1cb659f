import { followupTag, trackerLines } from '#lib/followup/server/index.ts';
import { countedRights, meetingsOf } from '#lib/followup/tracker.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	locals.shows('record', followupTag);
	const lines = await trackerLines(locals.house);
	return { shown: new Unsent({ meetings: meetingsOf(lines), rights: countedRights(lines) }) };
};
