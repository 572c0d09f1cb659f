import { json } from '@sveltejs/kit';
import { beginNewPassphrase, bodyAs, lookAtInvitation, mayBegin, refusal, shapes } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** OPAQUE's first half of a new passphrase, for somebody with a link. */
export const POST: RequestHandler = async ({ request, locals, getClientAddress }) => {
	const now = new Date();
	if (!mayBegin({ limiter: locals.house.limiter, address: getClientAddress() }, now)) return refusal(429, 'slow-down', 900);
	const { token, ...passphrase } = await bodyAs(shapes.joinPassphrase, request);
	const looked = await lookAtInvitation(locals.house.db, token, now);
	if (!looked.ok) return refusal(404, looked.reason);
	const begun = await beginNewPassphrase(locals.house, passphrase);
	return begun.ok ? json({ response: begun.response }) : refusal(begun.reason === 'name-taken' ? 409 : 400, begun.reason);
};
