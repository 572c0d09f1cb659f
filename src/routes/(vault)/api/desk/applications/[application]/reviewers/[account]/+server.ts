import { readBody } from '#lib/circles/server/index.ts';
import { applyingAnswer, endReviewer, handKeys, inviteReviewer, reviewerShapes } from '#lib/grants/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Invites somebody from outside to review one application. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return applyingAnswer(await inviteReviewer(event.locals.house.db, actor, { ...event.params, ...readBody(reviewerShapes.invite, body) }));
};

/** Hands on newer keys. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return applyingAnswer(await handKeys(event.locals.house.db, actor, { ...event.params, ...readBody(reviewerShapes.keys, body) }));
};

/** Ends somebody's access. */
export const DELETE: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	return applyingAnswer(await endReviewer(event.locals.house.db, actor, event.params));
};
