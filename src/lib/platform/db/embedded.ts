import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, closeSync, existsSync, lstatSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { makePassable } from '../start/folder-lock.ts';
import { commandLineOf, isRunning } from '../start/process.ts';
import { errorCode, Refusal } from '../start/refusal.ts';
import { findPrograms, homeOf, homesOf, ownerForPostgres, socketFolderOf, type Owner, type Programs } from './embedded-programs.ts';

/** How to reach the embedded PostgreSQL: a Unix socket in a folder that only its account and root may enter. */
export interface SocketAddress {
	readonly host: string;
	readonly user: string;
	readonly database: string;
}

export interface EmbeddedPostgres {
	readonly address: SocketAddress;
	/** Where the cluster really lies; another place than asked for when root runs from a closed folder. */
	readonly folder: string;
	/** Whether a PostgreSQL that outlived an earlier Steadfast was taken over instead of starting one. */
	readonly attached: boolean;
	/** Ends PostgreSQL in its fast mode (transactions rolled back, all written) and waits for its end. */
	stop(): Promise<void>;
}

const databaseUser = 'steadfast';
const databaseName = 'steadfast';
const neededFreeBytes = 150 * 1024 * 1024;
const startLimitMs = 60_000;

/**
 * Note: A cluster of our own.
 * PostgreSQL starts on the folder, or is taken over if it outlived an earlier Steadfast that was killed. It listens on
 * no network. While this process lives it is watched: when it dies (an operator's mistake, the kernel out of memory),
 * it is started again, and until then pages answer 503. Its log never holds a statement's text or values.
 *
 * Throws a `Refusal` for a cluster of another major version, a full disk, and a cluster that does not come up.
 */
export async function startEmbedded({ dataDir, options = [] }: { dataDir: string; options?: readonly string[] }): Promise<EmbeddedPostgres> {
	const owner = ownerForPostgres();
	const programs = findPrograms(owner);
	makePassable(dataDir);
	const home = homeOf(dataDir, owner);
	makePassable(home);
	const cluster: Cluster = {
		owner,
		programs,
		folder: join(home, 'postgres'),
		logFile: join(dataDir, 'postgres.log'),
		sockets: makeSocketFolder(home, owner),
		options
	};
	makeCluster(cluster);
	refuseOtherVersion(cluster);
	const attached = await bringUp(cluster);
	try {
		await createDatabase(cluster);
	} catch (error) {
		await takeDown(cluster);
		throw errorCode(error) === '53100' ? diskFull(cluster.folder) : error;
	}
	const watch = new AbortController();
	const watching = keepUp(cluster, watch.signal);
	return {
		address: addressOf(cluster, databaseName),
		folder: cluster.folder,
		attached,
		stop: async () => {
			watch.abort();
			await watching; // It may just be starting PostgreSQL again.
			await takeDown(cluster);
		}
	};
}

/** Whether a start on this data folder has ever made a database there. */
export function hasDatabase(dataDir: string): boolean {
	return homesOf(dataDir).some((home) => existsSync(join(home, 'postgres')));
}

/** The address of the PostgreSQL that another process runs on this data folder; undefined where none answers. */
export async function addressOfRunning(dataDir: string): Promise<SocketAddress | undefined> {
	const owner = ownerForPostgres();
	for (const home of homesOf(dataDir)) {
		const address = { host: socketFolderOf(home, owner), user: databaseUser, database: databaseName };
		const client = new pg.Client({ ...address, connectionTimeoutMillis: 2000 });
		client.on('error', () => undefined);
		try {
			await client.connect();
			return address;
		} catch {
			continue; // Nobody there; or not for us to enter.
		} finally {
			await client.end().catch(() => undefined);
		}
	}
	return undefined;
}

interface Cluster {
	readonly owner: Owner | undefined;
	readonly programs: Programs;
	readonly folder: string;
	readonly logFile: string;
	readonly sockets: string;
	readonly options: readonly string[];
	child?: ChildProcess;
}

function addressOf(cluster: Cluster, database: string): SocketAddress {
	return { host: cluster.sockets, user: databaseUser, database };
}

