import { error, type RequestEvent } from '@sveltejs/kit';
import { rawBody } from '#lib/platform/http/raw-body.ts';
import type { SignedRequest } from './applications.ts';
import { mayApply } from './limits.ts';
import type { ReceiptRequest } from './receipts.ts';
import type { RefereeRequest } from './references.ts';

/** A request that is signed by an application's receipt, its body read. Throws SvelteKit's error 429 for one too many. */
export async function signedRequestOf(event: RequestEvent & { readonly params: { readonly application: string } }): Promise<SignedRequest> {
	countOne(event, 'arrive');
	return { application: event.params.application, ...(await partsOf(event)) };
}

/** A request that names a mailbox and is signed by its receipt. */
export async function receiptRequestOf(event: RequestEvent): Promise<ReceiptRequest> {
	countOne(event, 'receipt');
	return { mailbox: event.request.headers.get('steadfast-mailbox') ?? '', ...(await partsOf(event)) };
}

/** A request that names a referee's link, in a header, so that no log of addresses has it; signed by the link's key where it brings an answer. */
export async function refereeRequestOf(event: RequestEvent): Promise<RefereeRequest> {
	countOne(event, 'receipt');
	return { link: event.request.headers.get('steadfast-reference') ?? '', ...(await partsOf(event)) };
}

async function partsOf(event: RequestEvent) {
	const { request, url } = event;
	return { method: request.method, path: url.pathname + url.search, body: await rawBody(event), signature: request.headers.get('steadfast-signature') ?? '' };
}

function countOne({ locals, getClientAddress }: RequestEvent, kind: Parameters<typeof mayApply>[1]): void {
	if (!mayApply(locals.house.limiter, kind, getClientAddress(), new Date())) error(429, 'slow-down');
}
