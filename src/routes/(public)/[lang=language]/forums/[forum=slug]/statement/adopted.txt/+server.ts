import { error } from '@sveltejs/kit';
import { adoptionsOf, forumTag } from '#lib/archive/server/index.ts';
import type { RequestHandler } from './$types';

/** The adopted text, byte by byte as its hash was reckoned. */
export const GET: RequestHandler = async ({ locals, params }) => {
	const [newest] = await adoptionsOf(locals.house, params.forum);
	if (!newest) error(404, 'not found');
	locals.shows(forumTag(params.forum));
	return new Response(newest.text, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
};