function makeSocketFolder(home: string, owner: Owner | undefined): string {
	const folder = socketFolderOf(home, owner);
	makePassable(dirname(folder));
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	// In /tmp somebody else may have been first, or have laid a link there for us to open or give away what it names.
	const found = lstatSync(folder);
	if (!found.isDirectory() || ![process.getuid?.(), owner?.uid].includes(found.uid)) {
		throw new Refusal(`${folder}, where the database's socket has to be, belongs to somebody else. Nothing was changed. Remove it, or set DATA_DIR to a shorter path.`);
	}
	chmodSync(folder, 0o700);
	if (owner) chownSync(folder, owner.uid, owner.gid);
	return folder;
}

/** A new cluster is made beside its place and moved there when whole: a kill in between leaves no half of one. */
function makeCluster(cluster: Cluster): void {
	const { folder, owner, programs } = cluster;
	const parent = dirname(folder);
	for (const name of readdirSync(parent)) {
		if (name.startsWith(`${basename(folder)}.new-`)) clearAway(join(parent, name));
	}
	if (existsSync(folder)) return;
	if (freeBytes(parent) < neededFreeBytes) throw diskFull(parent);
	const draft = `${folder}.new-${process.pid}`;
	mkdirSync(draft, { mode: 0o700 });
	if (owner) chownSync(draft, owner.uid, owner.gid);
	const made = spawnSync(
		programs.initdb,
		['-D', draft, '-U', databaseUser, '-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--auth-local=trust', '--auth-host=reject'],
		{ ...owner, cwd: '/', env: environment(), encoding: 'utf8' }
	);
	if (made.status !== 0) {
		rmSync(draft, { recursive: true, force: true });
		if (/No space left/.test(made.stderr)) throw diskFull(parent);
		throw new Refusal(`PostgreSQL could not make its data folder ${folder}; nothing was left behind. It said:\n${(made.stderr || String(made.error)).trim()}`);
	}
	renameSync(draft, folder);
}

/** Again and again for a while: an initdb whose Steadfast was killed may still be writing there. */
function clearAway(folder: string): void {
	for (const deadline = Date.now() + 10_000; existsSync(folder) && Date.now() < deadline; ) {
		try {
			rmSync(folder, { recursive: true, force: true });
		} catch (error) {
			if (errorCode(error) !== 'ENOTEMPTY') throw error;
		}
	}
}

function freeBytes(folder: string): number {
	const { bavail, bsize } = statfsSync(folder);
	return bavail * bsize;
}

function diskFull(folder: string): Refusal {
	return new Refusal(
		`The disk that holds ${folder} is full or nearly so: the database needs ${neededFreeBytes / 1024 / 1024} MB to begin. ` +
			'Nothing that was there is lost. Make room, or set DATA_DIR to a folder on another disk, and start again.'
	);
}

function refuseOtherVersion({ folder, programs }: Cluster): void {
	const found = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
	if (found === programs.majorVersion) return;
	throw new Refusal(
		`${folder} was made by PostgreSQL ${found}; this Steadfast brings PostgreSQL ${programs.majorVersion}. Nothing was changed. ` +
			`Start the Steadfast that made it and take a copy of the record (npm run archive -- export), or set DATABASE_URL to a PostgreSQL ${found} server on a copy of this folder.`
	);
}

/** Starts PostgreSQL or takes over a living one; true when it was taken over. */
async function bringUp(cluster: Cluster): Promise<boolean> {
	const living = postmasterOf(cluster);
	if (living !== undefined && (await answers(cluster, Date.now() + startLimitMs, () => postmasterOf(cluster) === living))) return true;
	for (const deadline = Date.now() + startLimitMs; ; ) {
		launch(cluster);
		const child = cluster.child;
		if (await answers(cluster, deadline, () => child?.exitCode === null && child.signalCode === null)) return false;
		const log = tail(cluster.logFile);
		// On a full disk the log cannot say so; PostgreSQL writes its own in pieces of 16 MB.
		if (/No space left/.test(log) || freeBytes(cluster.folder) < 16 * 1024 * 1024) throw diskFull(cluster.folder);
		// The backends of a killed postmaster take a moment to notice that it is gone.
		if (!/shared memory block|lock file/.test(log) || Date.now() > deadline) {
			throw new Refusal(`PostgreSQL did not start on ${cluster.folder}. Nothing was changed. The end of ${cluster.logFile}:\n${log}`);
		}
		await wait(300);
	}
}

