import { json } from '@sveltejs/kit';
import { accountLog, reader, refusal } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** An account's log, which its id certifies, for everybody who is signed in. */
export const GET: RequestHandler = async (event) => {
	await reader(event);
	const found = await accountLog(event.locals.house.db, event.params.account);
	return found ? json(found) : refusal(404, 'not-found');
};
