import { json } from '@sveltejs/kit';
import { beginNewPasskey, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What a browser needs to make a further passkey for one's own account. */
export const POST: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	return json(await beginNewPasskey(event.locals.house, actor.account, new Date()));
};
