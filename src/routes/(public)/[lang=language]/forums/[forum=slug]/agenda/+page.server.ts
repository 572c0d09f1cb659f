import { error } from '@sveltejs/kit';
import { forum, forumTag } from '#lib/archive/server/index.ts';
import { isTimeZone, offeredZones } from '#lib/platform/time/zones.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const found = await forum(locals.house, params.forum);
	if (!found) error(404, 'not found');
	locals.shows(forumTag(found.slug));
	const wanted = (url.searchParams.get('zone') ?? '').slice(0, 60);
	const known = wanted !== '' && wanted !== found.timeZone && isTimeZone(wanted);
	return { forum: new Unsent(found), zone: known ? wanted : undefined, unknownZone: wanted !== '' && !isTimeZone(wanted) ? wanted : undefined, zones: new Unsent(offeredZones) };
};
