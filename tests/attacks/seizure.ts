import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { connectionOf, type DatabaseAddress } from '../../src/lib/platform/db/database.ts';
import type { RunningServer } from '../server.ts';
import { patternsOf, tracesIn, type Canary, type Trace } from './traces.ts';

/**
 * How the embedded PostgreSQL of a running server is reached, by the files in its data folder.
 * @public for the domains that plant canaries
 */
export function databaseOf(dataDir: string): DatabaseAddress {
	const lines = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
	return { host: lines[4] ?? '', user: 'steadfast', database: 'steadfast' };
}

/**
 * Note: A seized server.
 * Everything that whoever takes a running server has: each file of its data folder and its name (the database's own files, its
 * write-ahead log, blobs, mail, logs, secrets), every table as text, what the program printed, and the memory of its
 * process. Gives back each place where a canary lies; a later domain plants its canaries and adds a line to the list.
 * @public for the domains that plant canaries
 */
export async function seize(server: RunningServer, canaries: readonly Canary[], { address }: { address: DatabaseAddress }): Promise<Trace[]> {
	const patterns = patternsOf(canaries);
	const traces = [...tracesIn(Buffer.from(server.output()), 'what the program printed', patterns)];
	// Memory first: what is read for the rest is not the server's.
	for (const { place, bytes } of memoryOf(server.process.pid ?? 0)) traces.push(...tracesIn(bytes, place, patterns));
	for await (const { place, bytes } of tablesOf(address)) traces.push(...tracesIn(bytes, place, patterns));
	for (const { place, bytes } of filesOf(server.dataDir)) traces.push(...tracesIn(Buffer.from(place), `the name of ${place}`, patterns), ...tracesIn(bytes, place, patterns));
	return traces;
}

export interface Place {
	readonly place: string;
	readonly bytes: Buffer;
}

/** Every file of a folder, a socket or a pipe excepted. */
export function* filesOf(folder: string): Generator<Place> {
	for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
		if (!entry.isFile()) continue;
		const path = join(entry.parentPath, entry.name);
		try {
			yield { place: `file ${path.slice(folder.length + 1)}`, bytes: readFileSync(path) };
		} catch (error) {
			// PostgreSQL renames and removes files while they are read.
			if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
		}
	}
}

/** Every table of every schema, as the text of its rows, with the changes flushed to disk before. */
export async function* tablesOf(address: DatabaseAddress): AsyncGenerator<Place> {
	const client = new pg.Client(connectionOf(address));
	await client.connect();
	try {
		await client.query('checkpoint');
		const { rows } = await client.query<{ name: string }>(
			"select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
		);
		for (const { name } of rows) {
			const found = await client.query<{ line: string }>(`select t::text as line from ${name} t`);
			yield { place: `table ${name}`, bytes: Buffer.from(found.rows.map(({ line }) => line).join('\n')) };
		}
	} finally {
		await client.end();
	}
}

/** Regions larger than this are read in pieces that overlap by more than any pattern is long. */
const pieceBytes = 64 * 1024 * 1024;
const overlapBytes = 4096;

/**
 * What a process holds in memory that it may write to (proc(5): maps, mem, pagemap). Needs the right to trace it. Three quarters of what it
 * has asked for it has never touched: only pages that are in memory or swapped out are read.
 */
export function* memoryOf(pid: number): Generator<Place> {
	const memory = openSync(`/proc/${pid}/mem`, 'r');
	const pages = openSync(`/proc/${pid}/pagemap`, 'r');
	try {
		for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
			const found = /^([0-9a-f]+)-([0-9a-f]+) (r\S*)/.exec(line);
			if (!found || found[3]?.[1] !== 'w') continue;
			for (const [from, to] of heldIn(pages, BigInt(`0x${found[1]}`), BigInt(`0x${found[2]}`))) {
				for (let at = from; at < to; at += BigInt(pieceBytes - overlapBytes)) {
					const bytes = Buffer.allocUnsafe(Number(to - at < BigInt(pieceBytes) ? to - at : BigInt(pieceBytes)));
					const read = readOrNothing(memory, bytes, at);
					if (read > 0) yield { place: 'memory of the process', bytes: bytes.subarray(0, read) };
				}
			}
		}
	} finally {
		closeSync(memory);
		closeSync(pages);
	}
}

const pageBytes = BigInt(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }));

/** The stretches of a region that hold something: of each page the two upper bits say whether it is in memory or swapped out. */
function* heldIn(pages: number, from: bigint, to: bigint): Generator<readonly [bigint, bigint]> {
	const entries = new BigUint64Array(Number((to - from) / pageBytes));
	readOrNothing(pages, entries, (from / pageBytes) * 8n);
	let begin: bigint | undefined;
	for (let index = 0; index <= entries.length; index++) {
		const at = from + BigInt(index) * pageBytes;
		const isHeld = (entries[index] ?? 0n) >> 62n > 0n;
		if (isHeld) begin ??= at;
		else if (begin !== undefined) {
			yield [begin, at];
			begin = undefined;
		}
	}
}

/** A region that was given back since the map was read cannot be read any more. */
function readOrNothing(file: number, bytes: Buffer | BigUint64Array, position: bigint): number {
	try {
		return readSync(file, bytes, 0, bytes.byteLength, position);
	} catch {
		return 0;
	}
}
