import { error, type RequestEvent } from '@sveltejs/kit';
import type { Actor } from '#lib/people/account.ts';
import type { House } from '#lib/platform/house.ts';
import { fromText, isSignedBy, requestMessage, sha256, toText } from '#lib/vault/envelope.ts';
import { sessionActor } from './login-sessions.ts';

/**
 * Gives `locals.actor`: asks the database at most once for a request, and only if somebody wants to know, so that a page
 * of the record never touches sessions.
 */
export function lazyActor(house: House, request: Request): () => Promise<Actor | undefined> {
	let known: Promise<Actor | undefined> | undefined;
	return () => (known ??= sessionActor(house.db, request.headers.get('cookie'), new Date()));
}

/** Who asks; undefined for somebody who is not signed in. Enough for reading: what is read is sealed. */
export function actorOf(event: RequestEvent): Promise<Actor | undefined> {
	return event.locals.actor();
}

/** Who asks, for an address that only signed-in people may read. Throws SvelteKit's error: 401 without a session. */
export async function reader(event: RequestEvent): Promise<Actor> {
	return (await actorOf(event)) ?? error(401, 'signed-out');
}

/**
 * Who asks for a change, and the raw body. Throws SvelteKit's error: 401 without a session, 403 when the request is not
 * signed by the account's own key. A cookie alone, stolen or lent by another site, so changes nothing.
 */
export async function signedActor(event: RequestEvent): Promise<{ actor: Actor; body: Uint8Array<ArrayBuffer> }> {
	const actor = await reader(event);
	const body = event.platform?.filePart ? ((await event.platform.filePart()) ?? error(413, 'too-large')) : new Uint8Array(await event.request.arrayBuffer());
	const { method, headers } = event.request;
	const message = requestMessage({ method, path: event.url.pathname + event.url.search, session: actor.session, bodyHash: toText(await sha256(body)) });
	const signature = fromText(headers.get('steadfast-signature') ?? '') ?? new Uint8Array();
	if (!(await isSignedBy(actor.signing, message, signature))) error(403, 'forged');
	return { actor, body };
}
