import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, renameSync, rmdirSync, rmSync, statfsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { makePassable } from '../start/folder-lock.ts';
import { commandLineOf, isRunning } from '../start/process.ts';
import { Refusal } from '../start/refusal.ts';
import { isDatabaseAway } from './database.ts';
import { addressOfRunning, startEmbedded, type SocketAddress } from './embedded.ts';
import { homeOf, ownerForPostgres, socketFolderOf } from './embedded-programs.ts';

const isRoot = process.getuid?.() === 0;
// In memory, where there is room: what waiting for a busy disk costs proves nothing here.
const temporary = existsSync('/dev/shm') && statfsSync('/dev/shm').bavail * statfsSync('/dev/shm').bsize > 2 ** 30 ? '/dev/shm' : tmpdir();
const mayMount = isRoot && spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'steadfast-test', '/tmp']).status === 0;

const template = makePlace();
const templateFolder: string = template.dataDir;

beforeAll(async () => {
	const postgres = await startEmbedded({ dataDir: template.dataDir });
	await query(postgres, 'create table kept (n int, filler text)');
	await postgres.stop();
	return () => template[Symbol.asyncDispose]();
});

test('a new cluster listens on no network, and no other account can enter its folders', async () => {
	await using place = makePlace();
	await using postgres = await start(place.dataDir);

	const modes = [place.dataDir, postgres.folder, postgres.address.host, join(postgres.address.host, '.s.PGSQL.5432'), join(place.dataDir, 'postgres.log')].map((path) => (statSync(path).mode & 0o777).toString(8));

	expect(postgres.attached).toBe(false);
	expect(await query(postgres, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
	expect(networkSocketsOf(pidOf(postgres.folder))).toEqual([]);
	expect(modes).toEqual(['711', '700', '700', '700', '600']);
});

test('a PostgreSQL whose Steadfast was killed lives on and is taken over by the next start with all its rows', async () => {
	await using place = makePlace({ cluster: true });
	const child = launch(place.dataDir);
	const pid = pidOf(await firstLine(child));
	await kill(child);

	await using second = await start(place.dataDir);

	expect(second.attached).toBe(true);
	expect(pidOf(second.folder)).toBe(pid);
	expect(await query(second, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }]);
});

test.each([
	['was left as it was', 'left'],
	['names a zombie', 'zombie'],
	['names an unrelated living process', 'living'],
	['was emptied by a failing power supply', 'empty']
] as const)('acknowledged rows survive the killing of everything, when postmaster.pid %s', async (_, found) => {
	await using place = makePlace({ cluster: true });
	await using stand = await standIn();
	const child = launch(place.dataDir);
	const folder = await firstLine(child);
	const pid = pidOf(folder);
	await kill(child);
	process.kill(pid, 'SIGKILL');
	await until(() => !isRunning(pid));
	const other = { left: undefined, zombie: String(stand.zombie), living: String(stand.living), empty: '' }[found];
	for (const file of [join(folder, 'postmaster.pid'), join(place.sockets, '.s.PGSQL.5432.lock')]) {
		if (other !== undefined) writeFileSync(file, other && readFileSync(file, 'utf8').replace(String(pid), other));
	}

	await using again = await start(place.dataDir);

	expect(again.attached).toBe(false);
	expect(await query(again, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }]);
	expect(isRunning(stand.living)).toBe(true);
});

test('a PostgreSQL that dies under a running Steadfast comes back by itself, with its rows', async () => {
	const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
	await using place = makePlace({ cluster: true });
	await using postgres = await start(place.dataDir);
	await query(postgres, 'insert into kept values (1)');
	const pid = pidOf(postgres.folder);

	process.kill(pid, 'SIGKILL');
	const rows = await until(() => isRunning(pid) ? undefined : query(postgres, 'select n from kept').catch(() => undefined));

	expect(rows).toEqual([{ n: 1 }]);
	expect(pidOf(postgres.folder)).not.toBe(pid);
	expect(told).toHaveBeenCalledWith('PostgreSQL has ended unexpectedly; starting it again.\n');
});

test('a watch that fails for a moment, as when there are too many open files, neither ends Steadfast nor gives up', async () => {
	const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
	await using place = makePlace({ cluster: true });
	await using postgres = await start(place.dataDir);
	const file = join(postgres.folder, 'postmaster.pid');
	renameSync(file, `${file}.aside`);
	mkdirSync(file); // Reading a folder fails, for root as well.
	await until(() => told.mock.calls.length > 0);
	rmdirSync(file);
	renameSync(`${file}.aside`, file);

	process.kill(pidOf(postgres.folder), 'SIGKILL');
	await until(() => told.mock.calls.some(([line]) => String(line).includes('starting it again')));

	expect(await until(() => query(postgres, 'select n from kept').catch(() => undefined))).toEqual([]);
});

