import { answer } from '#lib/circles/server/index.ts';
import { deskApplication } from '#lib/grants/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What one may have of an application: sealed, all of it. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return answer(await deskApplication(event.locals.house.db, { account, ...event.params }));
};