/** The pid of a living postmaster of this folder. What a dead one left (its pid in two places) is cleared away. */
function postmasterOf(cluster: Cluster): number | undefined {
	const path = join(cluster.folder, 'postmaster.pid');
	let text = '';
	try {
		text = readFileSync(path, 'utf8');
	} catch (error) {
		if (errorCode(error) !== 'ENOENT') throw error;
	}
	// Power that fails in the wrong moment leaves an empty file; pid 0 would be ourselves for `kill`.
	const pid = /^[1-9]\d*/.exec(text)?.[0];
	if (pid !== undefined && isRunning(Number(pid)) && (commandLineOf(Number(pid))?.includes(cluster.folder) ?? true)) return Number(pid);
	for (const left of [path, join(cluster.sockets, '.s.PGSQL.5432.lock')]) rmSync(left, { force: true });
	return undefined;
}

function launch(cluster: Cluster): void {
	const { programs, folder, owner, sockets, logFile, options } = cluster;
	const settings = {
		listen_addresses: '',
		unix_socket_directories: `"${sockets.replaceAll('"', '""')}"`, // a list, in which a comma would part the path
		unix_socket_permissions: '0700',
		max_connections: '60',
		shared_buffers: '64MB',
		log_min_error_statement: 'panic',
		log_error_verbosity: 'terse',
		log_parameter_max_length_on_error: '0',
		log_checkpoints: 'off',
		cluster_name: 'steadfast'
	};
	const log = openSync(logFile, 'w', 0o600);
	// Detached: Ctrl-C in a terminal must reach Steadfast alone, which then ends PostgreSQL in good order.
	cluster.child = spawn(programs.postgres, ['-D', folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]), ...options.flatMap((option) => ['-c', option])], {
		...owner,
		cwd: '/',
		env: environment(),
		detached: true,
		stdio: ['ignore', log, log]
	});
	cluster.child.on('error', () => undefined); // A program that cannot be run shows as an end without an answer.
	cluster.child.unref();
	closeSync(log);
}

/** Nothing of our own environment (which may hold a mail password) is handed on. */
function environment(): NodeJS.ProcessEnv {
	return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}

async function answers(cluster: Cluster, deadline: number, lives: () => boolean): Promise<boolean> {
	while (Date.now() < deadline && lives()) {
		const client = new pg.Client({ ...addressOf(cluster, 'postgres'), connectionTimeoutMillis: 2000 });
		client.on('error', () => undefined);
		try {
			await client.connect();
			await client.query('select 1');
			return true;
		} catch {
			await wait(25);
		} finally {
			await client.end().catch(() => undefined);
		}
	}
	return false;
}

async function createDatabase(cluster: Cluster): Promise<void> {
	const client = new pg.Client(addressOf(cluster, 'postgres'));
	await client.connect();
	try {
		const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
		if (rowCount === 0) await client.query(`create database ${databaseName}`);
	} finally {
		await client.end();
	}
}

/** Starts PostgreSQL again whenever it is found dead, with growing pauses, until told to cease. */
async function keepUp(cluster: Cluster, signal: AbortSignal): Promise<void> {
	let pauseMs = 500;
	while (!signal.aborted) {
		await wait(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
		if (signal.aborted) return;
		try {
			if (postmasterOf(cluster) === undefined) {
				process.stderr.write('PostgreSQL has ended unexpectedly; starting it again.\n');
				await bringUp(cluster);
			}
			pauseMs = 500;
		} catch (error) {
			pauseMs = Math.min(pauseMs * 2, 10_000);
			process.stderr.write(`${error instanceof Error ? error.message : 'PostgreSQL did not start.'}\n`);
		}
	}
}

async function takeDown(cluster: Cluster): Promise<void> {
	const pid = postmasterOf(cluster);
	if (pid === undefined) return;
	process.kill(pid, 'SIGINT');
	for (const deadline = Date.now() + 30_000; isRunning(pid) && Date.now() < deadline; ) await wait(20);
	if (!isRunning(pid)) return;
	process.kill(pid, 'SIGQUIT'); // Recovers from its write-ahead log at the next start.
	for (const deadline = Date.now() + 10_000; isRunning(pid) && Date.now() < deadline; ) await wait(20);
}

function tail(path: string): string {
	try {
		return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
	} catch {
		return '(no log)';
	}
}
