import { answer, readBody } from '#lib/circles/server/index.ts';
import { canaryShape, putCanary, readCanary } from '#lib/grants/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The newest canary of a call. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return answer(await readCanary(event.locals.house.db, { account, ...event.params }, new Date()));
};

/** The canary of the day. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await putCanary(event.locals.house.db, actor, { ...event.params, ...readBody(canaryShape, body) }, new Date()));
};
