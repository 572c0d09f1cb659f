import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { areaOf, sharedArea, wordsOfRoute } from './areas.ts';

const page = (path: string): string => `/(vault)/[lang=language]/${path}`;

test('each page finds the words of its own area and of those under it, and none of another', () => {
	expect(Object.fromEntries(['circles', 'circles/[circle]/papers/[paper]', 'circles/[circle]/members', 'find', 'rounds/[circle]', 'statements/[circle]', 'desk/grants/new', 'account', 'join', 'sign-in', 'receipt'].map((path) => [path, wordsOfRoute(page(path))]))).toEqual({
		circles: ['vault', 'circles'],
		'circles/[circle]/papers/[paper]': ['vault', 'circles'],
		'circles/[circle]/members': ['vault', 'circles', 'beside'],
		find: ['vault', 'circles', 'beside'],
		'rounds/[circle]': ['vault', 'circles', 'rounds'],
		'statements/[circle]': ['vault', 'circles', 'rounds', 'statements'],
		'desk/grants/new': ['vault', 'circles', 'rounds', 'desk'],
		account: ['vault', 'account'],
		join: ['vault', 'account'],
		'sign-in': ['vault'],
		receipt: ['vault', 'circles', 'rounds', 'desk', 'apply']
	});
	expect(areaOf(page('somewhere-new'))).toBe('account');
});

test('no page is about the account by oversight: what it shares with others would be loaded by every page', () => {
	const paths = readdirSync('src/routes/(vault)/[lang=language]', { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

	expect(paths.filter((path) => areaOf(page(path)) === 'account').sort()).toEqual(['account', 'invite', 'join', 'recover', 'sign-in']);
});

test('what several areas need lies where all of them load it', () => {
	expect([sharedArea(['desk', 'circles']), sharedArea(['beside', 'desk']), sharedArea(['apply', 'desk']), sharedArea(['account', 'circles']), sharedArea(['desk']), sharedArea(['rounds', 'desk', 'apply']), sharedArea(['rounds', 'beside'])]).toEqual(['circles', 'circles', 'desk', 'vault', 'desk', 'rounds', 'circles']);
});
