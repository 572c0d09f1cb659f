import { readBody } from '#lib/circles/server/index.ts';
import { callAnswer, lateLinks, lateLinkShape, makeLateLink } from '#lib/grants/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** How many such links there are, until when, and whether they were used. */
export const GET: RequestHandler = async (event) => {
	return callAnswer(await lateLinks(event.locals.house, await reader(event), event.params.slug));
};

/** Makes a link by which one application may come late. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return callAnswer(await makeLateLink(event.locals.house, actor, { slug: event.params.slug, ...readBody(lateLinkShape, body), now: new Date() }));
};
