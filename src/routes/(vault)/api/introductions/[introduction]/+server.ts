import { json } from '@sveltejs/kit';
import { dropIntroduction, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Deletes a letter that was taken in. */
export const DELETE: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	await dropIntroduction(event.locals.house.db, { account: actor.account, id: event.params.introduction });
	return json({});
};
