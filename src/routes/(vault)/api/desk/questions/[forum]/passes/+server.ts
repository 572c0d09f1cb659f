import { error, json } from '@sveltejs/kit';
import { givePressPass } from '#lib/forum/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** A new pass for press; its secret is in this answer and nowhere else. */
export const POST: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	const given = await givePressPass(event.locals.house, actor, event.params.forum, new Date());
	return given.ok ? json({ number: given.number, secret: given.secret }) : error(404, given.reason);
};
