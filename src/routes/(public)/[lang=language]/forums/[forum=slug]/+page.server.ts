import { error } from '@sveltejs/kit';
import { documentLines, forum, forumTag } from '#lib/archive/server/index.ts';
import { openedItems, publicItemsTag, releasedChanges } from '#lib/forum/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const { house } = locals;
	const [found, documents, opened, released] = await Promise.all([forum(house, params.forum), documentLines(house, { ofForum: params.forum }), openedItems(house), releasedChanges(house, params.forum)]);
	if (!found) error(404, 'not found');
	locals.shows(forumTag(found.slug), publicItemsTag);
	return { forum: new Unsent(found), opened: new Unsent(opened.flatMap((one) => (one.forum === found.slug ? [one.item] : []))), documents: new Unsent(documents), hasChanges: released.length > 0 };
};
