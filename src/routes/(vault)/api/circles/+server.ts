import { json } from '@sveltejs/kit';
import { answer, circlesOf, foundCircle, foundingPace, foundShape, groundOf, readBody } from '#lib/circles/server/index.ts';
import { keepPace, reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The circles that one is in. */
export const GET: RequestHandler = async (event) => {
	const actor = await reader(event);
	return json({ circles: await circlesOf(event.locals.house.db, actor.account) });
};

/** Founds a circle. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	keepPace(event, foundingPace, actor.account);
	return answer(await foundCircle(groundOf(event.locals.house), actor, readBody(foundShape, body), new Date()));
};
