import { error, json } from '@sveltejs/kit';
import { coverForum } from '#lib/archive/server/index.ts';
import { readBody } from '#lib/circles/server/index.ts';
import { forumCoverageShape } from '#lib/forum/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Says anew what the press has said of a forum. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const kept = await coverForum(event.locals.house, actor, { ...readBody(forumCoverageShape, body), slug: event.params.forum }, new Date());
	return kept.ok ? json({}) : error(kept.reason === 'not-found' ? 404 : 409, kept.reason);
};
