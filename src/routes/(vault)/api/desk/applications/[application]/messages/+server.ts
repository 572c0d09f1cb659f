import { answer, readBody } from '#lib/circles/server/index.ts';
import { deskMessageShape, sendDeskMessage } from '#lib/grants/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The next message to the applicant. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await sendDeskMessage(event.locals.house.db, actor, { ...event.params, ...readBody(deskMessageShape, body) }));
};
