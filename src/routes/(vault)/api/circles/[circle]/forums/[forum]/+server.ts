import { error, json } from '@sveltejs/kit';
import { namedInForum, takeOutOfForum } from '#lib/archive/server/index.ts';
import { readBody } from '#lib/circles/server/index.ts';
import { takingOutShape } from '#lib/forum/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Who and what can be taken out of what is public of a forum. */
export const GET: RequestHandler = async (event) => {
	const named = await namedInForum(event.locals.house, await reader(event), { slug: event.params.forum, circle: event.params.circle }, new Date());
	return named ? json(named) : error(404, 'not-found');
};

/** Takes somebody, a recording or the photograph out, at once. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const taken = await takeOutOfForum(event.locals.house, actor, { ...readBody(takingOutShape, body), circle: event.params.circle, slug: event.params.forum }, new Date());
	return taken.ok ? json({}) : error(taken.reason === 'not-found' ? 404 : 409, taken.reason);
};
