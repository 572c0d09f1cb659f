import { answer, inviteInto, invitationShape, readBody } from '#lib/circles/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Keeps an invitation into a circle, whose secret stays in the steward's browser. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await inviteInto(event.locals.house.db, actor, { circle: event.params.circle, ...readBody(invitationShape, body) }, new Date()));
};
