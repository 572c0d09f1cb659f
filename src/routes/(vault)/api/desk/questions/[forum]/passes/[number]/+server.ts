import { error, json } from '@sveltejs/kit';
import { takePressPass } from '#lib/forum/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Takes a pass back. */
export const DELETE: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	const number = /^\d{1,6}$/.test(event.params.number) ? Number(event.params.number) : 0;
	const taken = await takePressPass(event.locals.house, actor, { forum: event.params.forum, number }, new Date());
	return taken.ok ? json({}) : error(404, taken.reason);
};
