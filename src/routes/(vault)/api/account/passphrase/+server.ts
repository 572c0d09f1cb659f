import { json } from '@sveltejs/kit';
import { beginNewPassphrase, bodyAs, refusal, shapes, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** OPAQUE's first half of a new passphrase for one's own account; nothing is kept until the unlock envelope changes too. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const begun = await beginNewPassphrase(event.locals.house, { ...(await bodyAs(shapes.newPassphrase, body)), account: actor.account });
	return begun.ok ? json({ response: begun.response }) : refusal(begun.reason === 'name-taken' ? 409 : 400, begun.reason);
};
