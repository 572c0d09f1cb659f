import { applyingAnswer, deskApplication } from '#lib/grants/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What one may have of an application: sealed, all of it. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return applyingAnswer(await deskApplication(event.locals.house.db, { account, ...event.params }));
};
