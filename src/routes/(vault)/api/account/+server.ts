import { json } from '@sveltejs/kit';
import { endAccount, bodyAs, noCookie, reader, refusal, sessionsOf, shapes, signedActor, waysOf } from '#lib/people/server/index.ts';
import { toText } from '#lib/vault/envelope.ts';
import type { RequestHandler } from './$types';

const text = (bytes: Uint8Array | null) => (bytes === null ? null : toText(bytes));

/** One's own account: the ways into it and the sessions that are alive. What names them is sealed. */
export const GET: RequestHandler = async (event) => {
	const actor = await reader(event);
	const { db } = event.locals.house;
	const { hasPassphrase, passkeys } = await waysOf(db, actor.account);
	const sessions = await sessionsOf(db, actor.account, new Date());
	return json({
		hasPassphrase,
		passkeys: passkeys.map(({ sealedLabel, ...passkey }) => ({ ...passkey, label: text(sealedLabel) })),
		sessions: sessions.map(({ sealedLabel, ...session }) => ({ ...session, label: text(sealedLabel), isThis: session.tag === actor.session }))
	});
};

/** Ends the account for good. */
export const DELETE: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const { entry } = await bodyAs(shapes.entry, body);
	const ended = await endAccount(event.locals.house.db, { actor, entry }, new Date());
	if (!ended.ok) return refusal(409, ended.reason);
	return new Response('{}', { headers: { 'content-type': 'application/json', 'set-cookie': noCookie } });
};
