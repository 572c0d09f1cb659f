import { answer, readBody } from '#lib/circles/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import { beginRound, roundShapes } from '#lib/statement/server/index.ts';
import type { RequestHandler } from './$types';

/** Readies the server for the ballots of a round. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await beginRound(event.locals.house.db, actor, { ...event.params, ...readBody(roundShapes.begun, body), now: new Date() }));
};
