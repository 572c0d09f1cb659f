import { answer, listQuery, listRecords, readQuery } from '#lib/circles/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The newest versions of records of some kinds, a page of them. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	const { kind, ...page } = readQuery(listQuery, event.url);
	return answer(await listRecords(event.locals.house.db, { account, circle: event.params.circle, kinds: kind, ...page }));
};
