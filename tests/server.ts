import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import type { DatabaseAddress } from '../src/lib/platform/db/database.ts';
import { temporaryFolder } from './temporary.ts';

/** The real program in a process of its own, as `npm start` runs it, on a data folder of its own. */
export interface RunningServer extends AsyncDisposable {
	readonly origin: string;
	readonly dataDir: string;
	readonly process: ChildProcess;
	/** Everything it has printed so far. */
	output(): string;
	/** Asks it to end with SIGTERM and waits; gives back its exit status. */
	stop(): Promise<number | null>;
	/** Ends it at once, as a power cut would, and leaves its data folder. */
	kill(): Promise<void>;
}

export interface StartOptions {
	readonly env?: Readonly<Record<string, string>>;
	/** A folder to go on with; it is kept at the end. */
	readonly dataDir?: string;
	readonly port?: number;
	/** Whose process it is, by number, where root runs the tests. */
	readonly account?: number;
}

/**
 * Starts the program and waits until it says how to stop it. Throws with its output when it ends before that. Without a
 * data folder it has one of its own, as a first start leaves it.
 */
export async function startServer({ env = {}, dataDir, port, account }: StartOptions = {}): Promise<RunningServer> {
	const folder = dataDir ?? (await newInstallation());
	const chosenPort = port ?? (await freePort());
	let output = '';
	const child = spawn(process.execPath, ['src/main.ts'], {
		env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_NO_WARNINGS: '1', DATA_DIR: folder, PORT: String(chosenPort), ...compiledBefore(), ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
		...(account === undefined ? {} : { uid: account, gid: account })
	});
	for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
	// Not its exit, after which the last of what it said may still be on its way.
	const ended = once(child, 'close');
	const stop = async (): Promise<number | null> => {
		child.kill('SIGTERM');
		await ended;
		return child.exitCode;
	};
	const server: RunningServer = {
		origin: `http://localhost:${chosenPort}`,
		dataDir: folder,
		process: child,
		output: () => output,
		stop,
		kill: async () => {
			child.kill('SIGKILL');
			await ended;
		},
		[Symbol.asyncDispose]: async () => {
			await stop();
			if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
		}
	};
	await until(() => output.includes('Stop:') || child.exitCode !== null || child.signalCode !== null);
	if (!output.includes('Stop:')) {
		if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
		throw new Error(`The program ended before it served:\n${output}`);
	}
	return server;
}

/**
 * Note: One first start for all.
 * Half of a first start makes a database and brings the record into it, the same each time, and sixty tests begin with
 * one. So within a run of the suite the first of them is made once, and copied. Whoever is about the first start itself
 * brings an empty folder along.
 */
async function newInstallation(): Promise<string> {
	const folder = temporaryFolder('run');
	const prepared = process.env['PREPARED_INSTALLATION'];
	// With their owner, which is PostgreSQL's own account where root runs this.
	if (prepared !== undefined && (await isReady(prepared))) execFileSync('cp', ['-a', `${join(prepared, 'data')}/.`, folder]);
	return folder;
}

/** Where one process of the suite leaves what it has compiled for the next, as V8 keeps it. */
function compiledBefore(): Record<string, string> {
	const prepared = process.env['PREPARED_INSTALLATION'];
	return prepared === undefined ? {} : { NODE_COMPILE_CACHE: join(prepared, 'compiled') };
}

/** Whether it can be copied. The first who asks makes it; who comes meanwhile does without. */
async function isReady(prepared: string): Promise<boolean> {
	const whole = join(prepared, 'whole');
	const data = join(prepared, 'data');
	if (existsSync(whole) || existsSync(data)) return existsSync(whole);
	mkdirSync(data);
	await (await startServer({ dataDir: data })).stop();
	writeFileSync(whole, '');
	return true;
}

/** Waits for a condition, asking often; throws after `limitMs`. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs = 180_000): Promise<void> {
	for (const deadline = Date.now() + limitMs; !(await condition()); ) {
		if (Date.now() > deadline) throw new Error('What was waited for did not come.');
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
}

const given = new Set<number>();

/**
 * A port for somebody who will listen on it in a while. It is none of those that the system hands out by itself, for every
 * connection that anybody opens meanwhile, nor one that another worker of this run could be given.
 */
export async function freePort(): Promise<number> {
	const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % 8;
	for (;;) {
		const port = 12_000 + 8 * randomInt(2500) + worker;
		if (given.has(port)) continue;
		given.add(port);
		if (await isFree(port)) return port;
	}
}

function isFree(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});
}

/** The address of a database as `DATABASE_URL` takes it. */
export function urlOf(address: DatabaseAddress): string {
	if (typeof address === 'string') return address;
	return `postgres:///${address.database}?host=${encodeURIComponent(address.host)}&user=${address.user}`;
}
