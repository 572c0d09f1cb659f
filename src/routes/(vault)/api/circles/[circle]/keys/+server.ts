import { answer, keysOf } from '#lib/circles/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The newest letter of keys for the one who asks. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return answer(await keysOf(event.locals.house.db, { account, circle: event.params.circle }));
};
