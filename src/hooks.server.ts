import { createHash } from 'node:crypto';
import { building } from '$app/env';
import { error, type RequestEvent } from '@sveltejs/kit';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { programme } from '#lib/archive/server/index.ts';
import { lazyActor } from '#lib/people/server/index.ts';
import { isDatabaseAway } from '#lib/platform/db/database.ts';
import { isApi } from '#lib/platform/http/api.ts';
import { frameTag } from '#lib/platform/http/page-cache.ts';
import { shellFor } from '#lib/platform/client/shell-for.ts';
import { vaultHeaders } from '#lib/platform/http/policies.ts';
import { inLanguage } from '#lib/platform/i18n/current-language.ts';
import { directionOf, isLanguage, preferredLanguage, type Language } from '#lib/platform/i18n/language.ts';
import { shown, type Shown } from '#lib/platform/i18n/text.ts';

type Resolve = Parameters<Handle>[0]['resolve'];

export const handle: Handle = async ({ event, resolve }) => {
	const { platform } = event;
	// The build asks once for the page that the vault's shells are made from; nobody is there yet to serve.
	if (building) return resolve(event);
	if (!platform) throw new Error('Requests come through the front (src/lib/platform/http/front.ts).');
	const language = languageOf(event);
	platform.noted.route = event.route.id ?? 'not-found';
	Object.assign(event.locals, {
		house: platform.house,
		language,
		shows: (...tags: string[]) => tags.forEach((tag) => platform.tags.add(tag)),
		trueUntil: (instant) => (platform.noted.trueUntil = Math.min(instant.getTime(), platform.noted.trueUntil ?? Infinity)),
		follows: (frames) => (platform.noted.frames = frames),
		actor: lazyActor(platform.house, event.request)
	} satisfies App.Locals);
	const elsewhere = addressElsewhere(event);
	if (elsewhere !== undefined) return new Response(null, { status: 308, headers: { location: elsewhere } });
	if (isApiElsewhere(event)) error(404, 'not-found');
	return isApi(event.url.pathname) ? resolve(event) : isVaultPage(event) ? vaultPage(event) : recordPage(event, resolve);
};

async function recordPage(event: RequestEvent, resolve: Resolve): Promise<Response> {
	const { language } = event.locals;
	let page: { text: string; css: string } | undefined;
	const response = await inLanguage(language, () =>
		resolve(event, {
			transformPageChunk: ({ html }) => {
				page = finish(html, language);
				return '';
			}
		})
	);
	if (page && event.platform) {
		// What is kept at all has the frame, too, and goes when that changes.
		if (event.platform.tags.size > 0) event.locals.shows(frameTag);
		event.platform.noted.page = page.text;
		response.headers.delete('etag'); // Of the empty text: the same for all.
		response.headers.set('content-security-policy', policyFor(page.css) + followPolicy(event.platform, event.url.origin));
	}
	return response;
}

/**
 * Note: A page is handed to the front as text.
 * Given the text back, SvelteKit would hash it, copy it twice and put it into a stream that the front reads out again: a
 * fifth of the time of a page. So it is given an empty one, and the front sends what is noted.
 *
 * This is that text and its inlined style. SvelteKit names each style sheet again behind it, as disabled links for its
 * client, and here there is none.
 */
function finish(html: string, language: Language): { text: string; css: string } {
	const head = html.indexOf('<head>');
	const css = html.indexOf('<style>', head) + '<style>'.length;
	const cssEnd = html.indexOf('</style>', css);
	if (cssEnd < 0) throw new Error('A page has no style.');
	const opening = html.slice(0, head).replace('%steadfast.lang%', language).replace('%steadfast.dir%', directionOf(language));
	return { text: `${opening}${html.slice(head, cssEnd)}</style>\n\t${html.slice(html.indexOf('</head>', cssEnd))}`, css: html.slice(css, cssEnd) };
}

/** A page of the vault, but not what SvelteKit's client asks for beside one. */
function isVaultPage({ route, isDataRequest }: RequestEvent): boolean {
	return !isDataRequest && (route.id?.startsWith('/(vault)/[lang=language]/') ?? false);
}

/** The same HTML for every page of the vault and for everybody: see the note in platform/client/shell.ts. */
function vaultPage({ request, locals, platform, route }: RequestEvent): Response {
	const reads = request.method === 'GET' || request.method === 'HEAD';
	if (!reads) return new Response('Pages of the vault send nothing by themselves.\n', { status: 405, headers: { ...vaultHeaders, 'content-type': 'text/plain; charset=utf-8', allow: 'GET, HEAD' } });
	return new Response(platform && shellFor(platform.built, route.id, locals.language), { headers: { ...vaultHeaders, 'content-type': 'text/html; charset=utf-8' } });
}

