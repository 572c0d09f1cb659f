import { answer, readBody } from '#lib/circles/server/index.ts';
import { makeReference, references, referenceShape } from '#lib/grants/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The links to referees of an application, and what was answered. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return answer(await references(event.locals.house.db, { account, ...event.params, now: new Date() }));
};

/** Keeps questions to a referee behind a link. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await makeReference(event.locals.house.db, actor, { ...event.params, ...readBody(referenceShape, body), now: new Date() }));
};
