import { answer } from '#lib/circles/server/index.ts';
import { ballotOf } from '#lib/statement/server/index.ts';
import type { RequestHandler } from './$types';

/** One ballot, for whoever knows its key; no session is looked at. */
export const GET: RequestHandler = async ({ locals, params }) => answer(await ballotOf(locals.house.db, params));
