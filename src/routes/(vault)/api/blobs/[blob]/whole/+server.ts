import { answer, finishBlob, groundOf, readBody, wholeShape } from '#lib/circles/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Says that every part was sent. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await finishBlob(groundOf(event.locals.house), actor, { blob: event.params.blob, ...readBody(wholeShape, body) }));
};
