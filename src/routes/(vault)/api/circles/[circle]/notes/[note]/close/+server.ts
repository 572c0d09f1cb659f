import { answer, closeNote, closeNoteShape, groundOf, readBody } from '#lib/circles/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Closes a note with the record of what stays. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await closeNote(groundOf(event.locals.house), actor, { ...event.params, ...readBody(closeNoteShape, body) }, new Date()));
};
