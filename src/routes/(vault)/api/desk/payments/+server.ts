import { json } from '@sveltejs/kit';
import { payingCalls } from '#lib/grants/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The calls whose payments the account makes. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return json({ calls: await payingCalls(event.locals.house.db, account) });
};
