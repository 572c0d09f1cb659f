import { readBody } from '#lib/circles/server/index.ts';
import { appendToCall, callAnswer, callEntryShape } from '#lib/grants/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Adds an entry to a call's log. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return callAnswer(await appendToCall(event.locals.house, actor, event.params.slug, readBody(callEntryShape, body).entry, new Date()));
};
