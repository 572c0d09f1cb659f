import { readBody } from '#lib/circles/server/index.ts';
import { applyingAnswer, deskReviews, reviewerShapes, takeRole } from '#lib/grants/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Who reviews an application, and what they wrote as far as one may compare it. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return applyingAnswer(await deskReviews(event.locals.house.db, { account, ...event.params }));
};

/** That an officer reviews it, only compares, or has a conflict of interest. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return applyingAnswer(await takeRole(event.locals.house.db, actor, { ...event.params, ...readBody(reviewerShapes.role, body) }));
};
