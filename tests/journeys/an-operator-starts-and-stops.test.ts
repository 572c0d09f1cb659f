import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { settings } from '../../src/lib/platform/config.ts';
import { CompiledQuery } from 'kysely';
import { administer, testDatabase } from '../../src/lib/platform/db/testing.ts';
import { isRunning } from '../../src/lib/platform/start/process.ts';
import { freePort, startServer, until, urlOf, type RunningServer } from '../server.ts';
import { ask, sendForm } from './http.ts';

/** A start that has nothing to import is over sooner. */
const withoutRecord = { ARCHIVE_DIR: '/nowhere' };
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder that PostgreSQL's own account may pass through, so that all of the data lies in it, also for root. */
function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'steadfast-operator-'));
	chmodSync(folder, 0o711);
	folders.push(folder);
	return folder;
}

/** An account without any right of its own. */
const nobody = 65_534;
const mayBecomeNobody = process.getuid?.() === 0 && spawnSync(process.execPath, ['--version'], { uid: nobody, gid: nobody }).status === 0 && spawnSync('cat', ['src/main.ts'], { uid: nobody, gid: nobody }).status === 0;

interface Ended {
	readonly status: number | null;
	readonly output: string;
}

/** Runs a program of ours that is expected to end by itself. */
async function runToEnd(env: Readonly<Record<string, string>>, ...words: string[]): Promise<Ended> {
	const child = spawn(process.execPath, words.length > 0 ? words : ['src/main.ts'], {
		env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_NO_WARNINGS: '1', ...env },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
	await once(child, 'close');
	return { status: child.exitCode, output };
}

function postmasterOf(dataDir: string): number {
	return Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

/** What a start leaves when nothing of it runs any more: neither a lock nor a socket nor PostgreSQL's pid. */
function isAtRest(dataDir: string): boolean {
	const socket = join(dataDir, 'socket');
	return !['steadfast.lock', join('postgres', 'postmaster.pid')].some((name) => existsSync(join(dataDir, name))) && (!existsSync(socket) || readdirSync(socket).length === 0);
}

/** What is meant for people: all but the lines of the log. */
function wordsOf(output: string): string {
	return output.replaceAll(/^\{.*\n/gm, '');
}

function allowed(name: string): string {
	return settings.find((setting) => setting.name === name)?.allowed ?? '';
}

describe('the embedded database', () => {
	test('a start on an empty folder says where to go, what to do next, where mail goes and how to stop; then it stops whole', async () => {
		const dataDir = newFolder();
		const server = await startServer({ dataDir });
		const postgres = postmasterOf(dataDir);
		const greeting = server.output();

		const status = await server.stop();

		expect(greeting.split('\n')).toEqual(
			[
				`Steadfast is running: ${server.origin}`,
				`The record of 8 forums was imported from ${join(process.cwd(), 'archive')}.`,
				`Next: open the address above; edit the files of ${join(process.cwd(), 'archive')} and run "npm run archive -- import archive".`,
				`Data: embedded PostgreSQL in ${dataDir}/postgres. Mail: written as .eml files to ${dataDir}/mail (set SMTP_URL to send it).`,
				'Nobody has an account yet. This link, good once and for seven days, makes the first keeper, who invites the others:',
				expect.stringMatching(new RegExp(`^${server.origin}/en/join#[\\w-]{22}\\.-\\.-\\.[\\w-]{22}$`)),
				'Stop: press Ctrl-C.',
				''
			]
		);
		expect(wordsOf(server.output().slice(greeting.length))).toBe('Stopping ...\nStopped. Everything is kept.\n');
		expect({ status, postgresRuns: isRunning(postgres), atRest: isAtRest(dataDir) }).toEqual({ status: 0, postgresRuns: false, atRest: true });
	});

	test.skipIf(!mayBecomeNobody)('somebody who is not root starts it as well, and everything in the data folder is theirs (needs root, and a checkout that others may read)', async () => {
		const dataDir = newFolder();
		chownSync(dataDir, nobody, nobody);
		const server = await startServer({ dataDir, account: nobody, env: { HOME: dataDir } });
		const owners = new Set(['postgres', join('postgres', 'postmaster.pid'), 'steadfast.lock'].map((name) => statSync(join(dataDir, name)).uid));
		const answer = await ask(`${server.origin}/en`);

		const status = await server.stop();

		expect({ owners: [...owners], answered: answer.status, status, atRest: isAtRest(dataDir) }).toEqual({ owners: [nobody], answered: 200, status: 0, atRest: true });
		expect(server.output()).toContain(`Data: embedded PostgreSQL in ${dataDir}/postgres.`);
	});

	test('Ctrl-C, which npm passes on a second and a third time, ends it in good order', async () => {
		const dataDir = newFolder();
		const server = await startServer({ dataDir, env: withoutRecord });
		const postgres = postmasterOf(dataDir);
		const ended = once(server.process, 'close');

		server.process.kill('SIGINT');
		await until(() => server.output().includes('Stopping ...'));
		server.process.kill('SIGINT');
		server.process.kill('SIGINT');
		await ended;

		expect({ status: server.process.exitCode, postgresRuns: isRunning(postgres), atRest: isAtRest(dataDir) }).toEqual({ status: 0, postgresRuns: false, atRest: true });
		expect(server.output().match(/Stop\w+ ?\.{3}|Stopped\./g)).toEqual(['Stopping ...', 'Stopped.']);
	});

	test('a command in a folder where no Steadfast ever was reads nothing out of an empty one, and makes none', async () => {
		const dataDir = newFolder();
		const commands = [['newsletter.ts', 'export'], ['audit.ts'], ['invite.ts'], ['archive.ts', 'export', join(dataDir, 'record')], ['backup.ts', join(dataDir, 'whole.backup')]];

		const ended = await Promise.all(commands.map(([file = '', ...words]) => runToEnd({ DATA_DIR: dataDir }, `src/commands/${file}`, ...words)));

		for (const { status, output } of ended) {
			expect(output).toContain(`There is no database in ${dataDir}. Nothing was made and nothing was read.`);
			expect(status).not.toBe(0);
		}
		expect(readdirSync(dataDir)).toEqual([]);
	});

	test('a start that is interrupted half-way leaves neither PostgreSQL nor a lock behind, and the next one serves', async () => {
		const dataDir = newFolder();
		const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
		const child = spawn(process.execPath, ['src/main.ts'], {
			env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', DATA_DIR: dataDir, PORT: String(await freePort()) },
			stdio: ['ignore', 'pipe', 'inherit']
		});
		let output = '';
		child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
		await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
		const postgres = postmasterOf(dataDir);

		child.kill('SIGINT');
		await once(child, 'close');

		expect(wordsOf(output)).toBe('Stopping ...\nStopped. Everything is kept.\n');
		expect({ status: child.exitCode, postgresRuns: isRunning(postgres), atRest: isAtRest(dataDir) }).toEqual({ status: 0, postgresRuns: false, atRest: true });
		await using next = await startServer({ dataDir });
		expect((await ask(`${next.origin}/en/forums`)).status).toBe(200);
	});

	test('a second start on the same folder is refused by the name of the first, which goes on serving', async () => {
		const dataDir = newFolder();
		await using first = await startServer({ dataDir, env: withoutRecord });

		const second = await runToEnd({ DATA_DIR: dataDir, PORT: String(await freePort()) });

		expect(second).toEqual({
			status: 1,
			output: `Steadfast already runs on the data folder ${dataDir} (process ${first.process.pid}). Nothing was changed. Stop that one first, or set DATA_DIR to another folder.\n`
		});
		expect((await ask(`${first.origin}/readyz`)).status).toBe(200);
	});

	test.for([['the program alone'], ['the program and its PostgreSQL']])('after %s is killed, the next start takes over and everything is there', async ([what]) => {
		const dataDir = newFolder();
		const killed = await startServer({ dataDir });
		const before = await ask(`${killed.origin}/ar/forums`);
		const postgres = postmasterOf(dataDir);
		await killed.kill();
		if (what !== 'the program alone') process.kill(postgres, 'SIGKILL');

		await using next = await startServer({ dataDir, port: Number(new URL(killed.origin).port) });

		const after = await ask(`${next.origin}/ar/forums`);
		expect(next.output()).toContain('The record is in place.\n');
		expect({ status: after.status, text: after.text, etag: after.headers.etag }).toEqual({ status: 200, text: before.text, etag: before.headers.etag });
		expect(postmasterOf(dataDir) === postgres).toBe(what === 'the program alone');
		expect(await next.stop()).toBe(0);
		expect({ postgresRuns: isRunning(postgres), atRest: isAtRest(dataDir) }).toEqual({ postgresRuns: false, atRest: true });
	});
});

describe('a start that cannot be', () => {
	test('wrong settings are all told at once, with name, what was found and what is allowed, and without a password', async () => {
		const dataDir = join(newFolder(), 'never-made');

		const ended = await runToEnd({
			DATA_DIR: dataDir,
			PORT: '70000',
			PUBLIC_ORIGIN: 'https://forum.example.org/path',
			VAULT_ORIGIN: 'https://name:canary-password@vault.example.org',
			DATABASE_URL: 'mysql://name:canary-password@localhost/x',
			SMTP_URL: 'canary-password'
		});

		expect(ended).toEqual({
			status: 1,
			output: [
				'Steadfast did not start, because of its configuration:',
				`  PORT: found "70000"; allowed: ${allowed('PORT')}.`,
				`  PUBLIC_ORIGIN: found "https://forum.example.org/path"; allowed: ${allowed('PUBLIC_ORIGIN')}.`,
				`  DATABASE_URL: found a value of another kind; allowed: ${allowed('DATABASE_URL')}.`,
				`  SMTP_URL: found a value of another kind; allowed: ${allowed('SMTP_URL')}.`,
				`  VAULT_ORIGIN: found a value of another kind; allowed: ${allowed('VAULT_ORIGIN')}.`,
				'Nothing was changed. .env.example explains every name.',
				''
			].join('\n')
		});
		expect(existsSync(dataDir)).toBe(false);
	});

	test.for(['PORT', 'METRICS_PORT'])('a %s that another program has is told in one sentence, and the database is stopped again', async (name) => {
		const dataDir = newFolder();
		await using other = createServer();
		other.listen(0, '127.0.0.1');
		await once(other, 'listening');
		const address = other.address();
		const taken = typeof address === 'object' ? address?.port : undefined;

		const ended = await runToEnd({ ...withoutRecord, DATA_DIR: dataDir, PORT: String(await freePort()), [name]: String(taken) });

		expect(ended).toEqual({ status: 1, output: `Port ${taken} is in use by another program. Set ${name} to a free one, or stop the other, and start again.\n` });
		expect(isAtRest(dataDir)).toBe(true);
	});

	test('a server of DATABASE_URL that cannot be reached or entered is told in one sentence, without its password', async () => {
		await using database = await testDatabase(inject('postgres'));
		const there = new URL(urlOf(database.address));
		const missing = new URL(there);
		missing.pathname = '/steadfast_never_made';
		const stranger = new URL(there);
		if (stranger.host === '') stranger.searchParams.set('user', 'canary-name');
		else [stranger.username, stranger.password] = ['canary-name', 'canary-password'];
		const place = there.host || there.searchParams.get('host');
		const nobody = `localhost:${await freePort()}`;
		const urls = [`postgres://canary-name:canary-password@${nobody}/x`, missing.href, stranger.href];

		const ended = await Promise.all(urls.map((url) => runToEnd({ DATA_DIR: newFolder(), DATABASE_URL: url })));

		const sentence = (at: string | null, why: string) => ({ status: 1, output: `The PostgreSQL server of DATABASE_URL (${at}) ${why} Nothing was changed.\n` });
		expect(ended).toEqual([
			sentence(nobody, 'does not answer. Is it running, and may this machine reach it?'),
			sentence(place, 'has no database of that name. Create it (createdb), or correct DATABASE_URL, and start again.'),
			sentence(place, 'refuses the name or the password. Correct DATABASE_URL and start again.')
		]);
	});
});

describe('a database of the operator', () => {
	test('it serves from DATABASE_URL, tells when a migration is missing, and leaves room for commands beside it', async () => {
		await using database = await testDatabase(inject('postgres'));
		const dataDir = newFolder();
		const env = { DATABASE_URL: urlOf(database.address) };
		await using server = await startServer({ dataDir, env });
		const health = async () => [await ask(`${server.origin}/healthz`), await ask(`${server.origin}/readyz`)].map(({ status }) => status);
		const change = (statement: string) => database.db.executeQuery(CompiledQuery.raw(statement));

		const whole = await health();
		await change("update migration set name = '9' || name where name like '0002%'");
		const incomplete = await health();
		await change("update migration set name = substr(name, 2) where name like '9%'");
		const mended = await health();
		const command = await runToEnd({ ...env, DATA_DIR: dataDir }, 'src/commands/archive.ts', 'import', 'archive');

		expect({ whole, incomplete, mended }).toEqual({ whole: [200, 200], incomplete: [200, 503], mended: [200, 200] });
		expect(command).toEqual({ status: 0, output: expect.stringMatching(/^Imported .*: 0 added, 0 changed, 0 removed, \d+ as they were\.\n$/) });
		expect(server.output()).toContain('\nData: the PostgreSQL server of DATABASE_URL. Mail: ');
		expect(await server.stop()).toBe(0);
		// The server's own secrets lie apart from every database.
		expect(readdirSync(dataDir)).toEqual(['secrets']);
		await administer(inject('postgres').address, 'select 1'); // The operator's server was not ours to stop.
	});

	test.runIf(existsSync('/proc/self/net/tcp'))('it listens on this machine only, and for figures only where they are wanted', async () => {
		await using database = await testDatabase(inject('postgres'));
		const env = { DATABASE_URL: urlOf(database.address) };
		await using plain = await startServer({ dataDir: newFolder(), env });
		const port = Number(new URL(plain.origin).port);
		const withoutFigures = listeners(plain);
		await plain.stop();
		const metricsPort = await freePort();
		await using counting = await startServer({ dataDir: newFolder(), port, env: { ...env, METRICS_PORT: String(metricsPort) } });
		const withFigures = listeners(counting);

		const figures = await ask(`http://127.0.0.1:${metricsPort}/metrics`);
		const onPublicPort = await ask(`${counting.origin}/metrics`);
		const elsewhere = Object.values(networkInterfaces()).flat().find((one) => one?.family === 'IPv4' && !one.internal)?.address;

		expect({ withoutFigures, withFigures: withFigures.toSorted() }).toEqual({
			withoutFigures: [`127.0.0.1:${port}`],
			withFigures: [`127.0.0.1:${metricsPort}`, `127.0.0.1:${port}`].toSorted()
		});
		expect({ status: figures.status, type: figures.headers['content-type']?.split(';')[0], found: figures.text.includes('http_requests_total') }).toEqual({ status: 200, type: 'text/plain', found: true });
		expect(onPublicPort.status).toBe(404);
		if (elsewhere !== undefined) await expect(ask(`http://${elsewhere}:${metricsPort}/metrics`)).rejects.toThrow('ECONNREFUSED');
	});
});

describe('what is written down', () => {
	test('neither the log, the figures nor any file tells who asked, for what, from where and with which browser', async () => {
		const dataDir = newFolder();
		const metricsPort = await freePort();
		await using server = await startServer({ dataDir, env: { METRICS_PORT: String(metricsPort), CLIENT_ADDRESS_HEADER: 'X-Forwarded-For' } });
		const greeting = server.output();
		const { origin } = server;
		const headers = {
			accept: 'text/html',
			'user-agent': 'canary-browser',
			'x-forwarded-for': '203.0.113.77',
			referer: `${origin}/en/canary-referer`,
			'accept-language': 'fr;canary-language',
			authorization: 'Bearer canary-bearer'
		};
		const questions: [method: string, path: string, more?: Readonly<Record<string, string>>][] = [
			['GET', '/en/canary-path'],
			['GET', '/en/forums?canary-query=1'],
			['GET', "/en/search?q=canary-search%00'%26!(&language=canary"],
			['GET', '/en/newsletter/confirm/canary-token'],
			['GET', '/%ff/canary-unreadable'],
			['PUT', '/en/canary-method'],
			['TRACE', '/en/canary-trace'],
			['GET', `/en/${'canary-long'.repeat(1200)}`],
			['GET', '/en', { cookie: 'session=canary-cookie', host: 'canary-host.example' }],
			['GET', '/en/forums', { 'if-none-match': '"canary-etag"' }]
		];

		for (const [method, path, more] of questions) await ask(`${origin}${path}`, { method, headers: { ...headers, ...more } });
		for (const fields of [{ address: 'canary-address' }, { address: 'honest@example.org', 'canary-field': 'canary-value' }, { address: 'trap@example.org', website: 'canary-website' }]) {
			await sendForm(`${origin}/en/newsletter`, { fields, origin, headers });
		}
		await ask(`${origin}/en/newsletter`, { method: 'POST', headers: { ...headers, origin, 'content-type': 'multipart/form-data; boundary=canary-boundary' }, body: 'canary-body' });
		await ask(`${origin}/en/newsletter`, { method: 'POST', headers: { ...headers, origin: 'https://canary-origin.example', 'content-type': 'application/x-www-form-urlencoded' }, body: 'address=canary-forged@example.org' });
		await until(() => existsSync(join(dataDir, 'mail')) && readdirSync(join(dataDir, 'mail')).some((name) => name.endsWith('.eml')));
		const { text: figures } = await ask(`http://127.0.0.1:${metricsPort}/metrics`);
		expect(await server.stop()).toBe(0);

		// Each line is written when its connection has ended, which may be while the program stops.
		const log = server.output().slice(greeting.length).split('\n').filter((line) => line.startsWith('{')).map((line): unknown => JSON.parse(line));
		const entry = { at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), method: expect.stringMatching(/^[A-Z]+$/), route: expect.any(String), status: expect.any(Number), ms: expect.any(Number), cache: expect.stringMatching(/^(?:hit|miss|none)$/) };
		expect(log).toEqual(Array.from({ length: questions.length + 5 }, () => entry));
		const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name));
		const written = new Map([['output', server.output()], ['figures', figures], ...files.map((file) => [file, readFileSync(file, 'latin1')] as const)]);
		const tellers = (word: string) => [...written].filter(([, text]) => text.includes(word)).map(([name]) => name.replace(dataDir, '').split('/').slice(0, 2).join('/'));
		// The one thing that has to be written, which shows that this search would find the others.
		expect(new Set(tellers('honest@example.org'))).toEqual(new Set(['/mail', '/postgres']));
		expect({ canary: tellers('canary-'), address: tellers('203.0.113'), trapped: tellers('trap@example.org') }).toEqual({ canary: [], address: [], trapped: [] });
		expect(`${server.output()}${figures}`).not.toContain('127.0.0.1');
	});
});

/** The TCP addresses on which a process waits for connections (proc_net(5): state 0A, addresses in hex, IPv4 backwards). */
function listeners({ process: { pid } }: RunningServer): string[] {
	const sockets = new Set(
		readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
			try {
				return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
			} catch {
				return []; // Closed in the meantime.
			}
		})
	);
	return ['tcp', 'tcp6'].flatMap((table) =>
		readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
			.split('\n')
			.map((line) => line.trim().split(/\s+/))
			.filter((fields) => fields[3] === '0A' && sockets.has(fields[9] ?? ''))
			.map(([, local = '']) => {
				const [host = '', port = ''] = local.split(':');
				const parts = host.match(/../g)?.map((byte) => Number.parseInt(byte, 16)).toReversed() ?? [];
				return `${parts.length === 4 ? parts.join('.') : host}:${Number.parseInt(port, 16)}`;
			})
	);
}
