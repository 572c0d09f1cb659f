import { answer } from '#lib/circles/server/index.ts';
import { releasedBy } from '#lib/forum/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The forums that the circle has released. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return answer(await releasedBy(event.locals.house.db, { account, ...event.params }));
};
