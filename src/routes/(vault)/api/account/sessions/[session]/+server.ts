import { json } from '@sveltejs/kit';
import { bodyAs, endSession, labelSession, refusal, shapes, signedActor } from '#lib/people/server/index.ts';
import { isLetter } from '#lib/vault/envelope.ts';
import type { RequestHandler } from './$types';

/** Keeps the sealed name of a session. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const { sealed } = await bodyAs(shapes.sealed, body);
	if (!isLetter(sealed)) return refusal(400, 'malformed');
	await labelSession(event.locals.house.db, { account: actor.account, tag: event.params.session, sealedLabel: sealed });
	return json({});
};

/** Ends one session. */
export const DELETE: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	await endSession(event.locals.house.db, { account: actor.account, tag: event.params.session });
	return json({});
};
