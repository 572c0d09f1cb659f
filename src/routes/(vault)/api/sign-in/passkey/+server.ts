import { json } from '@sveltejs/kit';
import { beginPasskey, mayBegin, refusal } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What a browser needs to ask for a passkey. */
export const POST: RequestHandler = async ({ locals, getClientAddress }) => {
	const now = new Date();
	const { db, config, limiter } = locals.house;
	if (!mayBegin({ limiter, address: getClientAddress() }, now)) return refusal(429, 'slow-down', 900);
	return json(await beginPasskey(db, config, now));
};
