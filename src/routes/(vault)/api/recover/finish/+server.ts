import { actorOf, bodyAs, finishKit, refusal, shapes, signedInAnswer } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The session of whoever holds the recovery kit. */
export const POST: RequestHandler = async (event) => {
	const { house } = event.locals;
	const finishing = await bodyAs(shapes.finishKit, event.request);
	const signedIn = await finishKit(house.db, house.config, { ...finishing, before: await actorOf(event) }, new Date());
	return signedIn ? signedInAnswer(house.db, signedIn) : refusal(403, 'wrong');
};
