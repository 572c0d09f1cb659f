import { bodyAs, join, mayBegin, refusal, shapes, signedInAnswer } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Makes an account from an invitation, and signs it in. */
export const POST: RequestHandler = async ({ request, locals, getClientAddress }) => {
	const now = new Date();
	const { db, config, limiter } = locals.house;
	if (!mayBegin({ limiter, address: getClientAddress() }, now)) return refusal(429, 'slow-down', 900);
	const { introduction, ...joining } = await bodyAs(shapes.join, request);
	const joined = await join(db, config, { ...joining, introduction }, now);
	return joined.ok ? signedInAnswer(db, { ...joined, account: joining.account }) : refusal(joined.reason.startsWith('link-') ? 404 : 409, joined.reason);
};
