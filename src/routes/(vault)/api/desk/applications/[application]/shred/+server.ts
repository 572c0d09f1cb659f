import { answer, groundOf } from '#lib/circles/server/index.ts';
import { shredWithdrawn } from '#lib/grants/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What was withdrawn is to be shredded now. */
export const POST: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	return answer(await shredWithdrawn(groundOf(event.locals.house), actor, event.params.application, new Date()));
};
