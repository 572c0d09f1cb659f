import { error } from '@sveltejs/kit';
import { forum, forumTag } from '#lib/archive/server/index.ts';
import { isTimeZone, offeredZones } from '#lib/platform/time/zones.ts';
import { openedItems, publicItemsTag, releasedChanges } from '#lib/forum/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const [found, opened, released] = await Promise.all([forum(locals.house, params.forum), openedItems(locals.house), releasedChanges(locals.house, params.forum)]);
	if (!found) error(404, 'not found');
	locals.shows(forumTag(found.slug), publicItemsTag);
	const wanted = (url.searchParams.get('zone') ?? '').slice(0, 60);
	const known = wanted !== '' && wanted !== found.timeZone && isTimeZone(wanted);
	return { forum: new Unsent(found), opened: new Unsent(opened.flatMap((one) => (one.forum === found.slug ? [one.item] : []))), zone: known ? wanted : undefined, unknownZone: wanted !== '' && !isTimeZone(wanted) ? wanted : undefined, zones: new Unsent(offeredZones), hasChanges: released.length > 0 };
};
