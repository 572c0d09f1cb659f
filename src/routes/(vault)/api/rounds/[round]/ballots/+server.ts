import { error } from '@sveltejs/kit';
import { answer, readBody } from '#lib/circles/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import { rawBody } from '#lib/platform/http/raw-body.ts';
import { ballotPace, ballotsIn, castBallot, roundShapes } from '#lib/statement/server/index.ts';
import type { RequestHandler } from './$types';

/** All ballots of a round that is over, for members of its circle. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return answer(await ballotsIn(event.locals.house.db, { account, ...event.params, now: new Date() }));
};

/** A ballot, of somebody who does not say who it is: no session is looked at, and no address counted. */
export const POST: RequestHandler = async (event) => {
	const { house } = event.locals;
	const ballot = readBody(roundShapes.ballot, await rawBody(event));
	if (!house.limiter.allows(ballotPace, ballot.key, new Date())) error(429, 'slow-down');
	return answer(await castBallot(house.db, { ...event.params, ballot, now: new Date() }));
};
