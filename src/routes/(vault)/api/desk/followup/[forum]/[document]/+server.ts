import { error, json } from '@sveltejs/kit';
import { followedStatement } from '#lib/archive/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The clauses of a published statement and what is recorded of each. */
export const GET: RequestHandler = async (event) => {
	await reader(event);
	return json((await followedStatement(event.locals.house, event.params)) ?? error(404, 'not-found'));
};
