import { json } from '@sveltejs/kit';
import { actorOf, beginPassphrase, bodyAs, mayTry, nameKeyOf, refusal, shapes } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The first half of signing in with a passphrase; without a name, of unlocking where a session still lives. */
export const POST: RequestHandler = async (event) => {
	const now = new Date();
	const { house } = event.locals;
	const { nameKey, request } = await bodyAs(shapes.beginPassphrase, event.request);
	const actor = nameKey === undefined ? await actorOf(event) : undefined;
	const known = nameKey ?? (actor && (await nameKeyOf(house.db, actor.account)));
	if (known === undefined) return refusal(401, 'signed-out');
	// Who unlocks is counted by her session, which nobody else can use up.
	if (!mayTry({ limiter: house.limiter, address: event.getClientAddress() }, actor?.session ?? Buffer.from(known).toString('base64url'), now)) return refusal(429, 'slow-down', 900);
	const begun = await beginPassphrase(house.db, house.config, { nameKey: known, request }, now);
	return begun === 'malformed' ? refusal(400, 'malformed') : json(begun);
};