test('stopping ends PostgreSQL, even while it is just being started again', async () => {
	await using place = makePlace({ cluster: true });
	const postgres = await startEmbedded({ dataDir: place.dataDir });
	let stopped: Promise<void> | undefined;
	// As soon as it says that it is going to.
	vi.spyOn(process.stderr, 'write').mockImplementation(() => Boolean((stopped ??= postgres.stop())));

	process.kill(pidOf(postgres.folder), 'SIGKILL');
	await until(() => stopped !== undefined);
	await stopped;

	expect(processesOn(postgres.folder)).toEqual([]);
	expect(existsSync(join(postgres.folder, 'postmaster.pid'))).toBe(false);
});

test('a cluster of another PostgreSQL is refused with both versions, and not a byte of it changes', async () => {
	await using place = makePlace({ cluster: true });
	const postgres = await startEmbedded({ dataDir: place.dataDir });
	await postgres.stop();
	writeFileSync(join(postgres.folder, 'PG_VERSION'), '17\n');
	const before = fingerprint(postgres.folder);

	const refused = await startEmbedded({ dataDir: place.dataDir }).catch((error: unknown) => error);

	expect(refused).toBeInstanceOf(Refusal);
	expect(String(refused)).toMatch(/made by PostgreSQL 17; this Steadfast brings PostgreSQL 18. Nothing was changed/);
	expect(fingerprint(postgres.folder)).toBe(before);
});

test('what a start that was killed left of a cluster is cleared away, even while something still writes there', async () => {
	await using place = makePlace();
	const draft = join(place.dataDir, 'postgres.new-123');
	mkdirSync(draft, { recursive: true });
	const writer = spawn('sh', ['-c', 'while [ -d "$0" ]; do i=$((i + 1)); : > "$0/$((i % 500))"; done', draft], { stdio: 'ignore' });
	onTestFinished(() => void writer.kill('SIGKILL'));
	await until(() => existsSync(join(draft, '499')));

	await using _ = await start(place.dataDir);

	expect(readdirSync(place.dataDir).sort()).toEqual(['postgres', 'postgres.log', 'socket']);
});

test.each(['global', 'pg_hba.conf', 'global/pg_control'])('a start that is killed when a new cluster has got as far as %s leaves no half of one, and the next makes a whole one', async (reached) => {
	await using killed = await killedAt(reached);
	const { place, draft } = killed;

	await using postgres = await start(place.dataDir);
	await until(() => processesOn(draft).length === 0);

	expect(await query(postgres, 'select current_database() as name')).toEqual([{ name: 'steadfast' }]);
	expect(readdirSync(place.dataDir).sort()).toEqual(['postgres', 'postgres.log', 'socket']);
});

test('a start that fails after PostgreSQL came up does not leave it running', async () => {
	await using place = makePlace({ cluster: true });
	const postgres = await startEmbedded({ dataDir: place.dataDir });
	await query({ address: { ...postgres.address, database: 'postgres' } }, 'drop database steadfast');
	await postgres.stop();
	appendFileSync(join(postgres.folder, 'postgresql.auto.conf'), 'default_transaction_read_only = on\n');

	await expect(startEmbedded({ dataDir: place.dataDir })).rejects.toThrow('read-only');

	expect(processesOn(postgres.folder)).toEqual([]);
});

test.runIf(mayMount)('a full disk refuses the first start in words and leaves nothing half made (needs the right to mount a disk)', async () => {
	await using place = makePlace({ mebibytes: 60 });

	const refused = await startEmbedded({ dataDir: place.dataDir }).catch((error: unknown) => error);

	expect(String(refused)).toMatch(/^Refusal: The disk that holds .* is full or nearly so: the database needs 150 MB/);
	expect(readdirSync(place.dataDir)).toEqual(['socket']);
});

test.runIf(mayMount)('a disk that fills up takes a transaction back as a whole, and everything goes on once there is room (needs the right to mount a disk)', async () => {
	vi.spyOn(process.stderr, 'write').mockReturnValue(true);
	await using place = makePlace({ mebibytes: 120, cluster: true });
	await using postgres = await start(place.dataDir);
	await query(postgres, 'insert into kept values (1)');
	const ballast = fillDisk(place.root);

	const failed = await query(postgres, "begin; insert into kept values (2, ''); insert into kept select 3, repeat(md5(n::text), 60) from generate_series(1, 30000) n; commit").catch((error: unknown) => error);
	rmSync(ballast);

	expect(isDatabaseAway(failed)).toBe(true);
	expect(await until(() => query(postgres, 'select n from kept').catch(() => undefined))).toEqual([{ n: 1 }]);
	await query(postgres, "insert into kept values (4, '')");
	expect(await query(postgres, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 4 }]);
});

