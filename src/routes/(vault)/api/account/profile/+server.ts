import { json } from '@sveltejs/kit';
import { bodyAs, keepProfile, refusal, shapes, signedActor } from '#lib/people/server/index.ts';
import { isLetter } from '#lib/vault/envelope.ts';
import type { RequestHandler } from './$types';

/** Keeps the letter to oneself that holds one's name. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const { sealed } = await bodyAs(shapes.sealed, body);
	if (!isLetter(sealed)) return refusal(400, 'malformed');
	await keepProfile(event.locals.house.db, { account: actor.account, sealedProfile: sealed });
	return json({});
};
