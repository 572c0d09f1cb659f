import { error } from '@sveltejs/kit';
import { documentLines, forum, forumTag } from '#lib/archive/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const { house } = locals;
	const [found, documents] = await Promise.all([forum(house, params.forum), documentLines(house, { ofForum: params.forum })]);
	if (!found) error(404, 'not found');
	locals.shows(forumTag(found.slug));
	return { forum: new Unsent(found), documents: new Unsent(documents) };
};
