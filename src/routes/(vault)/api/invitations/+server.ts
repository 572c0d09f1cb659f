import { json } from '@sveltejs/kit';
import { bodyAs, invitationsOf, invite, reader, refusal, shapes, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The invitations that one made. */
export const GET: RequestHandler = async (event) => {
	const actor = await reader(event);
	return json({ invitations: await invitationsOf(event.locals.house.db, actor.account, new Date()) });
};

/** Keeps an invitation whose secret stays in the inviter's browser. Invitations into a circle are the circle's to make. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const invited = await invite(event.locals.house.db, { actor, ...(await bodyAs(shapes.invite, body)) }, new Date());
	return invited.ok ? json({ id: invited.id }) : refusal(invited.reason === 'not-allowed' ? 404 : 409, invited.reason === 'not-allowed' ? 'not-found' : invited.reason);
};
