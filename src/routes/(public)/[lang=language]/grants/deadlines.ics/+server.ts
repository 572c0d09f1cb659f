import { error } from '@sveltejs/kit';
import { allDeadlines } from '#lib/archive/server/index.ts';
import { callsTag } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, url }) => {
	const calendar = await allDeadlines({ house: locals.house, language: locals.language, origin: url.origin });
	if (calendar === null) error(404, 'not found');
	locals.shows(callsTag);
	return new Response(calendar, { headers: { 'content-type': 'text/calendar; charset=utf-8', 'content-disposition': 'inline; filename="deadlines.ics"' } });
};
