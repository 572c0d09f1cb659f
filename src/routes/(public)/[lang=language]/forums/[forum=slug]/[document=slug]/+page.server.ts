import { error } from '@sveltejs/kit';
import { adoptionsOf, documentOf, forumTag } from '#lib/archive/server/index.ts';
import { followupTag, recommendationsOf } from '#lib/followup/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const found = await documentOf(locals.house, { forumSlug: params.forum, slug: params.document });
	if (!found) error(404, 'not found');
	locals.shows(forumTag(found.forum.slug), followupTag);
	const isAdopted = params.document === 'statement' && (await adoptionsOf(locals.house, params.forum)).length > 0;
	const recommendations = await recommendationsOf(locals.house, { forum: params.forum, document: params.document });
	return { isAdopted, document: new Unsent(found.document), recommendations: new Unsent(recommendations), forum: { slug: found.forum.slug, title: found.forum.title } };
};
