import { answer, readBody } from '#lib/circles/server/index.ts';
import { guestShapes, keepGuest, keepGuestsUntil, listedGuests } from '#lib/forum/server/index.ts';
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

/** Keeps invitations of a forum that was put off for longer. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await keepGuestsUntil(event.locals.house.db, { account: actor.account, ...event.params, ...readBody(guestShapes.keeping, body), now: new Date() }));
};
