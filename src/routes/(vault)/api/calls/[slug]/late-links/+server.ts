import { readBody } from '#lib/circles/server/index.ts';
import { callAnswer, lateLinkShape, makeLateLink } from '#lib/grants/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Makes a link by which one application may come late. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return callAnswer(await makeLateLink(event.locals.house, actor, { slug: event.params.slug, ...readBody(lateLinkShape, body), now: new Date() }));
};
