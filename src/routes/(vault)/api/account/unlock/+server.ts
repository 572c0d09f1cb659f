import { json } from '@sveltejs/kit';
import { bodyAs, changeUnlock, reader, refusal, materialOf, shapes, signedActor } from '#lib/people/server/index.ts';
import { toText } from '#lib/vault/envelope.ts';
import type { RequestHandler } from './$types';

/** The account's log and the unlock envelope in force. */
export const GET: RequestHandler = async (event) => {
	const actor = await reader(event);
	const { sealedUnlock, version, log } = await materialOf(event.locals.house.db, actor.account);
	return json({ unlock: toText(sealedUnlock), version, log });
};

/** Puts another unlock envelope in force, together with the way of unlocking or the kit that it is about. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const { db, config } = event.locals.house;
	const changed = await changeUnlock(db, config, { actor, ...(await bodyAs(shapes.changeUnlock, body)) }, new Date());
	return changed.ok ? json({}) : refusal(409, changed.reason);
};
