import { error } from '@sveltejs/kit';
import { scheduleXmlOf } from '#lib/archive/schedule.ts';
import { forum, forumTag, revisionsOf } from '#lib/archive/server/index.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params, url }) => {
	const { house } = locals;
	const [found, revisions] = await Promise.all([forum(house, params.forum), revisionsOf(house, params.forum)]);
	const schedule = found && scheduleXmlOf({ forum: found, language: locals.language, origin: url.origin, revisions });
	if (!found || !schedule) error(404, 'not found');
	locals.shows(forumTag(found.slug));
	return new Response(schedule, { headers: { 'content-type': 'application/vnd.c3voc.schedule+xml; charset=utf-8' } });
};
