import { json } from '@sveltejs/kit';
import { bodyAs, labelPasskey, refusal, shapes, signedActor } from '#lib/people/server/index.ts';
import { isLetter } from '#lib/vault/envelope.ts';
import type { RequestHandler } from './$types';

/** Keeps the sealed name of a passkey. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const { sealed } = await bodyAs(shapes.sealed, body);
	if (!isLetter(sealed)) return refusal(400, 'malformed');
	await labelPasskey(event.locals.house.db, { account: actor.account, id: event.params.passkey, sealedLabel: sealed });
	return json({});
};
