import { error } from '@sveltejs/kit';
import { scheduleJsonOf } from '#lib/archive/schedule.ts';
import { forum, forumTag, revisionsOf } from '#lib/archive/server/index.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params, url }) => {
	const { db } = locals.house;
	const [found, revisions] = await Promise.all([forum(db, params.forum), revisionsOf(db, params.forum)]);
	const schedule = found && scheduleJsonOf({ forum: found, language: locals.language, origin: url.origin, revisions });
	if (!found || !schedule) error(404, 'not found');
	locals.shows(forumTag(found.slug));
	return new Response(schedule, { headers: { 'content-type': 'application/json; charset=utf-8' } });
};
