import { error, json } from '@sveltejs/kit';
import { closeForum } from '#lib/archive/server/index.ts';
import { readBody } from '#lib/circles/server/index.ts';
import { closingState, forumClosingShape } from '#lib/forum/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** How a forum stands on its way into the record. */
export const GET: RequestHandler = async (event) => {
	const actor = await reader(event);
	const state = await closingState(event.locals.house.db, actor, event.params.forum, new Date());
	if (!state) error(404, 'not-found');
	return json(state);
};

/** Closes a forum, or says anew what is recorded of one that is closed. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const closed = await closeForum(event.locals.house, actor, { ...readBody(forumClosingShape, body), slug: event.params.forum }, new Date());
	return closed.ok ? json({}) : error(closed.reason === 'not-found' ? 404 : 409, closed.reason);
};
