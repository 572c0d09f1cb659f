import { expect, inject, test } from 'vitest';
import { startApi } from '../../../../tests/api-server.ts';
import { until } from '../../../../tests/server.ts';
import { viewer } from '../../../../tests/viewer.ts';
import { testDatabase } from '../db/testing.ts';
import { preparePage } from '../http/page-cache.ts';
import { announceLive, followedTopic, liveTag } from './live.ts';

const topic = 'a-forum/an-item';

async function stage() {
	const database = await testDatabase(inject('postgres'));
	const api = [await startApi(database.address), await startApi(database.address)] as const;
	return {
		api,
		announce: (version: number, atOnce = false) => database.db.transaction().execute((tx) => announceLive(tx, { topic, version, atOnce })),
		async [Symbol.asyncDispose]() {
			for (const one of api) await one[Symbol.asyncDispose]();
			await database[Symbol.asyncDispose]();
		}
	};
}

/** The line that listens stands once a page is kept. */
async function listening({ api }: Awaited<ReturnType<typeof stage>>): Promise<void> {
	for (const { house } of api) {
		await until(async () => {
			await keep(house.pages);
			return house.pages.get('/page') !== undefined;
		});
	}
}

async function keep(pages: (typeof import('../http/page-cache.ts'))['PageCache']['prototype']): Promise<void> {
	await pages.getOrMake('/page', () => preparePage({ route: 'page', headers: new Map(), body: Buffer.from('questions'), tags: new Set([liveTag(topic)]) }));
}

test('whoever follows hears of a change in whichever process it was made, and of nothing but its number', async () => {
	await using s = await stage();
	await listening(s);
	const viewers = await Promise.all(s.api.map(({ origin }) => viewer(origin, topic)));
	const stranger = await viewer(s.api[0].origin, 'a-forum/another-item');

	await s.announce(7);
	await until(() => viewers.every(({ versions }) => versions.length > 0));

	expect(viewers.map(({ versions }) => versions)).toEqual([[7], [7]]);
	expect(stranger.versions).toEqual([]);
	for (const { house } of s.api) expect(house.pages.get('/page')).toBeUndefined();
	for (const { retryMs } of viewers) expect(retryMs).toBeGreaterThanOrEqual(500);
});

test('however fast moderators work, viewers and pages are told once a second; what must be at once is', async () => {
	await using s = await stage();
	await listening(s);
	const one = await viewer(s.api[0].origin, topic);
	await s.announce(1);
	await until(() => one.versions.length === 1);
	await keep(s.api[0].house.pages);

	for (let version = 2; version <= 40; version++) await s.announce(version);
	expect(one.versions).toEqual([1]);
	expect(s.api[0].house.pages.get('/page')).toBeDefined();
	await until(() => one.versions.length === 2);
	expect(one.versions).toEqual([1, 40]);

	const begun = performance.now();
	await s.announce(41, true);
	await until(() => one.versions.includes(41));
	expect(performance.now() - begun).toBeLessThan(500);
	expect(s.api[0].house.pages.get('/page')).toBeUndefined();
});

test('a process that ends lets its viewers go, and they follow another one', async () => {
	await using s = await stage();
	await listening(s);
	const one = await viewer(s.api[0].origin, topic);

	s.api[0].house.live.close();
	await until(() => one.isOver());
	await expect(viewer(s.api[0].origin, topic)).rejects.toThrow('503');
	const again = await viewer(s.api[1].origin, topic);
	await s.announce(2);
	await until(() => again.versions.length > 0);

	expect(again.versions).toEqual([2]);
});

test('only addresses of topics are followed', () => {
	expect(followedTopic('/live/a-forum/an-item')).toBe('a-forum/an-item');
	for (const url of ['/live', '/live/', '/live/a', '/live/a/b/c', '/live/A/b', '/live/a/b?x', '/live/../b', '/en/live/a/b', `/live/${'a'.repeat(81)}/b`]) expect(followedTopic(url)).toBeUndefined();
});
