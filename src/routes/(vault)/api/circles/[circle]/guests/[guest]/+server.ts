import { answer, readBody } from '#lib/circles/server/index.ts';
import { approveGuest, guestShapes, withdrawGuest } from '#lib/forum/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** A second convenor approves an invitation. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await approveGuest(event.locals.house.db, actor, { ...event.params, ...readBody(guestShapes.approval, body), now: new Date() }));
};

/** Takes an invitation away. */
export const DELETE: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	return answer(await withdrawGuest(event.locals.house.db, actor, { ...event.params, now: new Date() }));
};
