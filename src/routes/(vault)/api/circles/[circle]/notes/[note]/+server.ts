import { addToNote, answer, groundOf, notePieceQuery, noteNews, noteQuery, noteSnapshotQuery, readQuery, replaceBySnapshot } from '#lib/circles/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What came after an update; with `wait` as soon as there is something. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	const { after, wait } = readQuery(noteQuery, event.url);
	return answer(await noteNews(event.locals.house, { account, ...event.params, after, wait: wait !== undefined }));
};

/** Adds a sealed update. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await addToNote(groundOf(event.locals.house), actor, { ...event.params, ...readQuery(notePieceQuery, event.url), envelope: body }));
};

/** Puts a sealed snapshot in the place of updates. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return answer(await replaceBySnapshot(groundOf(event.locals.house), actor, { ...event.params, ...readQuery(noteSnapshotQuery, event.url), envelope: body }));
};
