import { json } from '@sveltejs/kit';
import { beginKit, bodyAs, mayTry, refusal, shapes } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** A challenge for the key of a recovery kit; the same for one that nobody has. */
export const POST: RequestHandler = async ({ request, locals, getClientAddress }) => {
	const now = new Date();
	const { lookup } = await bodyAs(shapes.beginKit, request);
	if (!mayTry({ limiter: locals.house.limiter, address: getClientAddress() }, `kit ${lookup}`, now)) return refusal(429, 'slow-down', 900);
	return json({ challenge: await beginKit(locals.house.db, lookup, now) });
};
