import { createHash } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { lazyActor } from '#lib/people/server/index.ts';
import { isDatabaseAway } from '#lib/platform/db/database.ts';
import { inLanguage } from '#lib/platform/i18n/current-language.ts';
import { directionOf, isLanguage, preferredLanguage, type Language } from '#lib/platform/i18n/language.ts';

export const handle: Handle = async ({ event, resolve }) => {
	const { platform } = event;
	if (!platform) throw new Error('Requests come through the front (src/lib/platform/http/front.ts).');
	const language = languageOf(event);
	platform.noted.route = event.route.id ?? 'not-found';
	Object.assign(event.locals, {
		house: platform.house,
		language,
		shows: (...tags: string[]) => tags.forEach((tag) => platform.tags.add(tag)),
		actor: lazyActor(platform.house, event.request)
	} satisfies App.Locals);
	const elsewhere = publicAddress(event);
	if (elsewhere !== undefined) return new Response(null, { status: 308, headers: { location: elsewhere } });
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
	secure(response.headers, event, styles);
	return response;
};

/** Where a page of the record that was asked for at the vault's own origin really is; undefined where it is in its place. */
function publicAddress({ url, route, platform }: RequestEvent): string | undefined {
	const { publicOrigin, vaultOrigin } = platform?.house.config ?? {};
	if (publicOrigin === undefined || vaultOrigin === publicOrigin || url.origin !== vaultOrigin) return undefined;
	return route.id?.startsWith('/(public)') || route.id === '/' ? publicOrigin + url.pathname + url.search : undefined;
}

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
function secure(headers: Headers, { url }: RequestEvent, styles: string): void {
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
	if (url.protocol === 'https:') headers.set('strict-transport-security', 'max-age=31536000');
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
	event.locals.house?.log.trouble('a page failed', error, event.route.id ?? '');
	return { status: 500, message: 'failed' };
};

/** `Request.formData()` says so, and in no other way, of a body that is not what its type claims (undici, lib/web/fetch/body.js). */
function isUnreadableForm(error: unknown): boolean {
	return error instanceof TypeError && /FormData|was not one of "multipart\/form-data"/.test(error.message);
}
