import { actorOf, bodyAs, finishPassphrase, refusal, shapes, signedInAnswer } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The second half: the session, if the passphrase was known. */
export const POST: RequestHandler = async (event) => {
	const { house } = event.locals;
	const finishing = await bodyAs(shapes.finishPassphrase, event.request);
	const signedIn = await finishPassphrase(house.db, house.config, { ...finishing, before: await actorOf(event) }, new Date());
	return signedIn ? signedInAnswer(house.db, signedIn) : refusal(403, 'wrong');
};
