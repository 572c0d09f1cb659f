import { json } from '@sveltejs/kit';
import { chosenBy, readDestination, switchOff, switchOn } from '#lib/notices/server/index.ts';
import { reader, refusal, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** How one chose to be told of news (never where), and what a browser needs for web push; no key where there is none. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	const { house } = event.locals;
	return json({ ...(await chosenBy(house, account)), key: house.push.isOffered ? await house.push.publicKey() : null });
};

/** Keeps where to be told. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const { house } = event.locals;
	const asked = readDestination(body, house.push);
	if (!asked.ok) return refusal(400, asked.reason);
	await switchOn(house, actor.account, asked.destination);
	return json({});
};

/** Deletes it. */
export const DELETE: RequestHandler = async (event) => {
	const { actor } = await signedActor(event);
	await switchOff(event.locals.house.db, actor.account);
	return json({});
};
