import { json } from '@sveltejs/kit';
import { answer, circlesOf, foundCircle, foundShape, groundOf, readBody } from '#lib/circles/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The circles that one is in. */
export const GET: RequestHandler = async (event) => {
	const actor = await reader(event);
	return json({ circles: await circlesOf(event.locals.house.db, actor.account) });
};

/** Founds a circle. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await foundCircle(groundOf(event.locals.house), actor, readBody(foundShape, body), new Date()));
};
