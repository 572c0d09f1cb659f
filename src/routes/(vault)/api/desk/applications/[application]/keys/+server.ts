import { answer, readBody } from '#lib/circles/server/index.ts';
import { rekeyApplication, rekeyShape } from '#lib/grants/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Parts and thread sealed again, in the place of those that there were. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await rekeyApplication(event.locals.house.db, actor, { ...event.params, ...readBody(rekeyShape, body) }));
};
