import { answer, beginBlob, beginBlobShape, groundOf, readBody } from '#lib/circles/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Begins to take a sealed file in. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await beginBlob(groundOf(event.locals.house), actor, readBody(beginBlobShape, body), new Date()));
};
