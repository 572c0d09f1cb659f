import { error } from '@sveltejs/kit';
import { adoptionsOf, forum, forumTag } from '#lib/archive/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const [found, versions] = await Promise.all([forum(locals.house, params.forum), adoptionsOf(locals.house, params.forum)]);
	const [newest] = versions;
	if (!found || !newest) error(404, 'not found');
	locals.shows(forumTag(found.slug));
	return { forum: { slug: found.slug, title: found.title }, versions: new Unsent([newest, ...versions.slice(1)] as const) };
};
