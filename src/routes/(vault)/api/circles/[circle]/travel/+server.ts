import { answer } from '#lib/circles/server/index.ts';
import { travelLetters } from '#lib/forum/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What guests of a forum sent to the circle that sees to their journeys. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return answer(await travelLetters(event.locals.house.db, { account, ...event.params, now: new Date() }));
};
