import { error, type RequestEvent } from '@sveltejs/kit';
import type { Actor } from '#lib/people/account.ts';
import type { House } from '#lib/platform/house.ts';
import { rawBody } from '#lib/platform/http/raw-body.ts';
import type { Limit } from '#lib/platform/limits/limits.ts';
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

/**
 * Note: How fast somebody may work.
 * Somebody who moves several hundred papers in one go is not held up; a program that asks without end is, and takes
 * nobody's turn but its own. What is written counts for the account, after its signature was checked, so that a stolen
 * cookie uses none of it up; what is read counts for the session. Browsers wait for `Retry-After` by themselves.
 */
const pace = {
	write: { name: 'account.write', most: 600, perMs: 60_000 },
	read: { name: 'session.read', most: 1200, perMs: 60_000 }
} as const satisfies Record<string, Limit>;

/** Counts one more; throws SvelteKit's error 429 with `Retry-After` where it is one too many. */
export function keepPace(event: RequestEvent, limit: Limit, who: string): void {
	const { limiter } = event.locals.house;
	const now = new Date();
	if (limiter.allows(limit, who, now)) return;
	event.setHeaders({ 'retry-after': String(limiter.secondsLeft(limit, who, now)) });
	error(429, 'slow-down');
}

/** Who asks, for an address that only signed-in people may read. Throws SvelteKit's error: 401 without a session, 429. */
export async function reader(event: RequestEvent): Promise<Actor> {
	const actor = (await actorOf(event)) ?? error(401, 'signed-out');
	keepPace(event, pace.read, actor.session);
	return actor;
}

/**
 * Who asks for a change, and the raw body. Throws SvelteKit's error: 401 without a session, 403 when the request is not
 * signed by the account's own key, 429 when it is one too many. A cookie alone, stolen or lent by another site, so changes nothing.
 */
export async function signedActor(event: RequestEvent): Promise<{ actor: Actor; body: Uint8Array<ArrayBuffer> }> {
	const actor = (await actorOf(event)) ?? error(401, 'signed-out');
	const body = await rawBody(event);
	const { method, headers } = event.request;
	const message = requestMessage({ method, path: event.url.pathname + event.url.search, session: actor.session, bodyHash: toText(await sha256(body)) });
	const signature = fromText(headers.get('steadfast-signature') ?? '') ?? new Uint8Array();
	if (!(await isSignedBy(actor.signing, message, signature))) {
		keepPace(event, pace.read, actor.session);
		error(403, 'forged');
	}
	keepPace(event, pace.write, actor.account);
	return { actor, body };
}
