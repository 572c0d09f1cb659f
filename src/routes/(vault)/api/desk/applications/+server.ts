import { readQuery } from '#lib/circles/server/index.ts';
import { packed } from '#lib/grants/packed.ts';
import { someApplications, someQuery } from '#lib/grants/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What one may have of some applications: sealed, all of it. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	const { ids } = readQuery(someQuery, event.url);
	return new Response(packed(await someApplications(event.locals.house.db, { account, applications: ids })), { headers: { 'content-type': 'application/octet-stream' } });
};
