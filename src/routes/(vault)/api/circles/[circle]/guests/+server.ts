import { answer, readBody } from '#lib/circles/server/index.ts';
import { guestShapes, keepGuest, listedGuests } from '#lib/forum/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The invitations of the circle, and what was answered. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return answer(await listedGuests(event.locals.house.db, { account, ...event.params }));
};

/** Keeps an invitation that was drafted, or a fresh link of one. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await keepGuest(event.locals.house.db, actor, { ...event.params, ...readBody(guestShapes.draft, body), now: new Date() }));
};
