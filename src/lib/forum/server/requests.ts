import { error, type RequestEvent } from '@sveltejs/kit';
import { rawBody } from '#lib/platform/http/raw-body.ts';
import type { Limit } from '#lib/platform/limits/limits.ts';
import type { GuestRequest } from './guests.ts';

/** Nothing here can be guessed: it is there against a flood, and a whole hotel of guests may show us one address. */
const pace = { name: 'forum.guests', most: 3000, perMs: 60 * 60 * 1000 } as const satisfies Limit;

/** More than anybody changes their mind; each may leave a row, where nothing was released yet. */
const narrowingPace = { name: 'forum.narrowing', most: 50, perMs: 24 * 60 * 60 * 1000 } as const satisfies Limit;

/**
 * A request of somebody without an account: whose link or mailbox it names, in a header, so that no log of addresses has
 * it, its body, and the signature. Throws SvelteKit's error 429 for one too many.
 */
export async function guestRequestOf(event: RequestEvent): Promise<GuestRequest> {
	const { locals, request, url, getClientAddress } = event;
	if (!locals.house.limiter.allows(pace, getClientAddress(), new Date())) error(429, 'slow-down');
	return { named: request.headers.get('steadfast-guest') ?? '', path: url.pathname, body: await rawBody(event), signature: request.headers.get('steadfast-signature') ?? '' };
}

/** The same of somebody who is to be shown less; who names an invitation may ask so fifty times a day. */
export async function narrowingRequestOf(event: RequestEvent): Promise<GuestRequest> {
	const request = await guestRequestOf(event);
	if (request.named !== '' && !event.locals.house.limiter.allows(narrowingPace, request.named, new Date())) error(429, 'slow-down');
	return request;
}
