import { answer, readBody } from '#lib/circles/server/index.ts';
import { guestOwn, guestRequestOf, guestShapes, keepAnswer } from '#lib/forum/server/index.ts';
import type { RequestHandler } from './$types';

/** What a guest reads again. */
export const GET: RequestHandler = async (event) => {
	const { named } = await guestRequestOf(event);
	return answer(await guestOwn(event.locals.house.db, named));
};

/** A guest's answer, or another one. */
export const POST: RequestHandler = async (event) => {
	const request = await guestRequestOf(event);
	return answer(await keepAnswer(event.locals.house.db, request, readBody(guestShapes.answer, request.body)));
};
