import { answer, readBody } from '#lib/circles/server/index.ts';
import { paymentLetterShape, sendPaymentLetter } from '#lib/grants/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** A sealed letter from deciders to payers, or back. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await sendPaymentLetter(event.locals.house.db, actor, { ...event.params, ...readBody(paymentLetterShape, body) }, new Date()));
};
