import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { verifyChain } from '#lib/platform/audit/audit.ts';
import { openBlobs } from '#lib/platform/blobs/blobs.ts';
import { openDatabase, type Db } from '#lib/platform/db/database.ts';
import { administer, withDatabase } from '#lib/platform/db/testing.ts';
import { secretFile } from '#lib/platform/secrets/secrets.ts';
import { freePort, startServer, until, type RunningServer } from '../server.ts';
import { temporaryFolder } from '../temporary.ts';
import { ask, sendForm } from './http.ts';

const age = spawnSync('age', ['--version']).status === 0;
const blobBytes = 3_000_000;

let place: string;
let server: RunningServer;
/** A page of the record, as it is before anything is restored. */
let page: string;
const backups = { plain: '', sealed: '', hybrid: '' };

beforeAll(async () => {
	place = temporaryFolder('restore');
	// A mail server that is not there: the mail stays owed.
	server = await startServer({ env: { SMTP_URL: `smtp://127.0.0.1:${await freePort()}` } });
	await sendForm(`${server.origin}/en/newsletter`, { fields: { address: 'waits@example.net' }, origin: server.origin });
	const blobs = openBlobs({ blobStore: undefined, dataDir: server.dataDir });
	await blobs.putPart('a'.repeat(22), 0, randomBytes(blobBytes));
	await secretFile(server, 'notice-key', () => 'KEPT-AWAY-FROM-BACKUPS');
	page = (await ask(`${server.origin}/en`)).text;
	for (const [kind, identity] of [['plain', undefined], ['sealed', await generateX25519Identity()], ['hybrid', await generateHybridIdentity()]] as const) {
		backups[kind] = join(place, `${kind}.backup`);
		if (identity !== undefined) writeFileSync(`${backups[kind]}.key`, `# a comment, as age-keygen writes one\n${identity}\n`);
		const seal = identity === undefined ? [] : ['--to', await identityToRecipient(identity)];
		const { status, output } = await run(server.dataDir, 'backup', backups[kind], ...seal);
		expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('Wrote the backup') });
		expect(output.includes('It is not sealed: whoever finds it reads newsletter addresses')).toBe(identity === undefined);
	}
});

afterAll(async () => {
	await server[Symbol.asyncDispose]();
	rmSync(place, { recursive: true, force: true });
});

