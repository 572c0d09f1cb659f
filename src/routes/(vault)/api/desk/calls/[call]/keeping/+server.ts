import { answer } from '#lib/circles/server/index.ts';
import { callKeeping } from '#lib/grants/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What of a call will be shredded, when and why, and how many were. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return answer(await callKeeping(event.locals.house, { account, ...event.params }));
};
