import { answer, changesQuery, readQuery } from '#lib/circles/server/index.ts';
import { deskApplications } from '#lib/grants/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Applications of a call, a page of them, in the order in which they changed. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return answer(await deskApplications(event.locals.house.db, { account, ...event.params, ...readQuery(changesQuery, event.url) }));
};