test('a backup beside a running program is for our account only, and leaves nothing beside it', () => {
	expect(readdirSync(place).sort()).toEqual(['hybrid.backup', 'hybrid.backup.key', 'plain.backup', 'sealed.backup', 'sealed.backup.key']);
	expect(Object.values(backups).map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual(['600', '600', '600']);
});

test('any tar opens a backup, its sums are right for sha256sum, and no secret, mail or log is in it', () => {
	const folder = join(place, 'opened');
	mkdirSync(folder);

	const tar = spawnSync('tar', ['-xf', backups.plain, '-C', folder], { encoding: 'utf8' });
	const sums = spawnSync('sha256sum', ['--check', '--strict', '--quiet', 'checksums.sha256'], { cwd: folder, encoding: 'utf8' });

	expect([tar.status, tar.stderr, sums.status, sums.stderr]).toEqual([0, '', 0, '']);
	expect(readdirSync(folder).sort()).toEqual(['backup.json', 'blobs', 'checksums.sha256', 'tables']);
	expect(statSync(join(folder, 'blobs', 'a'.repeat(22), '0')).size).toBe(blobBytes);
	expect(readFileSync(join(folder, 'tables', 'newsletter_subscription', '000001'), 'utf8')).toContain('waits@example.net');
	expect(readFileSync(backups.plain).includes('KEPT-AWAY-FROM-BACKUPS')).toBe(false);
	rmSync(folder, { recursive: true });
});

test.skipIf(!age)('a backup sealed to an X25519 recipient is opened by Debian\'s age (needs age)', () => {
	const opened = spawnSync('age', ['--decrypt', '-i', `${backups.sealed}.key`, backups.sealed], { maxBuffer: 64 * 1024 * 1024 });
	const names = spawnSync('tar', ['-t'], { input: opened.stdout, encoding: 'utf8' });

	expect(opened.stderr.toString()).toBe('');
	expect(names.stdout.split('\n')).toEqual(expect.arrayContaining(['backup.json', 'tables/newsletter_subscription/000001', `blobs/${'a'.repeat(22)}/0`, 'checksums.sha256']));
});

test('a sealed backup tells whoever finds it nothing of what is in it', () => {
	const traces = ['waits@example.net', 'newsletter_subscription', 'ustar'];

	expect(traces.map((trace) => readFileSync(backups.plain).includes(trace))).toEqual([true, true, true]);
	expect([backups.sealed, backups.hybrid].flatMap((file) => traces.filter((trace) => readFileSync(file).includes(trace)))).toEqual([]);
});

describe.each(['plain', 'sealed', 'hybrid'] as const)('a %s backup', (kind) => {
	test('brings a new installation to where the old one was, and the mail that was owed goes out', async () => {
		const dataDir = join(place, `restored-${kind}`);
		const key = kind === 'plain' ? [] : ['--key', `${backups[kind]}.key`];

		const { status, output } = await run(dataDir, 'restore', backups[kind], ...key);
		expect({ status, output }).toEqual({ status: 0, output: expect.stringMatching(/^Restored the backup of .*: \d{4} rows and 1 parts of blobs/) });
		expect(existsSync(join(dataDir, 'secrets'))).toBe(false);
		await using again = await startServer({ dataDir });
		await until(() => mailsIn(dataDir).length > 0);

		expect(again.output()).toContain('The record is in place.');
		expect((await ask(`${again.origin}/en`)).text.replaceAll(again.origin, server.origin)).toBe(page);
		expect(mailsIn(dataDir)).toEqual([expect.stringMatching(/^To: waits@example\.net\r$/m)]);
		const part = `blobs/aa/${'a'.repeat(22)}/0`;
		expect(readFileSync(join(dataDir, part)).equals(readFileSync(join(server.dataDir, part)))).toBe(true);
		await using db = databaseIn(dataDir);
		expect(await verifyChain(db)).toMatchObject({ ok: true });
		expect((await sql<{ action: string }>`select action from audit_entry where action like 'backup.%' order by id desc limit 2`.execute(db)).rows.map(({ action }) => action)).toEqual(['backup.restore', 'backup.write']);
	});
});

test.each([
	['without a key', () => [backups.sealed], /is sealed\. Nothing was changed\. Name the file of its key/],
	['with somebody else\'s key', () => [backups.sealed, '--key', `${backups.hybrid}.key`], /None of the keys in the identity file opens this backup/],
	['with a key that is none', () => [backups.sealed, '--key', backups.plain], /is no identity file/],
	['that is not there', () => [join(place, 'nowhere')], /could not be read \(ENOENT\)/],
	['that is something else', () => ['package.json'], /The backup is damaged, or is none/]
])('a backup %s is refused in words before any database is touched', async (_, args, words) => {
	const dataDir = join(place, 'refused');

	const { status, output } = await run(dataDir, 'restore', ...args());

	expect(existsSync(dataDir)).toBe(false);
	expect({ status, output }).toEqual({ status: 1, output: expect.stringMatching(words) });
});

test('a sealed backup that was cut short is refused', async () => {
	await using target = await emptyDatabase();
	const cut = join(place, 'cut');
	for (const part of [0.1, 0.5, 0.9, 0.999]) {
		writeFileSync(cut, readFileSync(backups.sealed));
		truncateSync(cut, Math.floor(statSync(backups.sealed).size * part));

		const { status, output } = await run(join(place, 'cut-data'), 'restore', cut, '--key', `${backups.sealed}.key`, { DATABASE_URL: target.url });

		expect({ status, output }).toEqual({ status: 1, output: expect.stringMatching(/^The backup is damaged, or is none\. It was cut short or altered: its seal does not hold\. Nothing was restored/) });
	}
	expect(await target.tables()).toEqual([]);
});

test('a running installation is never restored into, and a backup never overwrites one', async () => {
	const before = readFileSync(backups.plain);

	expect(await run(server.dataDir, 'restore', backups.plain)).toEqual({ status: 1, output: expect.stringMatching(/^This installation is not empty/) });
	expect(await run(server.dataDir, 'backup', backups.plain)).toEqual({ status: 1, output: expect.stringMatching(/exists already\. Nothing was written/) });
	expect(await run(server.dataDir, 'backup', join(place, 'x'), '--to', 'age1nobody')).toEqual({ status: 1, output: expect.stringMatching(/no age recipient/) });
	expect(readFileSync(backups.plain).equals(before)).toBe(true);
	expect(existsSync(join(place, 'x'))).toBe(false);
});

test('a backup needs no running program, and a server of one\'s own serves as well', async () => {
	await using target = await emptyDatabase();
	const own = { DATABASE_URL: target.url };

	const outcomes = [
		await run(join(place, 'stopped'), 'restore', backups.plain),
		await run(join(place, 'stopped'), 'backup', join(place, 'of-stopped')),
		await run(join(place, 'own'), 'restore', join(place, 'of-stopped'), own),
		await run(join(place, 'own'), 'backup', join(place, 'of-own'), own)
	];

	const names = (file: string) => spawnSync('tar', ['-tf', file], { encoding: 'utf8' }).stdout;
	expect(outcomes.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
	expect([names(join(place, 'of-stopped')), names(join(place, 'of-own'))]).toEqual([names(backups.plain), names(backups.plain)]);
	expect(existsSync(join(place, 'stopped', 'postgres', 'postmaster.pid'))).toBe(false);
});

test('a restore that is killed leaves an installation that is whole, or one that can be restored into', async () => {
	const source = await largeBackup();
	const dataDir = join(place, 'killed');
	const outcomes = [];
	for (let pause = 300; ; pause = Math.ceil(pause * 1.6)) {
		const child = launch(dataDir, ['restore', source]);
		const ended = once(child, 'close');
		const killed = await Promise.race([ended.then(() => false), wait(pause).then(() => true)]);
		if (!killed) break;
		child.kill('SIGKILL');
		await ended;
		outcomes.push(pause);
	}

	const last = await run(dataDir, 'restore', source);
	await using again = await startServer({ dataDir });

	expect(outcomes.length).toBeGreaterThanOrEqual(3);
	expect(last).toEqual({ status: 1, output: expect.stringMatching(/^This installation is not empty/) });
	expect((await ask(`${again.origin}/en`)).text.replaceAll(again.origin, server.origin)).toBe(page);
	const found = [];
	for await (const { parts } of openBlobs({ blobStore: undefined, dataDir }).list()) found.push(...parts.map(({ bytes }) => bytes));
	expect(found.length).toBe(13);
	await using db = databaseIn(dataDir);
	expect(await verifyChain(db)).toMatchObject({ ok: true });
});

/** With enough blobs that a restore can be killed in all of its phases. */
async function largeBackup(): Promise<string> {
	const blobs = openBlobs({ blobStore: undefined, dataDir: server.dataDir });
	for (let index = 0; index < 12; index += 1) await blobs.putPart('b'.repeat(22), index, randomBytes(8_000_000));
	const file = join(place, 'large');
	expect(await run(server.dataDir, 'backup', file)).toMatchObject({ status: 0 });
	await blobs.removeBlob('b'.repeat(22));
	return file;
}

type Words = [command: 'backup' | 'restore', ...(string | Readonly<Record<string, string>>)[]];

async function run(dataDir: string, ...words: Words): Promise<{ status: number | null; output: string }> {
	const child = launch(dataDir, words);
	let output = '';
	for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
	await once(child, 'close');
	return { status: child.exitCode, output };
}

function launch(dataDir: string, [command, ...words]: Words): ChildProcess {
	const env = words.filter((word) => typeof word === 'object');
	return spawn(process.execPath, [`src/commands/${command}.ts`, ...words.filter((word) => typeof word === 'string')], {
		env: Object.assign({ PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_NO_WARNINGS: '1', DATA_DIR: dataDir }, ...env) as NodeJS.ProcessEnv,
		stdio: ['ignore', 'pipe', 'pipe']
	});
}

function databaseIn(dataDir: string): Db & AsyncDisposable {
	const db = openDatabase({ host: join(dataDir, 'socket'), user: 'steadfast', database: 'steadfast' }, { connections: 1 });
	return Object.assign(db, { [Symbol.asyncDispose]: () => db.destroy() });
}

/** An empty database of the suite's server, by its URL: what an operator's own server is. */
async function emptyDatabase() {
	const { address } = inject('postgres');
	const name = `restore_${randomBytes(6).toString('hex')}`;
	await administer(address, `create database ${name}`);
	const own = withDatabase(address, name);
	const url = typeof own === 'string' ? own : `postgres://${own.user}@localhost/${name}?host=${encodeURIComponent(own.host)}`;
	return {
		url,
		tables: async () => {
			const db = openDatabase(own, { connections: 1 });
			const { rows } = await sql<{ name: string }>`select tablename::text as name from pg_tables where schemaname = 'public'`.execute(db);
			await db.destroy();
			return rows.map((row) => row.name);
		},
		[Symbol.asyncDispose]: () => administer(address, `drop database if exists ${name} with (force)`)
	};
}

function mailsIn(dataDir: string): string[] {
	const folder = join(dataDir, 'mail');
	return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.eml')).map((name) => readFileSync(join(folder, name), 'utf8')) : [];
}
