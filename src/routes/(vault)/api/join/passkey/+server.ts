import { json } from '@sveltejs/kit';
import { beginNewPasskey, bodyAs, lookAtInvitation, mayBegin, refusal, shapes } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What a browser needs to make a passkey, for somebody with a link. */
export const POST: RequestHandler = async ({ request, locals, getClientAddress }) => {
	const now = new Date();
	if (!mayBegin({ limiter: locals.house.limiter, address: getClientAddress() }, now)) return refusal(429, 'slow-down', 900);
	const { token, account } = await bodyAs(shapes.joinPasskey, request);
	const looked = await lookAtInvitation(locals.house.db, token, now);
	return looked.ok ? json(await beginNewPasskey(locals.house, account, now)) : refusal(404, looked.reason);
};
