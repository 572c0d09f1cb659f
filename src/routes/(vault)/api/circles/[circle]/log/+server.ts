import { answer, appendEntry, appendShape, groundOf, logOf, logQuery, readBody, readQuery } from '#lib/circles/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The log of a circle, or what came after an entry, with the keys of everybody whom it names. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return answer(await logOf(groundOf(event.locals.house), { account, circle: event.params.circle, ...readQuery(logQuery, event.url) }));
};

/** Adds an entry, with the letter and records that belong to it. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await appendEntry(groundOf(event.locals.house), actor, event.params.circle, readBody(appendShape, body), new Date()));
};
