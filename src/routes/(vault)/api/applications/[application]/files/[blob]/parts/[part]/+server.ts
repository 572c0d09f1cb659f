import { groundOf } from '#lib/circles/server/index.ts';
import { applyingAnswer, signedRequestOf, takeFilePart } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** One sealed part of a file of the manifest, as it is. */
export const PUT: RequestHandler = async (event) => {
	const { blob, part } = event.params;
	return applyingAnswer(await takeFilePart(groundOf(event.locals.house), await signedRequestOf(event), { blob, index: /^\d{1,3}$/.test(part) ? Number(part) : -1 }, new Date()));
};
