import { error } from '@sveltejs/kit';
import { documentLines, forum, forumTag } from '#lib/archive/server/index.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const { db } = locals.house;
	const [found, documents] = await Promise.all([forum(db, params.forum), documentLines(db, { ofForum: params.forum })]);
	if (!found) error(404, 'not found');
	locals.shows(forumTag(found.slug));
	return { forum: found, documents };
};
