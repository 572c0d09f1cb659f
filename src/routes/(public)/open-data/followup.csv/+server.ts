import { addresseesById, followupTag, wholeTracker } from '#lib/followup/server/index.ts';
import { trackerCsv } from '#lib/followup/tracker-table.ts';
import type { RequestHandler } from './$types';

/** Every recommendation and how it stands, as a table. */
export const GET: RequestHandler = async ({ locals, url }) => {
	locals.shows(followupTag);
	const [all, addressees] = await Promise.all([wholeTracker(locals.house), addresseesById(locals.house)]);
	return new Response(trackerCsv(all, { addressees, origin: url.origin }), { headers: { 'content-type': 'text/csv; charset=utf-8' } });
};