/** Where a page that was asked for at the wrong one of two origins really is; undefined where it is in its place. */
function addressElsewhere({ url, route, platform }: RequestEvent): string | undefined {
	const { publicOrigin, vaultOrigin } = platform?.house.config ?? {};
	if (publicOrigin === undefined || vaultOrigin === undefined || vaultOrigin === publicOrigin) return undefined;
	const ofRecord = (route.id?.startsWith('/(public)') || route.id === '/') && !servedAtBoth.has(route.id);
	if (ofRecord && url.origin === vaultOrigin) return publicOrigin + url.pathname + url.search;
	return route.id?.startsWith('/(vault)/[lang=language]/') && url.origin === publicOrigin ? vaultOrigin + url.pathname + url.search : undefined;
}

/** The API is the vault's alone, under its one plain name: the front knows it by that. */
function isApiElsewhere({ url, route, platform }: RequestEvent): boolean {
	if (!route.id?.startsWith('/(vault)/api/')) return false;
	const { publicOrigin, vaultOrigin } = platform?.house.config ?? {};
	return !isApi(url.pathname) || (vaultOrigin !== publicOrigin && url.origin !== vaultOrigin);
}

/**
 * A browser asks for these wherever it is, and follows no redirect to another origin for the icon of an isolated page.
 * The next is linked from a mail that names the vault's origin and no other; the last members' browsers compare with what they
 * have counted (*Whether it is public as it was adopted*), and a page of the vault asks no other origin.
 */
const servedAtBoth = new Set(['/(public)/icon.svg', '/(public)/robots.txt', '/(public)/[x+2e]well-known/security.txt', '/(public)/[lang=language]/notices/stop/[token]', '/(public)/[lang=language]/forums/[forum=slug]/statement/adoption.json']);

function languageOf({ url, request }: RequestEvent): Language {
	const first = url.pathname.split('/')[1] ?? '';
	return isLanguage(first) ? first : preferredLanguage(request.headers.get('accept-language') ?? undefined);
}

/**
 * The record carries no script at all, and its policy says so: what somebody might smuggle into a page is not run. Of
 * styles only what we put there is applied.
 */
function policyFor(css: string): string {
	let known = policies.get(css.length);
	if (known?.css !== css) {
		const style = createHash('sha256').update(css).digest('base64');
		known = { css, policy: `default-src 'none'; style-src 'sha256-${style}'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'` };
		policies.set(css.length, known);
	}
	return known.policy;
}

/** What is run and framed: nothing, but on *Pages that follow* (platform/client/follow.ts). */
function followPolicy({ built, noted: { frames } }: App.Platform, origin: string): string {
	if (frames === undefined) return "; script-src 'none'";
	return `; script-src ${origin}${built.followScript}; connect-src 'self'; frame-src ${frames.length === 0 ? "'none'" : frames.join(' ')}; require-trusted-types-for 'script'; trusted-types 'none'`;
}

/** There are as many styles as kinds of pages, told apart quickest by their length. */
const policies = new Map<number, { readonly css: string; readonly policy: string }>();

export const handleError: HandleServerError = async ({ kind, error, event }) => {
	if (kind !== 'unknown') return isApi(event.url.pathname) ? undefined : { name: await programmeName(event) };
	if (isDatabaseAway(error)) {
		event.setHeaders({ 'retry-after': '5' });
		return { status: 503, message: 'unavailable' };
	}
	if (isUnreadableForm(error)) return { status: 400, message: 'unreadable' };
	if (isApi(event.url.pathname) && isUnreadableJson(error)) return { status: 400, message: 'malformed' };
	event.locals.house?.log.trouble('a page failed', error, event.route.id ?? '');
	return { status: 500, message: 'failed' };
};

/** For the head of a page that tells what is wrong: it says whose it is as every other does, unless the database is away. */
async function programmeName({ locals }: RequestEvent): Promise<Shown | undefined> {
	const about = await programme(locals.house).catch(() => undefined);
	return about && shown(about.name, locals.language);
}

/** `Request.formData()` says so, and in no other way, of a body that is not what its type claims (undici, lib/web/fetch/body.js). */
function isUnreadableForm(error: unknown): boolean {
	return error instanceof TypeError && /FormData|was not one of "multipart\/form-data"/.test(error.message);
}

/** What `Request.json()` throws for a body that is none, in V8's words. */
function isUnreadableJson(error: unknown): boolean {
	return error instanceof SyntaxError && /JSON/.test(error.message);
}
