import { answer } from '#lib/circles/server/index.ts';
import { takeReferenceBack } from '#lib/grants/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Takes a link to a referee back. */
export const DELETE: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	return answer(await takeReferenceBack(event.locals.house.db, actor, event.params));
};
