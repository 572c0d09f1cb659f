import { error } from '@sveltejs/kit';
import { documentOf, forumTag } from '#lib/archive/server/index.ts';
import { addresseesById, followupTag, toldRecommendation } from '#lib/followup/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params: { forum, document, clause } }) => {
	const { house } = locals;
	const [found, told, addressees] = await Promise.all([documentOf(house, { forumSlug: forum, slug: document }), toldRecommendation(house, { forum, document, clause: Number(clause) }), addresseesById(house)]);
	if (!found || !told) error(404, 'not found');
	locals.shows('record', followupTag, forumTag(forum));
	return { shown: new Unsent({ told, addressees, document: found.document, forum: { slug: forum, title: found.forum.title } }) };
};
