import { json } from '@sveltejs/kit';
import { endOtherSessions, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Ends all sessions but this one. */
export const DELETE: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	await endOtherSessions(event.locals.house.db, { account: actor.account, but: actor.session });
	return json({});
};
