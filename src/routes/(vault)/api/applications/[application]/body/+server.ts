import { applyingAnswer, applyingShapes, readAs, signedRequestOf, takeBody } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** The sealed parts and letters of a committed application. */
export const PUT: RequestHandler = async (event) => {
	const request = await signedRequestOf(event);
	const input = readAs(applyingShapes.body, request.body);
	return applyingAnswer(input ? await takeBody(event.locals.house, request, input, new Date()) : { ok: false, reason: 'malformed' });
};
