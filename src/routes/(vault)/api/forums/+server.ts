import { error, json } from '@sveltejs/kit';
import { releaseForum } from '#lib/archive/server/index.ts';
import { readBody } from '#lib/circles/server/index.ts';
import { forumReleaseShape } from '#lib/forum/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Releases a version of a forum. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const outcome = await releaseForum(event.locals.house, actor, readBody(forumReleaseShape, body), new Date());
	if (!outcome.ok) error(outcome.reason === 'not-found' ? 404 : 409, outcome.reason);
	return json({ version: outcome.version });
};
