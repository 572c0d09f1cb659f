import { json } from '@sveltejs/kit';
import { signedActor, withdrawInvitation } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Takes an unused invitation of one's own back. */
export const DELETE: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	await withdrawInvitation(event.locals.house.db, { account: actor.account, id: event.params.invitation }, new Date());
	return json({});
};
