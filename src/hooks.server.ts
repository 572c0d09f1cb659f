import { createHash } from 'node:crypto';
import { building } from '$app/env';
import { error, type RequestEvent } from '@sveltejs/kit';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { lazyActor } from '#lib/people/server/index.ts';
import { isDatabaseAway } from '#lib/platform/db/database.ts';
import { isApi } from '#lib/platform/http/api.ts';
import { vaultHeaders } from '#lib/platform/http/policies.ts';
import { inLanguage } from '#lib/platform/i18n/current-language.ts';
import { directionOf, isLanguage, preferredLanguage, type Language } from '#lib/platform/i18n/language.ts';

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
		actor: lazyActor(platform.house, event.request)
	} satisfies App.Locals);
	const elsewhere = addressElsewhere(event);
	if (elsewhere !== undefined) return new Response(null, { status: 308, headers: { location: elsewhere } });
	if (isApiElsewhere(event)) error(404, 'not-found');
	const response = isApi(event.url.pathname) ? await resolve(event) : isVaultPage(event) ? vaultPage(event) : await recordPage(event, resolve);
	if (event.url.protocol === 'https:') response.headers.set('strict-transport-security', 'max-age=31536000');
	return response;
};

async function recordPage(event: RequestEvent, resolve: Resolve): Promise<Response> {
	const { language } = event.locals;
	let styles = '';
	const response = await inLanguage(language, () =>
		resolve(event, {
			transformPageChunk: ({ html }) => {
				styles += styleSources(html);
				// SvelteKit names each inlined style sheet once more, as a disabled link for its client: here there is none.
				const own = html.replaceAll(/<link [^>]*rel="stylesheet"[^>]* disabled[^>]*>\s*/g, '');
				return own.replace('%steadfast.lang%', language).replace('%steadfast.dir%', directionOf(language));
			}
		})
	);
	secure(response.headers, styles);
	return response;
}

/** A page of the vault, but not what SvelteKit's client asks for beside one. */
function isVaultPage({ route, isDataRequest }: RequestEvent): boolean {
	return !isDataRequest && (route.id?.startsWith('/(vault)/[lang=language]/') ?? false);
}

/** The same HTML for every page of the vault and for everybody: see the note in platform/client/shell.ts. */
function vaultPage({ request, locals, platform }: RequestEvent): Response {
	const reads = request.method === 'GET' || request.method === 'HEAD';
	if (!reads) return new Response('Pages of the vault send nothing by themselves.\n', { status: 405, headers: { ...vaultHeaders, 'content-type': 'text/plain; charset=utf-8', allow: 'GET, HEAD' } });
	return new Response(platform?.built.shells[locals.language], { headers: { ...vaultHeaders, 'content-type': 'text/html; charset=utf-8' } });
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

/** A browser asks for these wherever it is, and follows no redirect to another origin for the icon of an isolated page. */
const servedAtBoth = new Set(['/(public)/icon.svg', '/(public)/robots.txt', '/(public)/[x+2e]well-known/security.txt']);

function languageOf({ url, request }: RequestEvent): Language {
	const first = url.pathname.split('/')[1] ?? '';
	return isLanguage(first) ? first : preferredLanguage(request.headers.get('accept-language') ?? undefined);
}

/** The inlined style sheets of a page as sources for its policy: only what we put there is applied. */
function styleSources(html: string): string {
	return [...html.matchAll(/<style[^>]*>([^<]*)<\/style>/g)].map(([, css = '']) => ` 'sha256-${createHash('sha256').update(css).digest('base64')}'`).join('');
}

/**
 * The record carries no script at all, and its policy says so: what somebody might smuggle into a page is not run.
 * `Referrer-Policy: no-referrer` would be stricter, but then browsers send `Origin: null` with our own forms.
 */
function secure(headers: Headers, styles: string): void {
	if (headers.get('content-type')?.startsWith('text/html')) {
		headers.set(
			'content-security-policy',
			`default-src 'none'; script-src 'none'; style-src${styles || " 'none'"}; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`
		);
	}
	headers.set('x-content-type-options', 'nosniff');
	headers.set('referrer-policy', 'same-origin');
	headers.set('cross-origin-opener-policy', 'same-origin');
	headers.set('cross-origin-resource-policy', 'same-origin');
	headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), browsing-topics=()');
	if (!headers.has('cache-control')) headers.set('cache-control', 'no-cache');
	headers.delete('x-sveltekit-page');
}

export const handleError: HandleServerError = ({ kind, error, event }) => {
	if (kind !== 'unknown') return undefined;
	if (isDatabaseAway(error)) {
		event.setHeaders({ 'retry-after': '5' });
		return { status: 503, message: 'unavailable' };
	}
	if (isUnreadableForm(error)) return { status: 400, message: 'unreadable' };
	if (isApi(event.url.pathname) && isUnreadableJson(error)) return { status: 400, message: 'malformed' };
	event.locals.house?.log.trouble('a page failed', error, event.route.id ?? '');
	return { status: 500, message: 'failed' };
};

/** `Request.formData()` says so, and in no other way, of a body that is not what its type claims (undici, lib/web/fetch/body.js). */
function isUnreadableForm(error: unknown): boolean {
	return error instanceof TypeError && /FormData|was not one of "multipart\/form-data"/.test(error.message);
}

/** What `Request.json()` throws for a body that is none, in V8's words. */
function isUnreadableJson(error: unknown): boolean {
	return error instanceof SyntaxError && /JSON/.test(error.message);
}
