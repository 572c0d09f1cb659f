import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import type { DatabaseAddress, Db, Tx } from './database.ts';
import { announcePublication, listenForPublications } from './publications.ts';
import { administer, testDatabase } from './testing.ts';

test('a publication is told after its transaction is kept, and not a moment earlier', async () => {
	await using database = await testDatabase(inject('postgres'));
	await using ear = await listen(database.address);

	await announcing(database.db, ['withdrawn'], async () => {
		await announcing(database.db, ['other']);
		await until(() => ear.heard.length > 0);
		expect(ear.heard).toEqual(['other']);
	});
	await until(() => ear.heard.length > 1);

	expect(ear.heard).toEqual(['other', 'withdrawn']);
});

test('a publication whose transaction is taken back is never told', async () => {
	await using database = await testDatabase(inject('postgres'));
	await using ear = await listen(database.address);
	const taken = announcing(database.db, ['never'], () => Promise.reject(new Error('taken back')));
	await expect(taken).rejects.toThrow('taken back');

	await announcing(database.db, ['last']);
	await until(() => ear.heard.includes('last'));

	expect(ear.heard).toEqual(['last']);
});

test.each([
	['in Latin letters', 'forum/'],
	['in Arabic letters, two bytes each', 'منتدى/']
])('more tags %s than one notification holds all arrive, each once', async (_, prefix) => {
	await using database = await testDatabase(inject('postgres'));
	await using ear = await listen(database.address);
	const tags = Array.from({ length: 2000 }, (_, n) => `${prefix}${n}`);

	await announcing(database.db, [...tags, ...tags]);
	await announcing(database.db, ['last']);
	await until(() => ear.heard.includes('last'));

	expect(ear.heard).toEqual([...tags, 'last']);
});

test('a publication of nothing tells nobody', async () => {
	await using database = await testDatabase(inject('postgres'));
	await using ear = await listen(database.address);

	await announcing(database.db, []);
	await announcing(database.db, ['last']);
	await until(() => ear.heard.length > 0);

	expect(ear.heard).toEqual(['last']);
});

test('a broken line is mended by itself, is told so, and hears again', async () => {
	await using database = await testDatabase(inject('postgres'));
	await using ear = await listen(database.address);

	await cut(database.db);
	await until(() => ear.trust.length > 1);
	await announcing(database.db, ['after']);
	await until(() => ear.heard.length > 0);

	expect(ear.trust).toEqual([true, true]);
	expect(ear.heard).toEqual(['after']);
});

test('a line that stays broken is not trusted any longer, until it stands again', async () => {
	const server = inject('postgres');
	await using database = await testDatabase(server);
	await using ear = await listen(database.address, 30);
	const name = (await sql<{ name: string }>`select current_database() as name`.execute(database.db)).rows[0]?.name ?? '';

	await administer(server.address, `alter database ${name} allow_connections false`);
	await cut(database.db);
	await until(() => ear.trust.length > 1);
	await administer(server.address, `alter database ${name} allow_connections true`);
	await until(() => ear.trust.length > 2);

	expect(ear.trust).toEqual([true, false, true]);
});

test('a line that is mended in time is never called untrustworthy later', async () => {
	await using database = await testDatabase(inject('postgres'));
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
	onTestFinished(() => void vi.useRealTimers());
	await using ear = await listen(database.address, 60_000);

	await cut(database.db);
	await until(() => ear.trust.length > 1);
	vi.advanceTimersByTime(120_000);

	expect(ear.trust).toEqual([true, true]);
});

test('a closed listener leaves no connection behind and does not call itself broken', async () => {
	await using database = await testDatabase(inject('postgres'));
	const ear = await listen(database.address, 1);

	await ear[Symbol.asyncDispose]();

	await until(async () => (await connections(database.db)).length === 0);
	expect(ear.trust).toEqual([true]);
});

async function announcing(db: Db, tags: readonly string[], before: (tx: Tx) => Promise<unknown> = () => Promise.resolve()): Promise<void> {
	await db.transaction().execute(async (tx) => {
		await announcePublication(tx, tags);
		await before(tx);
	});
}

/** Listens; ready when the line stands for the first time. */
async function listen(address: DatabaseAddress, patienceMs = 60_000) {
	const heard: string[] = [];
	const trust: boolean[] = [];
	const listener = listenForPublications({ address, patienceMs, onPublication: (tags) => heard.push(...tags), onTrust: (trusted) => trust.push(trusted) });
	await until(() => trust.length > 0);
	return { heard, trust, [Symbol.asyncDispose]: () => listener.close() };
}

async function connections(db: Db): Promise<number[]> {
	const { rows } = await sql<{ pid: number }>`select pid from pg_stat_activity where datname = current_database() and application_name = 'steadfast-publications'`.execute(db);
	return rows.map(({ pid }) => pid);
}

async function cut(db: Db): Promise<void> {
	for (const pid of await connections(db)) await sql`select pg_terminate_backend(${pid})`.execute(db);
}

async function until(look: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await look())) await wait(10);
}
