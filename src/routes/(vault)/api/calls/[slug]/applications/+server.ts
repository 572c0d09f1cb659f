import { applyingAnswer, applyingShapes, commitApplication, mayApply, readAs } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** The commit: what an application will consist of, before anything of it comes. */
export const POST: RequestHandler = async ({ request, params, locals, getClientAddress }) => {
	const now = new Date();
	if (!mayApply(locals.house.limiter, 'commit', getClientAddress(), now)) return applyingAnswer({ ok: false, reason: 'slow-down' });
	const input = readAs(applyingShapes.commit, new Uint8Array(await request.arrayBuffer()));
	return applyingAnswer(input ? await commitApplication(locals.house, params.slug, input, now) : { ok: false, reason: 'malformed' });
};
