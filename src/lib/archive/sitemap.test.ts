import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { documentPath, pageUrl, robotsOf, securityTxtOf, sitemapOf, tagUri } from './sitemap.ts';

const origin = 'https://record.example';

test('each translation of a page names all of them, itself among them', () => {
	const pages = [
		{ path: '/', languages: ['en', 'ar'] },
		{ path: '/forums/2018', lastmod: new Date('2026-03-01T08:30:00Z'), languages: ['en'] },
		{ path: '/nowhere', languages: [] }
	] as const;

	expect(sitemapOf({ origin, pages })).toBe(
		[
			'<?xml version="1.0" encoding="UTF-8"?>',
			'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
			'<url><loc>https://record.example/en</loc><xhtml:link rel="alternate" hreflang="en" href="https://record.example/en"/><xhtml:link rel="alternate" hreflang="ar" href="https://record.example/ar"/></url>',
			'<url><loc>https://record.example/ar</loc><xhtml:link rel="alternate" hreflang="en" href="https://record.example/en"/><xhtml:link rel="alternate" hreflang="ar" href="https://record.example/ar"/></url>',
			'<url><loc>https://record.example/en/forums/2018</loc><lastmod>2026-03-01T08:30:00.000Z</lastmod><xhtml:link rel="alternate" hreflang="en" href="https://record.example/en/forums/2018"/></url>',
			'</urlset>',
			''
		].join('\n')
	);
});

const noXmllint = spawnSync('xmllint', ['--version']).error !== undefined;

test.skipIf(noXmllint)(`an address cannot leave its element${noXmllint ? ' (skipped: no xmllint)' : ''}`, () => {
	const path = '/search?q="></loc><script>&b=\u0001';
	const { stdout } = spawnSync('xmllint', ['--nonet', '--xpath', 'string(//*[local-name()="loc"])', '-'], { input: sitemapOf({ origin, pages: [{ path, languages: ['en'] }] }), encoding: 'utf8' });

	expect(stdout.trim()).toBe('https://record.example/en/search?q="></loc><script>&b=');
});

test('an address of the record holds no slug that could climb out of its folder', () => {
	expect(documentPath({ forum: '../2018', slug: 'a/b?c#d' })).toBe('/forums/..%2F2018/a%2Fb%3Fc%23d');
	expect(pageUrl({ origin, language: 'fr', path: '/' })).toBe('https://record.example/fr');
});

test('an identifier in a feed does not know the host, and a translation can have its own', () => {
	expect(tagUri('/forums/2018')).toBe('tag:record.steadfast.invalid,2026:/forums/2018');
	expect(tagUri('/forums/2018', 'ar')).toBe('tag:record.steadfast.invalid,2026:/forums/2018;ar');
});

test('robots.txt keeps robots out of what it names and lets them read the rest', () => {
	expect(robotsOf({ sitemapUrl: `${origin}/sitemap.xml`, disallow: ['/en/search', '/apply'] })).toBe(
		'User-agent: *\nDisallow: /en/search\nDisallow: /apply\n\nSitemap: https://record.example/sitemap.xml\n'
	);
	expect(robotsOf({ sitemapUrl: `${origin}/sitemap.xml`, disallow: [] })).toBe('User-agent: *\nDisallow:\n\nSitemap: https://record.example/sitemap.xml\n');
});

const security = {
	contacts: ['mailto:security@record.example', 'https://record.example/report'],
	expires: new Date('2027-05-01T00:00:00Z'),
	preferredLanguages: ['en', 'es', 'fr', 'ar'],
	canonical: `${origin}/.well-known/security.txt`
} as const;

test('security.txt says whom to write to, until when that holds, and where it belongs', () => {
	expect(securityTxtOf(security)).toBe(
		[
			'Contact: mailto:security@record.example',
			'Contact: https://record.example/report',
			'Expires: 2027-05-01T00:00:00.000Z',
			'Preferred-Languages: en, es, fr, ar',
			'Canonical: https://record.example/.well-known/security.txt',
			''
		].join('\n')
	);
});

test('security.txt without a contact that somebody can use is refused, and so is a line of somebody else’s making', () => {
	expect(() => securityTxtOf({ ...security, contacts: [] })).toThrow('at least one');
	expect(() => securityTxtOf({ ...security, contacts: ['security@record.example'] })).toThrow('mailto:');
	expect(() => securityTxtOf({ ...security, contacts: ['http://record.example'] })).toThrow('mailto:');
	expect(() => securityTxtOf({ ...security, contacts: ['mailto:a@b.example\nContact: mailto:evil@x.example'] })).toThrow('control character');
	expect(() => securityTxtOf({ ...security, canonical: 'https://a.example\r\nX: y' })).toThrow('control character');
	expect(() => robotsOf({ sitemapUrl: origin, disallow: ['/a\u2028Allow: /'] })).toThrow('control character');
});
