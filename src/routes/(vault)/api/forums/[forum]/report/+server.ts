import { error, json } from '@sveltejs/kit';
import { releaseReport } from '#lib/archive/server/index.ts';
import { readBody } from '#lib/circles/server/index.ts';
import { forumReportShape } from '#lib/forum/server/index.ts';
import { signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Releases the overview report of a forum, now or at a time. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const request = readBody(forumReportShape, body);
	if (request.report.slug !== event.params.forum) error(400, 'malformed');
	const outcome = await releaseReport(event.locals.house, actor, request, new Date());
	if (!outcome.ok) error(outcome.reason === 'not-found' ? 404 : 400, outcome.reason);
	return json({ releaseAt: outcome.releaseAt.toISOString() });
};
