import { error } from '@sveltejs/kit';
import { forum, forumTag } from '#lib/archive/server/index.ts';
import { releasedChanges } from '#lib/forum/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const { house } = locals;
	const [found, releases] = await Promise.all([forum(house, params.forum), releasedChanges(house, params.forum)]);
	if (!found || releases.length === 0) error(404, 'not found');
	locals.shows(forumTag(found.slug));
	return { forum: new Unsent(found), releases: new Unsent(releases) };
};