test.runIf(mayMount)('a start on a full disk says that it is full, and the rows are there once there is room (needs the right to mount a disk)', async () => {
	await using place = makePlace({ mebibytes: 120, cluster: true });
	const first = await startEmbedded({ dataDir: place.dataDir });
	await query(first, 'insert into kept values (1)');
	await first.stop();
	const ballast = fillDisk(place.root);

	const refused = await startEmbedded({ dataDir: place.dataDir }).catch((error: unknown) => error);
	rmSync(ballast);
	await using second = await start(place.dataDir);

	expect(String(refused)).toMatch(/^Refusal: .* is full or nearly so/);
	expect(await query(second, 'select n from kept')).toEqual([{ n: 1 }]);
});

test.each([
	['is longer than a socket may be', 'deep/'.repeat(25)],
	['has spaces, commas, quotes and letters of other scripts', ' a, "données" \'الأرشيف\' b']
])('a data folder whose path %s works like any other', async (_, name) => {
	await using place = makePlace({ name });
	await using postgres = await start(place.dataDir);

	expect(await query(postgres, 'select 1 as n')).toEqual([{ n: 1 }]);
	expect(await addressOfRunning(place.dataDir)).toEqual(postgres.address);
});

test('a link that somebody laid where the socket will be is not followed', async () => {
	await using place = makePlace({ name: 'deep/'.repeat(25) });
	const theirs = join(place.root, 'theirs');
	mkdirSync(theirs, { mode: 0o755 });
	mkdirSync(dirname(place.sockets), { recursive: true });
	symlinkSync(theirs, place.sockets);

	await expect(startEmbedded({ dataDir: place.dataDir })).rejects.toThrow('belongs to somebody else');

	expect(statSync(theirs).mode & 0o777).toBe(0o755);
});

test.runIf(isRoot)('two clusters of root in closed folders do not share a socket, and stay where they are when the folder is opened (needs root)', async () => {
	await using place = makePlace({ closed: true });
	await using other = makePlace({ closed: true, cluster: true });

	const postgres = await startEmbedded({ dataDir: place.dataDir });
	await using second = await start(other.dataDir);
	await query(postgres, 'create table kept as select 1 as n');
	await query(second, 'insert into kept values (2)');
	const found = [await query(postgres, 'select n from kept'), await query({ address: (await addressOfRunning(other.dataDir))! }, 'select n from kept')];
	await postgres.stop();
	chmodSync(place.root, 0o755);
	await using again = await start(place.dataDir);

	expect(found).toEqual([[{ n: 1 }], [{ n: 2 }]]);
	expect(postgres.folder).toMatch(/^\/var\/lib\/steadfast\/[0-9a-f]{16}\/postgres$/);
	expect(await query(again, 'select n from kept')).toEqual([{ n: 1 }]);
});

test.runIf(isRoot)('a cluster whose folder was closed afterwards is not replaced by an empty one (needs root)', async () => {
	await using place = makePlace({ cluster: true });
	await (await startEmbedded({ dataDir: place.dataDir })).stop();
	chmodSync(place.root, 0o700);

	await expect(startEmbedded({ dataDir: place.dataDir })).rejects.toThrow("PostgreSQL's account cannot reach its data");
	chmodSync(place.root, 0o711);
	await using again = await start(place.dataDir);

	expect(again.folder).toBe(join(place.dataDir, 'postgres'));
});

test('a strict umask does not lock PostgreSQL out of its own folder', async () => {
	await using place = makePlace({ name: 'new/data' });
	const before = process.umask(0o077);
	onTestFinished(() => void process.umask(before));

	await using postgres = await start(place.dataDir);

	expect(postgres.folder).toBe(join(place.dataDir, 'postgres'));
});

/** A start that was killed when its new cluster had got so far; where this test was given no time meanwhile and the cluster is whole, another one. */
async function killedAt(reached: string) {
	for (let tries = 0; tries < 10; tries++) {
		const place = makePlace();
		const child = launch(place.dataDir);
		const draft = join(place.dataDir, `postgres.new-${child.pid}`);
		await until(() => existsSync(join(draft, reached)) || existsSync(join(place.dataDir, 'postgres')));
		await kill(child);
		if (!existsSync(join(place.dataDir, 'postgres'))) return { place, draft, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() };
		await place[Symbol.asyncDispose]();
	}
	throw new Error('A cluster stands under its name before it is whole, or is made faster than anybody can look.');
}

