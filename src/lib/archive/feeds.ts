import type { Language } from '#lib/platform/i18n/language.ts';

/** One thing that a reader of a feed is told about. */
export interface FeedEntry {
	/** Never changes and is never used twice: from `tagUri` (sitemap.ts). */
	readonly id: string;
	readonly url: string;
	readonly title: string;
	/** The language that title, summary and text really are in. */
	readonly language: Language;
	readonly updatedAt: Date;
	readonly publishedAt?: Date;
	readonly summary: string;
	/** The words without markup: a feed can carry nothing that a reader's program would run. */
	readonly contentText: string;
}

/** What both forms of a feed are made from. Entries stay in the order in which they are given. */
export interface Feed {
	/** From `tagUri`. */
	readonly id: string;
	readonly title: string;
	readonly language: Language;
	/** Who publishes: the programme or its host, never a person. */
	readonly author: string;
	/** The page that shows the same to people. */
	readonly homeUrl: string;
	readonly entries: readonly FeedEntry[];
}

/** The feed as Atom 1.0 (RFC 4287). `selfUrl` is the address of this file. */
export function atomOf(feed: Feed, selfUrl: string): string {
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${feed.language}">`,
		element('id', feed.id),
		element('title', feed.title),
		element('updated', lastUpdated(feed).toISOString()),
		`<author>${element('name', feed.author)}</author>`,
		`<link rel="self" type="application/atom+xml" href="${escapeXml(selfUrl)}"/>`,
		`<link rel="alternate" type="text/html" hreflang="${feed.language}" href="${escapeXml(feed.homeUrl)}"/>`,
		...feed.entries.map(atomEntry),
		'</feed>',
		''
	].join('\n');
}

/** The feed as JSON Feed 1.1. `selfUrl` is the address of this file. */
export function jsonFeedOf(feed: Feed, selfUrl: string): string {
	return JSON.stringify({
		version: 'https://jsonfeed.org/version/1.1',
		title: withoutControls(feed.title),
		home_page_url: feed.homeUrl,
		feed_url: selfUrl,
		language: feed.language,
		authors: [{ name: withoutControls(feed.author) }],
		items: feed.entries.map((entry) => ({
			id: entry.id,
			url: entry.url,
			title: withoutControls(entry.title),
			summary: withoutControls(entry.summary),
			content_text: withoutControls(entry.contentText),
			...(entry.publishedAt === undefined ? {} : { date_published: entry.publishedAt.toISOString() }),
			date_modified: entry.updatedAt.toISOString(),
			language: entry.language
		}))
	});
}

/** Text for an XML element or a quoted attribute. */
export function escapeXml(text: string): string {
	return (
		withoutControls(text)
			.replaceAll('&', '&amp;')
			.replaceAll('<', '&lt;')
			// In text `>` must not follow `]]` (XML 1.0, section 2.4).
			.replaceAll('>', '&gt;')
			.replaceAll('"', '&quot;')
			.replaceAll("'", '&apos;')
			// A parser makes one line feed of CR LF in text, and spaces of both in attributes: as references they stay.
			.replaceAll('\r', '&#13;')
	);
}

/** The text without what XML 1.0 has no way to write (section 2.2): control characters, halves of characters. */
export function withoutControls(text: string): string {
	return text.toWellFormed().replace(/[[\p{Cc}\ufffe\uffff]--[\t\n\r\u007f-\u009f]]/gv, '');
}

function atomEntry(entry: FeedEntry): string {
	return [
		`<entry xml:lang="${entry.language}">`,
		element('id', entry.id),
		element('title', entry.title),
		...(entry.publishedAt === undefined ? [] : [element('published', entry.publishedAt.toISOString())]),
		element('updated', entry.updatedAt.toISOString()),
		`<link rel="alternate" type="text/html" hreflang="${entry.language}" href="${escapeXml(entry.url)}"/>`,
		element('summary', entry.summary),
		element('content', entry.contentText),
		'</entry>'
	].join('\n');
}

function element(name: string, text: string): string {
	return `<${name}>${escapeXml(text)}</${name}>`;
}

/** RFC 4287 wants a date even of a feed with nothing in it: the beginning of time, so that the first entry is newer. */
function lastUpdated(feed: Feed): Date {
	return new Date(Math.max(0, ...feed.entries.map(({ updatedAt }) => updatedAt.getTime())));
}
