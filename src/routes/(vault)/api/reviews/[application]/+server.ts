import { readBody } from '#lib/circles/server/index.ts';
import { applicationForReview, applyingAnswer, keepReview, reviewShape } from '#lib/grants/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What somebody from outside may have of an application once no conflict was declared: sealed, all of it. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return applyingAnswer(await applicationForReview(event.locals.house.db, { account, ...event.params }));
};

/** The next version of one's own review. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return applyingAnswer(await keepReview(event.locals.house.db, actor, { ...event.params, ...readBody(reviewShape, body) }));
};
