import { answer, readBody } from '#lib/circles/server/index.ts';
import { canaryFailureShape, noteCanaryFailure } from '#lib/grants/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** A canary did not open in an officer's browser. */
export const POST: RequestHandler = async (event) => {
	const { body } = await signedActor(event);
	return answer(noteCanaryFailure(event.locals.house, readBody(canaryFailureShape, body)));
};
