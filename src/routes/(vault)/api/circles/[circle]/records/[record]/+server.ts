import { answer, groundOf, putRecord, readBody, readQuery, recordShape, versionsOf, versionsQuery } from '#lib/circles/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The versions of a record, a page of them, or the newest alone. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	const { after, newest } = readQuery(versionsQuery, event.url);
	return answer(await versionsOf(event.locals.house.db, { account, ...event.params, after, newest: newest !== undefined }));
};

/** Writes the next version. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await putRecord(groundOf(event.locals.house), actor, { ...event.params, ...readBody(recordShape, body) }));
};
