import { narrowForum } from '#lib/archive/server/index.ts';
import { answer, readBody } from '#lib/circles/server/index.ts';
import { guestRequestOf, narrowingShape } from '#lib/forum/server/index.ts';
import type { RequestHandler } from './$types';

/** To be shown less from now on. It says by whom through its signature alone. */
export const POST: RequestHandler = async (event) => {
	const { body } = await guestRequestOf(event);
	return answer(await narrowForum(event.locals.house, readBody(narrowingShape, body), new Date()));
};
