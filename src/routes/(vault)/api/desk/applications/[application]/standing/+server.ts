import { answer, readBody } from '#lib/circles/server/index.ts';
import { standingShape, tellStanding } from '#lib/grants/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Which of five states, and until when it is our turn. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await tellStanding(event.locals.house.db, actor, { ...event.params, ...readBody(standingShape, body) }, new Date()));
};
