import { createHash } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
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
		shows: (...tags: string[]) => tags.forEach((tag) => platform.tags.add(tag))
	} satisfies App.Locals);
	const elsewhere = publicAddress(event);
	if (elsewhere !== undefined) return new Response(null, { status: 308, headers: { location: elsewhere } });
	let page: { text: string; css: string } | undefined;
	const response = await inLanguage(language, () =>
		resolve(event, {
			transformPageChunk: ({ html }) => {
				page = finish(html, language);
				return '';
			}
		})
	);
	if (page) {
		platform.noted.page = page.text;
		response.headers.delete('etag'); // Of the empty text: the same for all.
		response.headers.set('content-security-policy', policyFor(page.css));
	}
	return response;
};

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

/**
 * The record carries no script at all, and its policy says so: what somebody might smuggle into a page is not run. Of
 * styles only what we put there is applied.
 */
function policyFor(css: string): string {
	let known = policies.get(css.length);
	if (known?.css !== css) {
		const style = createHash('sha256').update(css).digest('base64');
		known = { css, policy: `default-src 'none'; script-src 'none'; style-src 'sha256-${style}'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'` };
		policies.set(css.length, known);
	}
	return known.policy;
}

/** There are as many styles as kinds of pages, told apart quickest by their length. */
const policies = new Map<number, { readonly css: string; readonly policy: string }>();

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
