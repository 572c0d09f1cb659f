import { json } from '@sveltejs/kit';
import { deskCalls } from '#lib/grants/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The calls whose applications one reads. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return json({ calls: await deskCalls(event.locals.house, account, new Date()) });
};
