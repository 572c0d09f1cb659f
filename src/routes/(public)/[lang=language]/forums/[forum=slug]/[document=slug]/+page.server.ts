import { error } from '@sveltejs/kit';
import { documentOf, forumTag } from '#lib/archive/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const found = await documentOf(locals.house, { forumSlug: params.forum, slug: params.document });
	if (!found) error(404, 'not found');
	locals.shows(forumTag(found.forum.slug));
	return { document: new Unsent(found.document), forum: { slug: found.forum.slug, title: found.forum.title } };
};
