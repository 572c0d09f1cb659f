import { readBody } from '#lib/circles/server/index.ts';
import { applyingAnswer, declareConflict, reviewerShapes } from '#lib/grants/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Whether there is a conflict of interest. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return applyingAnswer(await declareConflict(event.locals.house.db, actor, { ...event.params, ...readBody(reviewerShapes.declaration, body) }));
};
