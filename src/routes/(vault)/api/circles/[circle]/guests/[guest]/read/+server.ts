import { answer, readBody } from '#lib/circles/server/index.ts';
import { guestShapes, noteRead } from '#lib/forum/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Tells a guest that a convenor's browser has opened their answer. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await noteRead(event.locals.house.db, { account: actor.account, ...event.params, ...readBody(guestShapes.reading, body) }));
};
