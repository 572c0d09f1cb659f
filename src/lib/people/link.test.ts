import { expect, test } from 'vitest';
import { randomId } from '#lib/vault/envelope.ts';
import { readLink, writeLink } from './link.ts';
import { backPath } from './ui/back.ts';

test('a link reads as what was written, and its server learns nothing of it', () => {
	const link = { secret: crypto.getRandomValues(new Uint8Array(16)), by: randomId(), circle: undefined, installation: randomId() };

	const url = new URL(writeLink({ origin: 'https://vault.example.org', language: 'ar', link }));

	expect(readLink(url.hash)).toEqual(link);
	expect(url.href.slice(0, -url.hash.length)).toBe('https://vault.example.org/ar/join');
});

test('a link that lost any of its end is never taken for a whole one', () => {
	const link = { secret: crypto.getRandomValues(new Uint8Array(16)), by: randomId(), circle: randomId(), installation: randomId() };
	const { hash } = new URL(writeLink({ origin: 'https://vault.example.org', language: 'en', link }));

	for (let length = 0; length < hash.length; length++) expect(readLink(hash.slice(0, length))).toBeUndefined();
	expect(readLink(`${hash}.more`)).toBeUndefined();
});

test('the way back after signing in leads to pages of ours only', () => {
	const asked = ['#/en/account', '#/ar/people/AbC-_1', '#//evil.example', '#https://evil.example', '#/xx/account', '#/en//evil', '#/en/../..//x', '#javascript:alert(1)', '#', '#/en/a?b'];

	expect(asked.map(backPath)).toEqual(['/en/account', '/ar/people/AbC-_1', ...Array(8).fill(undefined)]);
	// The place that a page has behind a # of its own comes back along, if it is ids.
	const [one, other] = [randomId(), randomId()];
	expect([`#/en/desk#${one}`, `#/en/desk#${one}/${other}`].map(backPath)).toEqual([`/en/desk#${one}`, `/en/desk#${one}/${other}`]);
	expect(['#/en/desk#main', `#/en/desk#//${one}`, `#/en/desk#${one}#${other}`, '#/en/desk#<b>'].map(backPath)).toEqual(Array(4).fill('/en/desk'));
	expect(`#https://evil.example#${one}`).toSatisfy((hash: string) => backPath(hash) === undefined);
});
