import { answer, readBody } from '#lib/circles/server/index.ts';
import { guestLetter, guestRequestOf, guestShapes, openGuest } from '#lib/forum/server/index.ts';
import type { RequestHandler } from './$types';

/** The sealed letter behind a link that nobody has opened. */
export const GET: RequestHandler = async (event) => {
	const { named } = await guestRequestOf(event);
	return answer(await guestLetter(event.locals.house.db, named));
};

/** The first opening, once. */
export const POST: RequestHandler = async (event) => {
	const request = await guestRequestOf(event);
	return answer(await openGuest(event.locals.house.db, request, readBody(guestShapes.opening, request.body)));
};
