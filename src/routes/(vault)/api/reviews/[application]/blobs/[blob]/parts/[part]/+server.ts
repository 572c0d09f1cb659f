import { groundOf } from '#lib/circles/server/index.ts';
import { applyingAnswer, filePartForReview } from '#lib/grants/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** One sealed part of a file that came with an application, for its reviewer. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	const { application, blob, part } = event.params;
	const found = await filePartForReview(groundOf(event.locals.house), { account, application, blob, index: /^(?:0|[1-9]\d{0,3})$/.test(part) ? Number(part) : -1 });
	return found.ok ? new Response(new Uint8Array(found.bytes), { headers: { 'content-type': 'application/octet-stream' } }) : applyingAnswer(found);
};
