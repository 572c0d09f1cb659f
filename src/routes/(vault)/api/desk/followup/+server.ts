import { error, json } from '@sveltejs/kit';
import { followedStatements, recordFollowup } from '#lib/archive/server/index.ts';
import { readBody } from '#lib/circles/server/index.ts';
import { followupShape } from '#lib/followup/recommendation.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Published statements and addressees, all of it public. */
export const GET: RequestHandler = async (event) => {
	await reader(event);
	return json(await followedStatements(event.locals.house));
};

/** Records an addressee, a decision about a clause, or an entry of a history. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const recorded = await recordFollowup(event.locals.house, actor, readBody(followupShape, body), new Date());
	if (recorded.ok) return json({});
	error(recorded.reason === 'not-found' ? 404 : recorded.reason === 'malformed' ? 400 : 409, recorded.reason);
};
