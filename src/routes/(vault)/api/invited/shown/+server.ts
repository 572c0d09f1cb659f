import { narrowForum } from '#lib/archive/server/index.ts';
import { answer, readBody } from '#lib/circles/server/index.ts';
import { narrowingRequestOf, narrowingShape } from '#lib/forum/server/index.ts';
import type { RequestHandler } from './$types';

/** To be shown less from now on. Where the public was shown somebody, it says by whom through its signature alone. */
export const POST: RequestHandler = async (event) => {
	const request = await narrowingRequestOf(event);
	return answer(await narrowForum(event.locals.house, { narrowing: readBody(narrowingShape, request.body), request, now: new Date() }));
};
