import { error } from '@sveltejs/kit';
import { calendarOf } from '#lib/archive/calendar.ts';
import { forum, forumTag, revisionsOf } from '#lib/archive/server/index.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params, url }) => {
	const { house } = locals;
	const [found, revisions] = await Promise.all([forum(house, params.forum), revisionsOf(house, params.forum)]);
	const calendar = found && calendarOf({ forum: found, language: locals.language, origin: url.origin, revisions });
	if (!found || !calendar) error(404, 'not found');
	locals.shows(forumTag(found.slug));
	return new Response(calendar, {
		headers: { 'content-type': 'text/calendar; charset=utf-8', 'content-disposition': `inline; filename="${found.slug}.ics"` }
	});
};
