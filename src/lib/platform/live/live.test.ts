import { setTimeout as wait } from 'node:timers/promises';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { startApi } from '../../../../tests/api-server.ts';
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
		announce: (version: number, { atOnce = false, of = topic } = {}) => database.db.transaction().execute((tx) => announceLive(tx, { topic: of, version, atOnce })),
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

/** The test's own limit ends it otherwise. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await isSo())) await wait(5);
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
	const other = await viewer(s.api[0].origin, 'a-forum/another-item');
	// The second is over when the test says so.
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
	onTestFinished(() => void vi.useRealTimers());
	await s.announce(1);
	await until(() => one.versions.length === 1);
	await keep(s.api[0].house.pages);

	for (let version = 2; version <= 40; version++) await s.announce(version);
	// Publications come in their order.
	await s.announce(1, { of: 'a-forum/another-item' });
	await until(() => other.versions.length === 1);
	expect(one.versions).toEqual([1]);
	expect(s.api[0].house.pages.get('/page')).toBeDefined();
	vi.advanceTimersByTime(1000);
	await until(() => one.versions.length === 2);
	expect(one.versions).toEqual([1, 40]);

	await s.announce(41, { atOnce: true });
	await until(() => one.versions.includes(41));
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
