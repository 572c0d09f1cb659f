import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledQuery } from 'kysely';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { importRecord, readRecord } from '#lib/archive/server/index.ts';
import type { DatabaseAddress } from '#lib/platform/db/database.ts';
import { administer, testDatabase } from '#lib/platform/db/testing.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import { directionOf, languages, type Language } from '#lib/platform/i18n/language.ts';
import { isRunning } from '#lib/platform/start/process.ts';
import { startServer, until, urlOf, type RunningServer } from '../server.ts';
import { wordsIn } from './html.ts';
import { ask, sendForm, type Answer } from './http.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder that PostgreSQL's own account may pass through, so that all of the data lies in it, also for root. */
function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'steadfast-dies-'));
	chmodSync(folder, 0o711);
	folders.push(folder);
	return folder;
}

function nameOf(address: DatabaseAddress): string {
	return typeof address === 'string' ? new URL(address).pathname.slice(1) : address.database;
}

const plain = { accept: 'text/html' };

/** What a reader is told while the record cannot be reached. */
function apology({ status, headers, text }: Answer): unknown {
	return {
		status,
		retryAfter: headers['retry-after'],
		type: headers['content-type'],
		root: /<html[^>]*>/.exec(text)?.[0],
		title: wordsIn(text, 'h1'),
		says: wordsIn(text, 'main'),
		scripts: /<script/.test(text)
	};
}

function expectedApology(language: Language): unknown {
	const locale = { locale: language };
	const [title, words, home] = [m.error_unavailable_title({}, locale), m.error_unavailable({}, locale), m.error_home({}, locale)].map((text) => text.replaceAll(/\s+/g, ' '));
	return {
		status: 503,
		retryAfter: '5',
		type: 'text/html',
		root: `<html lang="${language}" dir="${directionOf(language)}">`,
		title,
		says: `${title} ${words} ${home}`,
		scripts: false
	};
}

async function statusOf(url: string): Promise<number> {
	return (await ask(url, { headers: plain })).status;
}

describe('a PostgreSQL that is killed under the running program', () => {
	test('what was read before stays, the rest apologises with 503, a form is not lost in silence, and all comes back by itself', async () => {
		const dataDir = newFolder();
		await using server = await startServer({ dataDir });
		const { origin } = server;
		const readBefore = await ask(`${origin}/fr/forums`, { headers: plain });
		const control = join(dataDir, 'postgres', 'global', 'pg_control');
		const postmaster = Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);

		// Without this file it cannot be started again, for as long as this test looks at what happens meanwhile.
		renameSync(control, `${control}.away`);
		const crowd = askWithoutPause(origin);
		process.kill(postmaster, 'SIGKILL');
		await until(async () => (await statusOf(`${origin}/readyz`)) === 503);
		const readAgain = await ask(`${origin}/fr/forums`, { headers: plain });
		const apologies = await Promise.all(languages.map((language) => ask(`${origin}/${language}/figures`, { headers: plain })));
		const form = await sendForm(`${origin}/es/newsletter`, { fields: { address: 'reader@example.org' }, origin });
		const others = await Promise.all(['/sitemap.xml', '/en/feed.xml', '/healthz', '/en/nothing-here'].map((path) => statusOf(`${origin}${path}`)));
		renameSync(`${control}.away`, control);
		await until(async () => (await statusOf(`${origin}/readyz`)) === 200);
		const statuses = await crowd.leave();
		const afterwards = await Promise.all(languages.map((language) => statusOf(`${origin}/${language}/figures`)));
		const sentAgain = await sendForm(`${origin}/es/newsletter`, { fields: { address: 'reader@example.org' }, origin });

		expect({ status: readAgain.status, text: readAgain.text }).toEqual({ status: 200, text: readBefore.text });
		expect(apologies.map(apology)).toEqual(languages.map(expectedApology));
		expect(apology(form)).toEqual(expectedApology('es'));
		expect(others).toEqual([503, 503, 200, 404]);
		expect([...new Set(statuses)].sort()).toEqual([200, 503]);
		expect(afterwards).toEqual([200, 200, 200, 200]);
		expect(sentAgain.status).toBe(303);
		// The queue of mails lives in the same database and goes on too.
		await until(() => existsSync(join(dataDir, 'mail')) && readdirSync(join(dataDir, 'mail')).some((name) => name.endsWith('.eml')));
	});

	test('asked to end while its PostgreSQL lies dead, the program ends in good order', async () => {
		const dataDir = newFolder();
		const server = await startServer({ dataDir, env: { ARCHIVE_DIR: '/nowhere' } });
		process.kill(Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10), 'SIGKILL');

		const status = await server.stop();

		const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
		const postgresRuns = existsSync(pidFile) && isRunning(Number.parseInt(readFileSync(pidFile, 'utf8'), 10));
		expect({ status, postgresRuns, locked: existsSync(join(dataDir, 'steadfast.lock')) }).toEqual({ status: 0, postgresRuns: false, locked: false });
	});
});

