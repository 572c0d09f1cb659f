import { answer, blobOf, groundOf, removeBlob } from '#lib/circles/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What has come of a file: where to go on after a lost connection. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return answer(await blobOf(groundOf(event.locals.house), account, event.params.blob));
};

/** Takes a file away. */
export const DELETE: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	return answer(await removeBlob(groundOf(event.locals.house), actor, event.params.blob));
};
