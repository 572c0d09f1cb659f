import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { setResponse } from '@sveltejs/kit/node';
import { codingFor, compressOnce, type StoredPage } from './page-cache.ts';

/** What SvelteKit answered. */
export interface Answered {
	/** Has no body where the answer is a page. */
	readonly result: Response;
	/** A page's text (see *A page is handed to the front as text* in hooks.server.ts). */
	readonly page: string | undefined;
}

type HeaderLines = readonly (readonly [name: string, value: string])[];

/** `Referrer-Policy: no-referrer` would be stricter, but then browsers send `Origin: null` with our own forms. */
const guards: HeaderLines = [
	['x-content-type-options', 'nosniff'],
	['referrer-policy', 'same-origin'],
	['cross-origin-opener-policy', 'same-origin'],
	['cross-origin-resource-policy', 'same-origin'],
	['permissions-policy', 'camera=(), geolocation=(), microphone=(), browsing-topics=()']
];
const guardsOverTls: HeaderLines = [...guards, ['strict-transport-security', 'max-age=31536000']];

/** The headers of an answer and what guards every one that has no stricter word of its own, but for those that depend on how its body travels. */
export function headersOf({ result }: Answered, origin: string): HeaderLines {
	const own = [...result.headers].filter(([name]) => !travelling.has(name));
	const fresh = result.headers.has('cache-control') ? [] : [['cache-control', 'no-cache'] as const];
	const missing = (origin.startsWith('https:') ? guardsOverTls : guards).filter(([name]) => !result.headers.has(name));
	return [...missing, ...own, ...fresh];
}

const travelling = new Set(['content-length', 'content-encoding', 'etag', 'vary', 'x-sveltekit-page']);

/** The whole body of an answer that is no stream. */
export async function bytesOf({ page, result }: Answered): Promise<Buffer> {
	return page === undefined ? Buffer.from(await result.arrayBuffer()) : bytesOfText(page);
}

/** Asking first how long a text will be takes as long as writing it, so it is written where there is room enough. */
function bytesOfText(text: string): Buffer {
	if (text.length * 3 > room.length) return Buffer.from(text);
	return Buffer.from(room.subarray(0, room.write(text)));
}

const room = Buffer.allocUnsafe(512 * 1024);

/** A page out of the cache. */
export function sendStored(request: IncomingMessage, response: ServerResponse, page: StoredPage): void {
	if (request.headers['if-none-match'] !== undefined && matches(request.headers['if-none-match'], page.etag)) {
		response.writeHead(304, page.headersNotModified as string[]).end();
		return;
	}
	const coding = codingFor(request.headers['accept-encoding']);
	response.writeHead(200, page.headers[coding] as string[]).end(page.bodies[coding]);
}

function matches(ifNoneMatch: string, etag: string): boolean {
	return ifNoneMatch === etag || ifNoneMatch === '*' || ifNoneMatch.split(',').some((one) => one.trim().replace(/^(?:W\/)?/, 'W/') === etag);
}

/**
 * An answer for this request alone, compressed where that is worth it.
 *
 * Note: Answers of one turn leave together.
 * The requests of many visitors are read in one turn of the event loop, and most pages are made without a pause. Each
 * answer that is written at once wakes its reader, as a rule the proxy on this machine; written after the turn, all of
 * them wake it once. That is a fifth of the time of a page under load, and for a lone request nothing.
 */
export async function sendUnshared(request: IncomingMessage, response: ServerResponse, { answered, origin }: { answered: Answered; origin: string }): Promise<void> {
	const { page, result } = answered;
	const isText = page !== undefined || (result.body !== null && /^(?:text\/(?:html|plain)|application\/json)/.test(result.headers.get('content-type') ?? ''));
	const coding = isText ? codingFor(request.headers['accept-encoding']) : 'identity';
	if (page === undefined && coding === 'identity') {
		for (const [name, value] of headersOf(answered, origin)) if (name !== 'set-cookie') response.setHeader(name, value);
		setResponse(response, result);
		return;
	}
	const whole = await bytesOf(answered);
	const body = coding === 'identity' ? whole : await compressOnce(whole, coding);
	const headers = headersOf(answered, origin).flat();
	headers.push('vary', 'accept-encoding, cookie', 'content-length', String(body.length));
	if (coding !== 'identity') headers.push('content-encoding', coding);
	await endOfTurn();
	response.writeHead(result.status, headers).end(body);
}

/** A page without design, for what must work when nothing else does. */
export function sendPlain(response: ServerResponse, status: number, words: string, headers: Record<string, string> = {}): void {
	response.writeHead(status, {
		'content-type': 'text/plain; charset=utf-8',
		'cache-control': 'no-store',
		'x-content-type-options': 'nosniff',
		...(status === 503 ? { 'retry-after': '5' } : {}),
		...headers
	});
	response.end(`${words}\n`);
}
