import { readBody } from '#lib/circles/server/index.ts';
import { againLinkShape, againSealShape, againStanding, callAnswer, makeAgainLink, sealAgain, takeBackAgain } from '#lib/grants/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** How a new receipt for a lost one stands. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return callAnswer(await againStanding(event.locals.house.db, { account, ...event.params }, new Date()));
};

/** A link for a new receipt. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return callAnswer(await makeAgainLink(event.locals.house.db, actor, { ...event.params, ...readBody(againLinkShape, body) }, new Date()));
};

/** The new receipt takes the old one's place. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	return callAnswer(await sealAgain(event.locals.house.db, actor, { ...event.params, ...readBody(againSealShape, body) }, new Date()));
};

/** No new receipt after all. */
export const DELETE: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	return callAnswer(await takeBackAgain(event.locals.house.db, actor, event.params.application, new Date()));
};
