import { answer, readBody } from '#lib/circles/server/index.ts';
import { keepWatch, watchShape } from '#lib/forum/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** At what hour members are to be woken, unless somebody has looked before. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await keepWatch(event.locals.house.db, { account: actor.account, ...event.params, ...readBody(watchShape, body), now: new Date() }));
};