/** A living process of PostgreSQL's account, and a zombie: its child that it never asks for its end. */
async function standIn() {
	const child = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 600'], { ...ownerForPostgres(), cwd: '/', stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
	const zombie = Number(await firstLine(child));
	await until(() => commandLineOf(child.pid!)?.[0] === 'sleep'); // From now on nobody asks.
	child.stdio[3]?.destroy();
	await until(() => /^\d+ \(.*\) Z /.test(readFileSync(`/proc/${zombie}/stat`, 'utf8')));
	return { zombie, living: child.pid!, [Symbol.asyncDispose]: () => kill(child) };
}

async function start(dataDir: string) {
	const postgres = await startEmbedded({ dataDir });
	return { ...postgres, [Symbol.asyncDispose]: () => postgres.stop() };
}

/** Starts PostgreSQL from another Node, which waits to be killed after it made a table with two rows. */
function launch(dataDir: string): ChildProcess {
	const script = `
		const { startEmbedded } = await import('./src/lib/platform/db/embedded.ts');
		const { default: pg } = await import('pg');
		const { address, folder } = await startEmbedded({ dataDir: process.env.DATA_DIR });
		const client = new pg.Client(address);
		await client.connect();
		for (const n of [1, 2]) await client.query('insert into kept values ($1)', [n]);
		console.log(folder);
	`;
	return spawn(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, DATA_DIR: dataDir }, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function firstLine(child: ChildProcess): Promise<string> {
	return String((await once(child.stdout!, 'data'))[0]).trim();
}

async function kill(child: ChildProcess): Promise<void> {
	child.kill('SIGKILL');
	await once(child, 'exit');
}

async function query({ address }: { address: SocketAddress }, text: string): Promise<unknown[]> {
	const client = new pg.Client(address);
	client.on('error', () => undefined);
	await client.connect();
	try {
		return (await client.query<Record<string, unknown>>(text)).rows;
	} finally {
		await client.end();
	}
}

async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
	for (;;) {
		const found = await look();
		if (found !== undefined && found !== false) return found;
		await wait(5);
	}
}

function pidOf(folder: string): number {
	return Number.parseInt(readFileSync(join(folder, 'postmaster.pid'), 'utf8'), 10);
}

/** Pids of living processes whose command line names the folder. */
function processesOn(folder: string): number[] {
	return readdirSync('/proc').map(Number).filter((pid) => pid > 0 && isRunning(pid) && commandLineOf(pid)?.includes(folder));
}

function networkSocketsOf(pid: number): string[] {
	const inodes = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((kind) => readFileSync(`/proc/net/${kind}`, 'utf8').trim().split('\n').slice(1).map((line) => line.trim().split(/\s+/)[9]));
	return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`)).filter((link) => inodes.includes(/^socket:\[(\d+)\]$/.exec(link)?.[1]));
}

/** Hash of all names, owners, permissions, times and contents. */
function fingerprint(folder: string): string {
	return createHash('sha256').update(spawnSync('tar', ['-cf', '-', '-C', folder, '.'], { maxBuffer: 2 ** 30 }).stdout).digest('hex');
}

/**
 * A folder of the test's own, if wished for on a small disk of its own or with a copy of a cluster that was ended well.
 * Whatever runs there in the end is ended.
 */
function makePlace({ name = 'data', closed = false, mebibytes, cluster = false }: { name?: string; closed?: boolean; mebibytes?: number; cluster?: boolean } = {}) {
	const root = mkdtempSync(join(temporary, 'steadfast-embedded-'));
	if (mebibytes !== undefined && !mountDisk(root, mebibytes)) throw new Error('A disk for the test could not be mounted.');
	chmodSync(root, closed ? 0o700 : 0o711);
	const dataDir = join(root, name);
	const owner = ownerForPostgres();
	const home = homeOf(dataDir, owner);
	const sockets = socketFolderOf(home, owner);
	if (cluster) {
		makePassable(home);
		spawnSync('cp', ['-a', join(templateFolder, 'postgres'), home]);
	}
	return {
		root,
		dataDir,
		sockets,
		async [Symbol.asyncDispose]() {
			spawnSync('kill', ['-QUIT', ...processesOn(join(home, 'postgres')).map(String)]);
			await until(() => processesOn(join(home, 'postgres')).length === 0);
			await until(() => mebibytes === undefined || spawnSync('umount', [root]).status === 0);
			for (const path of [root, home, sockets]) rmSync(path, { recursive: true, force: true, maxRetries: 10 });
		}
	};
}

function mountDisk(folder: string, mebibytes: number): boolean {
	return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'steadfast-test', folder]).status === 0;
}

function fillDisk(folder: string): string {
	spawnSync('dd', ['if=/dev/zero', `of=${folder}/ballast`, 'bs=64k'], { stdio: 'ignore' });
	return join(folder, 'ballast');
}
