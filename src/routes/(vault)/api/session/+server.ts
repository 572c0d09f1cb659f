import { json } from '@sveltejs/kit';
import { actorOf, endSession, noCookie, signedActor, waysOf } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Whether the browser's session still lives, and by what its account can be unlocked. */
export const GET: RequestHandler = async (event) => {
	const actor = await actorOf(event);
	if (actor === undefined) return json({ signedIn: false });
	const { hasPassphrase, passkeys } = await waysOf(event.locals.house.db, actor.account);
	return json({ signedIn: true, account: actor.account, hasPassphrase, hasPasskey: passkeys.length > 0 });
};

/** Signs out. */
export const DELETE: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	await endSession(event.locals.house.db, { account: actor.account, tag: actor.session });
	return new Response('{}', { headers: { 'content-type': 'application/json', 'set-cookie': noCookie } });
};
