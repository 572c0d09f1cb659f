import { readBody } from '#lib/circles/server/index.ts';
import { callAnswer, callEntryShape, publishCall } from '#lib/grants/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Publishes a call. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return callAnswer(await publishCall(event.locals.house, actor, readBody(callEntryShape, body).entry, new Date()));
};
