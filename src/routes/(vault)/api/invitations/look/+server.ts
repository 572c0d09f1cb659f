import { json } from '@sveltejs/kit';
import { bodyAs, lookAtInvitation, mayBegin, refusal, shapes } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** What an invitation says to whoever has its link: for what role, and whose keys invite. */
export const POST: RequestHandler = async ({ request, locals, getClientAddress }) => {
	const now = new Date();
	if (!mayBegin({ limiter: locals.house.limiter, address: getClientAddress() }, now)) return refusal(429, 'slow-down', 900);
	const { token } = await bodyAs(shapes.token, request);
	const looked = await lookAtInvitation(locals.house.db, token, now);
	return looked.ok ? json(looked.invitation) : refusal(404, looked.reason);
};
