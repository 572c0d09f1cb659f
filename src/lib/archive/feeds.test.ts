import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atomOf, escapeXml, jsonFeedOf, withoutControls, type Feed } from './feeds.ts';
import { hostileWords } from './fixtures.ts';
import { tagUri } from './sitemap.ts';

const feed: Feed = {
	id: tagUri('/feed', 'en'),
	title: 'Human Rights Defenders Forum',
	language: 'en',
	author: 'The Carter Center',
	homeUrl: 'https://record.example/en',
	entries: [
		{
			id: tagUri('/forums/2019-building-solidarity/statement'),
			url: 'https://record.example/en/forums/2019-building-solidarity/statement',
			title: 'Statement of 2019',
			language: 'en',
			publishedAt: new Date('2019-11-18T00:00:00Z'),
			updatedAt: new Date('2026-03-02T08:30:00Z'),
			summary: 'What the forum asks for',
			contentText: 'Protect defenders.\nEquality cannot be divided.'
		},
		{
			id: tagUri('/forums/2018-restoring-faith-in-freedom'),
			url: 'https://record.example/en/forums/2018-restoring-faith-in-freedom?a=1&b=2',
			title: 'استعادة الإيمان بالحرية',
			language: 'ar',
			updatedAt: new Date('2026-03-01T08:30:00Z'),
			summary: '',
			contentText: 'الحرية'
		}
	]
};
const self = 'https://record.example/en/feed.atom';

test('the feed as Atom says all that RFC 4287 asks for, in the language that the words are in', () => {
	expect(atomOf(feed, self)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>tag:record.steadfast.invalid,2026:/feed;en</id>
<title>Human Rights Defenders Forum</title>
<updated>2026-03-02T08:30:00.000Z</updated>
<author><name>The Carter Center</name></author>
<link rel="self" type="application/atom+xml" href="https://record.example/en/feed.atom"/>
<link rel="alternate" type="text/html" hreflang="en" href="https://record.example/en"/>
<entry xml:lang="en">
<id>tag:record.steadfast.invalid,2026:/forums/2019-building-solidarity/statement</id>
<title>Statement of 2019</title>
<published>2019-11-18T00:00:00.000Z</published>
<updated>2026-03-02T08:30:00.000Z</updated>
<link rel="alternate" type="text/html" hreflang="en" href="https://record.example/en/forums/2019-building-solidarity/statement"/>
<summary>What the forum asks for</summary>
<content>Protect defenders.
Equality cannot be divided.</content>
</entry>
<entry xml:lang="ar">
<id>tag:record.steadfast.invalid,2026:/forums/2018-restoring-faith-in-freedom</id>
<title>استعادة الإيمان بالحرية</title>
<updated>2026-03-01T08:30:00.000Z</updated>
<link rel="alternate" type="text/html" hreflang="ar" href="https://record.example/en/forums/2018-restoring-faith-in-freedom?a=1&amp;b=2"/>
<summary></summary>
<content>الحرية</content>
</entry>
</feed>
`);
});

test('the feed as JSON says the same', () => {
	expect(JSON.parse(jsonFeedOf(feed, self))).toEqual({
		version: 'https://jsonfeed.org/version/1.1',
		title: 'Human Rights Defenders Forum',
		home_page_url: 'https://record.example/en',
		feed_url: self,
		language: 'en',
		authors: [{ name: 'The Carter Center' }],
		items: [
			{
				id: 'tag:record.steadfast.invalid,2026:/forums/2019-building-solidarity/statement',
				url: 'https://record.example/en/forums/2019-building-solidarity/statement',
				title: 'Statement of 2019',
				summary: 'What the forum asks for',
				content_text: 'Protect defenders.\nEquality cannot be divided.',
				date_published: '2019-11-18T00:00:00.000Z',
				date_modified: '2026-03-02T08:30:00.000Z',
				language: 'en'
			},
			{
				id: 'tag:record.steadfast.invalid,2026:/forums/2018-restoring-faith-in-freedom',
				url: 'https://record.example/en/forums/2018-restoring-faith-in-freedom?a=1&b=2',
				title: 'استعادة الإيمان بالحرية',
				summary: '',
				content_text: 'الحرية',
				date_modified: '2026-03-01T08:30:00.000Z',
				language: 'ar'
			}
		]
	});
});

test('a feed with nothing in it is still a feed, and older than its first entry', () => {
	expect(atomOf({ ...feed, entries: [] }, self)).toContain('<updated>1970-01-01T00:00:00.000Z</updated>');
	expect(JSON.parse(jsonFeedOf({ ...feed, entries: [] }, self))).toMatchObject({ items: [] });
});

const noXmllint = spawnSync('xmllint', ['--version']).error !== undefined;
const skipped = noXmllint ? ' (skipped: no xmllint)' : '';

function readByXmllint(xml: string, xpath: string): string {
	const { stdout, stderr } = spawnSync('xmllint', ['--nonet', '--xpath', xpath, '-'], { input: xml, encoding: 'utf8' });
	return stderr === '' ? stdout.replace(/\n$/, '') : stderr;
}

test.skipIf(noXmllint)(`hostile words stay words for a parser that is not ours${skipped}`, () => {
	const hostile = { ...feed.entries[0]!, title: hostileWords, contentText: hostileWords, url: `https://x.example/"><script>` };
	const xml = atomOf({ ...feed, title: hostileWords, author: hostileWords, entries: [hostile] }, self);

	expect(readByXmllint(xml, 'string(//*[local-name()="entry"]/*[local-name()="content"])')).toBe(withoutControls(hostileWords));
	expect(readByXmllint(xml, 'string(//*[local-name()="author"]/*[local-name()="name"])')).toBe(withoutControls(hostileWords));
	expect(readByXmllint(xml, 'string(//*[local-name()="entry"]/*[local-name()="link"]/@href)')).toBe('https://x.example/"><script>');
	expect(readByXmllint(xml, 'count(//*)')).toBe('16');
});

test.skipIf(noXmllint)(`any words at all can be written as XML and come back${skipped}`, () => {
	const words = fc.sample(fc.string({ unit: 'binary', maxLength: 80 }), { numRuns: 2000, seed: 11 });
	const xml = `<all>${words.map((each) => `<w a="${escapeXml(each)}">|${escapeXml(each)}|</w>`).join('')}</all>`;

	expect(readByXmllint(xml, 'string(/all)')).toBe(words.map((each) => `|${withoutControls(each)}|`).join(''));
});

test('what XML has no way to write is taken out, and nothing else', () => {
	expect(withoutControls('a\u0000b\u0008c\td\ne\rf\u001fg\ufffeh\uffffi\u{1f54a}\ufe0fj')).toBe('abc\td\ne\rfghi\u{1f54a}\ufe0fj');
	expect(withoutControls('\ud83d')).toBe('\ufffd');
});
