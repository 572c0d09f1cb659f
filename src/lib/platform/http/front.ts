import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequest } from '@sveltejs/kit/node';
import type { Built } from '../client/built.ts';
import { isMigrated } from '../db/migrate.ts';
import type { House } from '../house.ts';
import { isLanguage } from '../i18n/language.ts';
import { followedTopic } from '../live/live.ts';
import { addressingFor } from './addressing.ts';
import { bytesOf, headersOf, sendPlain, sendStored, sendUnshared, type Answered } from './answer.ts';
import { apiAnswer, apiHeaders, isApi, isFilePart, largestApiBody, type ApiReason } from './api.ts';
import { preparePage } from './page-cache.ts';
import { wholeBody } from './whole-body.ts';

/** What SvelteKit's server is to us: a request in, a response out. */
export interface Kit {
	respond(request: Request, options: { platform: App.Platform; getClientAddress: () => string }): Promise<Response>;
}

export interface FrontParts {
	readonly house: House;
	readonly kit: Kit;
	/** Serves the built client files; calls the third argument for what is none. */
	readonly assets: (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
	readonly migrationsDir: string;
	readonly built: Built;
	/** The parts of a query that pages read, in any order; all others change nothing. */
	readonly queryNames: readonly string[];
}

/** Forms of the record are small; whatever is larger is refused before it is read. */
const largestBodyBytes = 64 * 1024;
const longestUrl = 12_000;
/** What servers write for a visitor who left, or was cut off, before there was an answer (nginx's number); never sent. */
const hungUp = 499;

/**
 * Note: What comes before SvelteKit.
 * Health, the page cache, the client's files, the size of what is sent to us, the log line and the figures. See
 * `addressing.ts` for the origin under which a request is answered.
 */
export function createFront({ house, kit, assets, migrationsDir, built, queryNames }: FrontParts): (request: IncomingMessage, response: ServerResponse) => void {
	const { config, pages, metrics, log } = house;
	const addressOf = addressingFor(config, queryNames);

	return (request, response) => {
		const { method = 'GET', url = '/', headers } = request;
		const toApi = isApi(url);
		const mayShare = (method === 'GET' || method === 'HEAD') && headers.cookie === undefined && headers.authorization === undefined && !toApi;
		const addressed = addressOf(url, headers.host);
		const { origin, key } = addressed;
		if (mayShare) {
			const page = pages.get(key);
			if (page) {
				sendStored(request, response, page);
				metrics.hit(page.route);
				log.request({ method, route: page.route, status: response.statusCode, ms: 0, cache: 'hit' });
				return;
			}
		}
		const begun = performance.now();
		const told = { route: 'other', cache: 'none' as 'miss' | 'none' };
		response.once('close', () => {
			const ms = performance.now() - begun;
			const status = response.headersSent ? response.statusCode : hungUp;
			metrics.answered(told.route, status, ms / 1000, told.cache);
			log.request({ method: knownMethods.has(method) ? method : 'OTHER', route: told.route, status, ms, cache: told.cache });
		});
		if (url === '/healthz' || url === '/readyz') {
			told.route = url;
			void answerHealth(url, response);
			return;
		}
		const topic = method === 'GET' ? followedTopic(url) : undefined;
		if (topic !== undefined) {
			told.route = '/live';
			if (!house.live.follow(topic, response)) sendPlain(response, 503, 'Too many follow live here. Open the page again in a minute.');
			return;
		}
		const refusal = refusalOf(request, toApi ? largestApiBody(url) : largestBodyBytes);
		if (refusal) {
			// What is too large is read and thrown away: hung up on in the middle, a browser shows its own error instead.
			if (toApi) sendReason(response, refusal);
			else if (refusal.status === 405 || request.headers.accept?.includes('text/html') !== true) sendPlain(response, refusal.status, refusal.words, refusal.status === 405 ? { allow: 'GET, HEAD, POST' } : {});
			else void showRefused({ request, response, origin, told }, refusal);
			return;
		}
		assets(request, response, () => {
			answer({ request, response, key, mayShare: mayShare && !isForKitsClient(url), plainUrl: addressed.url, told, origin }).catch((error: unknown) => {
				log.trouble('an answer failed', error, told.route);
				if (response.headersSent) response.destroy();
				else if (toApi) sendReason(response, { status: 500, reason: 'failed' });
				else sendPlain(response, 500, 'Something went wrong on our side. Try again in a moment.');
			});
		});
	};

	async function answer({ request, response, key, mayShare, plainUrl, told, origin }: Asked): Promise<void> {
		if (isApi(request.url ?? '') && isForged(request, origin)) {
			sendReason(response, { status: 403, reason: 'forged' });
			return;
		}
		if (!mayShare) {
			await sendUnshared(request, response, { origin, answered: await ask({ request, response, origin, told }) });
			return;
		}
		// What is kept for everybody is made of nothing that one visitor adds; a HEAD is sent without the body by Node.
		request.url = plainUrl;
		request.method = 'GET';
		let unshared: Answered | undefined;
		const page = await pages.getOrMake(key, async () => {
			const answered = await ask({ request, response, origin, told });
			const { result, route, tags, trueUntil } = answered;
			if (result.status !== 200 || tags.size === 0 || result.headers.has('set-cookie')) {
				unshared = answered;
				return undefined;
			}
			return preparePage({ route, headers: new Map(headersOf(answered, origin)), body: await bytesOf(answered), tags, trueUntil });
		});
		if (page) {
			told.route = page.route;
			told.cache = 'miss';
			sendStored(request, response, page);
			return;
		}
		await sendUnshared(request, response, { origin, answered: unshared ?? (await ask({ request, response, origin, told })) });
	}

	async function ask({ request, response, origin, told }: Pick<Asked, 'request' | 'response' | 'origin' | 'told'>): Promise<Answered & { route: string; tags: ReadonlySet<string>; trueUntil: number | undefined }> {
		const toApi = isApi(request.url ?? '');
		if (!toApi && (isOneClickUnsubscribe(request) || isFromOurPage(request, origin))) request.headers.origin = origin;
		// SvelteKit tells a program in JSON what it refuses, and a person with a page.
		if (toApi) request.headers.accept = 'application/json';
		const platform: App.Platform = { req: request, house, built, noted: { route: 'unknown' }, tags: new Set(), ...(takesPart(request) ? { filePart: () => wholeBody(request, largestApiBody(request.url ?? '')) } : {}) };
		const result = await kit.respond(requestFor(request, response, origin), { platform, getClientAddress: () => clientAddress(request) });
		told.route = platform.noted.route;
		return { result: toApi ? await apiAnswer(result) : result, page: platform.noted.page, route: platform.noted.route, tags: platform.tags, trueUntil: platform.noted.trueUntil };
	}

	/** What is refused before anything is read of it, as a page in the language of its address; as a bare line where no page can be made. */
	async function showRefused({ request, response, origin, told }: Pick<Asked, 'request' | 'response' | 'origin' | 'told'>, { status, words }: Refused): Promise<void> {
		try {
			const platform: App.Platform = { req: request, house, built, noted: { route: 'unknown' }, tags: new Set(), refused: status };
			const result = await kit.respond(refusedRequest(request, origin), { platform, getClientAddress: () => clientAddress(request) });
			told.route = platform.noted.route;
			await sendUnshared(request, response, { origin, answered: { result, page: platform.noted.page } });
		} catch (error) {
			log.trouble('a refusal could not be shown', error, told.route);
			if (response.headersSent) response.destroy();
			else sendPlain(response, status, words);
		}
	}

	/** The visitor's address, for rate limits only: the last one that our own proxy added, or the connection's. */
	function clientAddress(request: IncomingMessage): string {
		const header = config.clientAddressHeader === undefined ? undefined : request.headers[config.clientAddressHeader];
		const added = (Array.isArray(header) ? header.join(',') : header)?.split(',').at(-1)?.trim();
		return added || (request.socket.remoteAddress ?? 'unknown');
	}

	async function answerHealth(url: string, response: ServerResponse): Promise<void> {
		const ready = url === '/healthz' || (await isReady());
		sendPlain(response, ready ? 200 : 503, ready ? 'ok' : 'not ready: the database does not answer or lacks a migration');
	}

	async function isReady(): Promise<boolean> {
		try {
			return await isMigrated(house.db, migrationsDir);
		} catch {
			return false;
		}
	}
}

interface Refused {
	readonly status: 400 | 405 | 413 | 414;
	readonly reason: ApiReason;
	/** What a person reads of it, with what to do next. */
	readonly words: string;
}

/** What is refused before anything is read of it; undefined for what may go on. */
function refusalOf({ method = 'GET', url = '/', headers }: IncomingMessage, largestBody: number): Refused | undefined {
	if (!knownMethods.has(method)) return { status: 405, reason: 'method', words: 'Pages can be read and forms sent, nothing else.' };
	if (url.length > longestUrl) return { status: 414, reason: 'too-large', words: 'This address is too long. Shorten the search or open the start page.' };
	if (Number(headers['content-length'] ?? 0) > largestBody) return { status: 413, reason: 'too-large', words: 'What was sent is too large for this form. Nothing was kept. Shorten it and send it again.' };
	return isReadable(url) ? undefined : { status: 400, reason: 'malformed', words: 'This address cannot be read. Open the start page at / instead.' };
}

interface Asked {
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	readonly key: string;
	readonly mayShare: boolean;
	readonly plainUrl: string;
	readonly told: { route: string; cache: 'miss' | 'none' };
	readonly origin: string;
}

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The request as SvelteKit takes it. One that only reads, or whose body is taken otherwise, needs nothing of what makes a body arrive or stop arriving. */
function requestFor(request: IncomingMessage, response: ServerResponse, origin: string): Request {
	if (isForged(request, origin)) return refusedRequest(request, origin);
	if (!reads(request) && !takesPart(request)) {
		const url = request.url ?? '';
		return getRequest({ request, response, base: origin, bodySizeLimit: isApi(url) ? largestApiBody(url) : largestBodyBytes });
	}
	// Node gives an array for Set-Cookie only, which no request has any business to carry.
	return new Request(`${origin}${request.url}`, { method: request.method ?? 'GET', headers: request.headers as Record<string, string> });
}

/** For the page that says why something was refused. Nothing of what was sent goes with it. */
function refusedRequest(request: IncomingMessage, origin: string): Request {
	return new Request(`${origin}${refusedPath(request)}`, { headers: { accept: 'text/html', 'accept-language': request.headers['accept-language'] ?? '' } });
}

/**
 * RFC 8058: a mail provider posts the unsubscribe address of a mail by itself and sends no Origin. The token in the
 * address is the whole permission, so the check against forged forms has nothing to protect there.
 */
function isOneClickUnsubscribe({ method, url, headers }: IncomingMessage): boolean {
	return method === 'POST' && headers.origin === undefined && /^\/[a-z]{2}\/(?:newsletter\/unsubscribe|notices\/stop)\/[\w-]+$/.test(url ?? '');
}

/**
 * Text browsers (w3m, Lynx) send no Origin with a form, but say which page it stands on. Browsers that run scripts
 * always send an Origin with a form to another site, so nobody can be made to lack one.
 */
function isFromOurPage({ headers }: IncomingMessage, origin: string): boolean {
	const { referer } = headers;
	return headers.origin === undefined && referer !== undefined && URL.canParse(referer) && new URL(referer).origin === origin;
}

/** SvelteKit's own question for a page's data, which no public page asks: what fails is answered with status 200 too. */
function isForKitsClient(url: string): boolean {
	return url.includes('__data.json');
}

/**
 * A form that another site's page sends in a visitor's name. SvelteKit refuses it too, but with a bare line; the visitor
 * gets a page that says what happened.
 */
function isForged(request: IncomingMessage, origin: string): boolean {
	return !reads(request) && request.headers.origin !== origin;
}

/** See the note in whole-body.ts. */
function takesPart({ method, url }: IncomingMessage): boolean {
	return method === 'PUT' && isFilePart(url ?? '');
}

function reads({ method }: IncomingMessage): boolean {
	return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

function refusedPath({ url }: IncomingMessage): string {
	const first = (url ?? '').split('/')[1] ?? '';
	return `/${isLanguage(first) ? first : 'en'}/refused`;
}

function isReadable(url: string): boolean {
	try {
		decodeURI(url.split('?')[0] ?? '');
		return url.startsWith('/') && !url.startsWith('//');
	} catch {
		return false;
	}
}

function sendReason(response: ServerResponse, { status, reason }: { readonly status: number; readonly reason: ApiReason }): void {
	response.writeHead(status, { ...apiHeaders, 'content-type': 'application/json' }).end(JSON.stringify({ reason }));
}
