import type { Language } from '#lib/platform/i18n/language.ts';
import { escapeXml } from './feeds.ts';

/**
 * Note: Addresses are for ever.
 * The record's pages are at `<origin>/<language><path>`, and calendars, feeds and other people's footnotes keep what
 * they were once given. Identifiers in files that leave the house (calendar UIDs, feed ids) are made with
 * `recordDomain` and never with the host, so that a programme can move to another host and stay the same to all who
 * follow it. The name is under `.invalid` (RFC 2606): nobody can ever own it.
 */
export const recordDomain = 'record.steadfast.invalid';

export function forumPath(forumSlug: string): string {
	return `/forums/${encodeURIComponent(forumSlug)}`;
}

export function agendaPath(forumSlug: string): string {
	return `${forumPath(forumSlug)}/agenda`;
}

export function changesPath(forumSlug: string): string {
	return `${forumPath(forumSlug)}/changes`;
}

export function publicItemPath(forumSlug: string, item: string): string {
	return `${forumPath(forumSlug)}/public/${encodeURIComponent(item)}`;
}

export function documentPath(document: { readonly forum: string; readonly slug: string }): string {
	return `${forumPath(document.forum)}/${encodeURIComponent(document.slug)}`;
}

export function adoptionPath(forumSlug: string): string {
	return `${forumPath(forumSlug)}/statement/adoption`;
}

export function callPath(slug: string): string {
	return `/grants/${encodeURIComponent(slug)}`;
}

/** The address of a page in one language. `origin` has no slash at its end, `path` one at its beginning. */
export function pageUrl({ origin, language, path }: { readonly origin: string; readonly language: Language; readonly path: string }): string {
	return `${origin}/${language}${path === '/' ? '' : path}`;
}

/**
 * An identifier for a feed or an entry (a tag: URI, RFC 4151) that outlives the host and the address of the page:
 * `path` is the page's path without language, `/forums/2006-beyond-elections`. A translation is an entry of its own
 * only where its language is given, and then with an identifier of its own.
 */
export function tagUri(path: string, language?: Language): string {
	return `tag:${recordDomain},2026:${path}${language === undefined ? '' : `;${language}`}`;
}

/** A page of the record as the site map knows it: its path without the language, and the languages it exists in. */
export interface SitemapPage {
	readonly path: string;
	readonly lastmod?: Date;
	readonly languages: readonly Language[];
}

/** sitemap.xml (sitemaps.org 0.9): one address for each language of each page, and each names all its translations. */
export function sitemapOf({ origin, pages }: { readonly origin: string; readonly pages: readonly SitemapPage[] }): string {
	const urls = pages.flatMap(({ path, lastmod, languages }) => {
		const alternates = languages.map(
			(language) => `<xhtml:link rel="alternate" hreflang="${language}" href="${escapeXml(pageUrl({ origin, language, path }))}"/>`
		);
		return languages.map((language) =>
			[
				'<url>',
				`<loc>${escapeXml(pageUrl({ origin, language, path }))}</loc>`,
				...(lastmod === undefined ? [] : [`<lastmod>${lastmod.toISOString()}</lastmod>`]),
				...alternates,
				'</url>'
			].join('')
		);
	});
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
		...urls,
		'</urlset>',
		''
	].join('\n');
}

/** robots.txt (RFC 9309): everything may be read but what begins with one of `disallow`. Throws where a line could break. */
export function robotsOf({ sitemapUrl, disallow }: { readonly sitemapUrl: string; readonly disallow: readonly string[] }): string {
	const rules = disallow.length > 0 ? disallow.map((path) => field('Disallow', path)) : ['Disallow:'];
	return ['User-agent: *', ...rules, '', field('Sitemap', sitemapUrl), ''].join('\n');
}

interface SecurityContact {
	/** Addresses in the order of preference: `mailto:`, `https:` or `tel:`. */
	readonly contacts: readonly string[];
	/** Until when this may be believed; RFC 9116 recommends less than a year ahead. */
	readonly expires: Date;
	readonly preferredLanguages: readonly Language[];
	/** Where this file is: `https://…/.well-known/security.txt`. */
	readonly canonical: string;
}

/** security.txt (RFC 9116). Throws where there is no contact, where one is not an address, and where a line could break. */
export function securityTxtOf({ contacts, expires, preferredLanguages, canonical }: SecurityContact): string {
	if (contacts.length === 0) throw new Error('security.txt needs at least one contact');
	if (!contacts.every((contact) => /^(mailto:|https:\/\/|tel:)./.test(contact))) {
		throw new Error('a contact of security.txt does not begin with mailto:, https:// or tel:');
	}
	return [
		...contacts.map((contact) => field('Contact', contact)),
		field('Expires', expires.toISOString()),
		...(preferredLanguages.length > 0 ? [field('Preferred-Languages', preferredLanguages.join(', '))] : []),
		field('Canonical', canonical),
		''
	].join('\n');
}

/** One line of a text of fields. A line break within a value would begin a field of somebody else's making. */
function field(name: string, value: string): string {
	if (/[\p{Cc}\u2028\u2029]/u.test(value)) throw new Error(`the value of ${name} has a control character in it`);
	return `${name}: ${value}`;
}
