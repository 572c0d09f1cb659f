import { error } from '@sveltejs/kit';
import { againCardShape, applyingAnswer, leaveCard, mayApply, readAs } from '#lib/grants/server/index.ts';
import { rawBody } from '#lib/platform/http/raw-body.ts';
import type { RequestHandler } from './$types';

/** The public half of new words, by a link that was given for a lost receipt. */
export const POST: RequestHandler = async (event) => {
	const { locals, getClientAddress } = event;
	if (!mayApply(locals.house.limiter, 'receipt', getClientAddress(), new Date())) error(429, 'slow-down');
	const input = readAs(againCardShape, await rawBody(event));
	return applyingAnswer(input ? await leaveCard(locals.house.db, input, new Date()) : { ok: false, reason: 'malformed' });
};
