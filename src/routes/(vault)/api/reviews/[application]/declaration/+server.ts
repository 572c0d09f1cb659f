import { readBody } from '#lib/circles/server/index.ts';
import { applyingAnswer, declareConflict, reviewerShapes, takeBackConflict } from '#lib/grants/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Whether there is a conflict of interest. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return applyingAnswer(await declareConflict(event.locals.house.db, actor, { ...event.params, ...readBody(reviewerShapes.declaration, body) }));
};

/** Takes back a conflict that was declared by mistake: an officer's, or that of somebody from outside. */
export const DELETE: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return applyingAnswer(await takeBackConflict(event.locals.house.db, actor, { ...event.params, ...readBody(reviewerShapes.takingBack, body), now: new Date() }));
};
