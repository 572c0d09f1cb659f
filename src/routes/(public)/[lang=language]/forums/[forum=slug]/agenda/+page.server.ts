import { error } from '@sveltejs/kit';
import { forum, forumTag } from '#lib/archive/server/index.ts';
import { isTimeZone, offeredZones } from '#lib/archive/zones.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const found = await forum(locals.house.db, params.forum);
	if (!found) error(404, 'not found');
	locals.shows(forumTag(found.slug));
	const wanted = (url.searchParams.get('zone') ?? '').slice(0, 60);
	const known = wanted !== '' && wanted !== found.timeZone && isTimeZone(wanted);
	return { forum: found, zone: known ? wanted : undefined, unknownZone: wanted !== '' && !isTimeZone(wanted) ? wanted : undefined, zones: offeredZones };
};
