import { json } from '@sveltejs/kit';
import { reviewTasks } from '#lib/grants/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What one was asked to review. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return json({ tasks: await reviewTasks(event.locals.house.db, account) });
};