describe('a database of the operator that goes away', () => {
	test('pages apologise in the language of the address, recover when it is back, and the program can be stopped without it', async () => {
		await using database = await testDatabase(inject('postgres'));
		const { address } = inject('postgres');
		const server = await startServer({ dataDir: newFolder(), env: { DATABASE_URL: urlOf(database.address) } });
		const { origin } = server;
		const goAway = async (): Promise<void> => {
			await administer(address, `alter database ${nameOf(database.address)} allow_connections false`);
			await administer(address, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${nameOf(database.address)}'`);
		};

		await goAway();
		const apologies = await Promise.all(languages.map((language) => ask(`${origin}/${language}/people`, { headers: plain })));
		const health = [await statusOf(`${origin}/healthz`), await statusOf(`${origin}/readyz`)];
		await administer(address, `alter database ${nameOf(database.address)} allow_connections true`);
		const afterwards = await Promise.all(languages.map((language) => statusOf(`${origin}/${language}/people`)));
		const healthAfterwards = await statusOf(`${origin}/readyz`);
		await goAway();

		expect(apologies.map(apology)).toEqual(languages.map(expectedApology));
		expect({ health, afterwards, healthAfterwards }).toEqual({ health: [200, 503], afterwards: [200, 200, 200, 200], healthAfterwards: 200 });
		expect(await server.stop()).toBe(0);
	});

	test('a failure that SvelteKit wraps into an answer of status 200 is not kept for later readers', async () => {
		await using database = await testDatabase(inject('postgres'));
		const { address } = inject('postgres');
		await using server = await startServer({ dataDir: newFolder(), env: { DATABASE_URL: urlOf(database.address) } });
		const dataOfPage = `${server.origin}/en/search/__data.json?q=peace`;

		await administer(address, `alter database ${nameOf(database.address)} allow_connections false`);
		await administer(address, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${nameOf(database.address)}'`);
		const broken = await ask(dataOfPage);
		await administer(address, `alter database ${nameOf(database.address)} allow_connections true`);
		const mended = await ask(dataOfPage);

		expect({ status: broken.status, failed: broken.text.includes('"type":"error"') }).toEqual({ status: 200, failed: true });
		expect({ status: mended.status, failed: mended.text.includes('"type":"error"') }).toEqual({ status: 200, failed: false });
	});
});

describe('a publication while the program runs', () => {
	const changedForum = '2018-restoring-faith-in-freedom';
	const otherForum = '2017-freedom-from-fear';

	/** A copy of the record in which one forum has another title. */
	function changedArchive(title: string): string {
		const folder = join(newFolder(), 'archive');
		cpSync('archive', folder, { recursive: true });
		const file = join(folder, 'forums', changedForum, 'forum.md');
		writeFileSync(file, readFileSync(file, 'utf8').replace(/^(title:\n {2}en: ).*$/m, `$1${title}`));
		return folder;
	}

	test('pages that show what changed show it at once under another ETag; the others stay in the cache', async () => {
		const dataDir = newFolder();
		await using server = await startServer({ dataDir });
		const paths = [`/en/forums/${changedForum}`, '/en/forums', `/en/forums/${otherForum}`];
		const read = (headers: Readonly<Record<string, string>> = {}) => Promise.all(paths.map((path) => ask(`${server.origin}${path}`, { headers })));
		const before = await read();
		// Kept from now on, so that it is another one only when what was kept has been dropped.
		await ask(`${server.origin}/en`);

		const child = spawn(process.execPath, ['src/commands/archive.ts', 'import', changedArchive('A title that was corrected')], {
			env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', DATA_DIR: dataDir },
			stdio: ['ignore', 'ignore', 'inherit']
		});
		await once(child, 'close');
		await until(async () => wordsIn((await ask(`${server.origin}/en`)).text, 'main').includes('A title that was corrected') || child.exitCode !== 0);
		const after = await read({ 'if-none-match': before.map(({ headers }) => headers.etag).join(', ') });

		expect(child.exitCode).toBe(0);
		expect(after.map(({ status }) => status)).toEqual([200, 200, 304]);
		expect(after.map(({ headers }, index) => headers.etag === before[index]?.headers.etag)).toEqual([false, false, true]);
		expect(after.map(({ text }) => text.includes('A title that was corrected'))).toEqual([true, true, false]);
		expect(await server.stop()).toBe(0);
		const shown = cacheOf(server, '/(public)/[lang=language]/forums/[forum=slug]');
		expect(shown.toSorted()).toEqual(['hit', 'miss', 'miss', 'miss']);
	});

	test('one that was told while the line to the database was broken is shown too', async () => {
		await using database = await testDatabase(inject('postgres'));
		await using server = await startServer({ dataDir: newFolder(), env: { DATABASE_URL: urlOf(database.address) } });
		const page = `${server.origin}/en/forums/${changedForum}`;
		const before = await ask(page);
		const record = await readRecord(changedArchive('A title that nobody was told of'));

		await database.db.executeQuery(CompiledQuery.raw("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'steadfast-publications' and datname = current_database()"));
		await importRecord({ db: database.db, record, now: new Date() });
		await until(async () => (await ask(page)).text.includes('A title that nobody was told of'));

		expect(before.status).toBe(200);
		expect(before.text).not.toContain('A title that nobody was told of');
	});
});

/** Readers who ask for searches that nobody asked for before, one after the other, until they leave; 0 for no answer. */
function askWithoutPause(origin: string): { leave(): Promise<number[]> } {
	const statuses: number[] = [];
	const leaving = new AbortController();
	const reader = async (name: string): Promise<void> => {
		for (let n = 0; !leaving.signal.aborted; n += 1) statuses.push(await statusOf(`${origin}/en/search?q=${name}${n}`).catch(() => 0));
	};
	const readers = ['freedom', 'rights', 'peace', 'law'].map(reader);
	return {
		async leave() {
			leaving.abort();
			await Promise.all(readers);
			return statuses;
		}
	};
}

/** How the cache served each request of a route, in order; the log has to be complete. */
function cacheOf(server: RunningServer, route: string): string[] {
	const entries = server
		.output()
		.split('\n')
		.filter((line) => line.startsWith('{'))
		.map((line) => JSON.parse(line) as { route: string; cache: string });
	return entries.filter((entry) => entry.route === route).map(({ cache }) => cache);
}
