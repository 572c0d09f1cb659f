import { error, json } from '@sveltejs/kit';
import { currentRelease } from '#lib/forum/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What is released of a forum as it is now. */
export const GET: RequestHandler = async (event) => {
	await reader(event);
	const current = await currentRelease(event.locals.house.db, event.params.forum);
	if (!current) error(404, 'not-found');
	return json(current);
};
