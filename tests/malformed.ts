import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { Link } from '#lib/circles/client/link.ts';
import type { Asking, Line } from '#lib/circles/client/line.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { ageBegin, fromText, noteBegin, recordBegin, utf8, type Json } from '#lib/vault/envelope.ts';

export type Path = readonly (string | number)[];

/** Every place in a body whose value is text or a number. */
export function leavesOf(body: Json, path: Path = []): Path[] {
	if (typeof body === 'string' || typeof body === 'number') return [path];
	if (typeof body !== 'object' || body === null) return [];
	return Object.entries(body as Record<string, Json>).flatMap(([name, value]) => leavesOf(value, [...path, Array.isArray(body) ? Number(name) : name]));
}

export function valueAt(body: Json, path: Path): Json {
	return path.reduce<Json>((value, name) => (value as Record<string | number, Json>)[name]!, body);
}

export function withValue(body: Json, path: Path, value: Json | undefined): Json {
	const copy = structuredClone(body);
	const last = path.at(-1)!;
	const parent = valueAt(copy, path.slice(0, -1)) as Record<string | number, Json>;
	if (value === undefined) delete parent[last];
	else parent[last] = value;
	return copy;
}

/**
 * Tables that move by themselves within these seconds: the half-made sign-ins, which are pruned by their age. Of sessions
 * the hour in which they were seen last moves, which is no datum of a request's.
 */
const moving: readonly string[] = ['challenge'];

/** A digest of every table of ours, and the names and sizes of what lies in the blob store. */
export async function everythingOf(db: Db, dataDir: string): Promise<unknown> {
	const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public' order by 1`.execute(db);
	const digests: [string, unknown][] = [];
	for (const { name } of rows.filter((row) => !moving.includes(row.name))) {
		const found = await sql<{ digest: string }>`select md5(coalesce(string_agg(line, '|' order by line), '')) || ' ' || count(*) as digest from (select (to_jsonb(t) - 'seen_at')::text as line from ${sql.table(name)} t) lines`.execute(db);
		digests.push([name, found.rows[0]?.digest]);
	}
	const blobs = join(dataDir, 'blobs');
	return { tables: Object.fromEntries(digests), blobs: (existsSync(blobs) ? readdirSync(blobs, { recursive: true }) : []).map((name) => [name, statSync(join(blobs, String(name))).size]) };
}

interface Malformation {
	readonly what: string;
	readonly body: Uint8Array<ArrayBuffer>;
}

const bytesOf = (body: Json): Uint8Array<ArrayBuffer> => utf8(JSON.stringify(body));

/** Of what kind an envelope is, told by its beginning; undefined for what is none. */
function beginningOf(value: Json): Uint8Array | undefined {
	const bytes = typeof value === 'string' && value.length > 60 ? fromText(value) : undefined;
	return [recordBegin, ageBegin].find((begin) => bytes !== undefined && Buffer.from(bytes.subarray(0, begin.length)).equals(begin));
}

/** All that is wrong with a body as far as a server can see it: its shape, its size, and how an envelope in it begins. */
export function malformationsOf(body: Json): Malformation[] {
	const named = (what: string, changed: Json): Malformation => ({ what, body: bytesOf(changed) });
	const whole = JSON.stringify(body);
	const found: Malformation[] = [
		{ what: 'cut off', body: utf8(whole.slice(0, -1)) },
		{ what: 'no text at all', body: new Uint8Array([0xff, 0xfe, 0x7b]) },
		named('a list', [body]),
		named('and more', { ...(body as object), more: [1] })
	];
	for (const path of leavesOf(body)) {
		const value = valueAt(body, path);
		const at = path.join('.');
		found.push(named(`${at}: yes`, withValue(body, path, true)), named(`${at}: {}`, withValue(body, path, {})));
		const text = typeof value === 'string' ? value : '';
		const begin = beginningOf(value);
		// An envelope may be nearly as large as a request; what lies inside of it no server can see.
		if (typeof value === 'string') found.push(named(`${at} too large`, withValue(body, path, text + 'A'.repeat(begin === undefined ? 700_000 : 1_100_000))));
		else found.push(named(`${at}: 1.5`, withValue(body, path, 1.5)), named(`${at}: 1e300`, withValue(body, path, 1e300)), named(`${at}: -1`, withValue(body, path, -1)));
		if (begin === undefined) continue;
		const bytes = Buffer.from(text, 'base64url');
		const another = Buffer.from(bytes);
		another[begin.length - 2] = (another[begin.length - 2] ?? 0) + 1;
		const foreign = Buffer.concat([begin === recordBegin ? ageBegin : recordBegin, bytes.subarray(4)]);
		found.push(named(`${at} short`, withValue(body, path, text.slice(0, 12))), named(`${at} of another version`, withValue(body, path, another.toString('base64url'))), named(`${at} of another kind`, withValue(body, path, foreign.toString('base64url'))));
	}
	return found;
}

/** In an empty body there is nothing that could be wrong but the signature over it. */
function wrongIn(body: Json): Malformation[] {
	return leavesOf(body).length === 0 ? [] : malformationsOf(body);
}

/** What is wrong with a piece of a note, which is sent as it is. */
function wrongPiecesOf(piece: Uint8Array): Malformation[] {
	const [another, foreign] = [new Uint8Array(piece), new Uint8Array(piece)];
	foreign.set(ageBegin);
	another[noteBegin.length - 1] = (another[noteBegin.length - 1] ?? 0) + 1;
	return [
		{ what: 'nothing', body: new Uint8Array() },
		{ what: 'short', body: new Uint8Array(piece.slice(0, 12)) },
		{ what: 'of another version', body: another },
		{ what: 'of another kind', body: foreign },
		{ what: 'too large', body: Buffer.concat([piece, new Uint8Array(1_100_000)]) }
	];
}

/** Signs a body anew in the name of whoever asks, so that it is refused for itself; undefined where it cannot. */
export type Resign = (asking: Asking, body: Uint8Array) => Promise<string | undefined>;

/**
 * Sends, before each request with a body, some malformed ones in its place, signed by the same key. Each has to be refused
 * with a reason of ours and leave nothing; then the request goes out as it is, and has to be taken for all that follows.
 */
export class Mangling {
	/** What was wrong with the answers. */
	readonly found: string[] = [];
	/** How many malformed requests were refused, by what was asked. */
	readonly refused = new Map<string, number>();
	readonly #db: Db;
	readonly #dataDir: string;
	readonly #seed: number;
	/** Of each request. */
	readonly #most: number;
	/** One after the other: what another request changes meanwhile would look like what a malformed one left. */
	#last: Promise<unknown> = Promise.resolve();

	constructor(db: Db, { dataDir, seed, most }: { readonly dataDir: string; readonly seed: number; readonly most: number }) {
		this.#db = db;
		this.#dataDir = dataDir;
		this.#seed = seed;
		this.#most = most;
	}

	link(link: Link): Link {
		return {
			...link,
			send: (method, path, body) =>
				this.#inTurn(async () => {
					const wrong = !(body instanceof Uint8Array) ? wrongIn(body) : path.includes('/notes/') ? wrongPiecesOf(body) : [];
					await this.#try(`${method} ${path}`, wrong, (bytes) => link.send(method, path, bytes));
					return link.send(method, path, body);
				})
		};
	}

	line(line: Line, resign: Resign = () => Promise.resolve(undefined)): Line {
		return {
			...line,
			ask: (asking) =>
				this.#inTurn(async () => {
					const { method, path, body, headers } = asking;
					const json = body instanceof Uint8Array && !/\/parts\/\d+$/.test(path) ? jsonOf(body) : undefined;
					if (json !== undefined)
						await this.#try(`${method} ${path}`, wrongIn(json), async (bytes) => {
							const signature = await resign(asking, bytes);
							return line.ask({ ...asking, body: bytes, headers: { ...headers, ...(signature !== undefined && { 'steadfast-signature': signature }) } });
						});
					return line.ask(asking);
				})
		};
	}

	#inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
		const turn = this.#last.then(work, work);
		this.#last = turn;
		return turn;
	}

	async #try(asked: string, all: readonly Malformation[], send: (bytes: Uint8Array<ArrayBuffer>) => Promise<{ readonly ok: boolean; readonly status?: number; readonly reason?: string }>): Promise<void> {
		const chosen = fc.sample(fc.shuffledSubarray([...all], { minLength: Math.min(all.length, this.#most), maxLength: Math.min(all.length, this.#most) }), { numRuns: 1, seed: this.#seed + this.refused.size })[0] ?? [];
		const name = asked.replace(/\?.*/, '').replaceAll(/(?<=\/)[\w-]{22}(?=\/|$)/g, '…').replaceAll(/call-[a-z0-9]+/g, '…');
		const before = JSON.stringify(await everythingOf(this.#db, this.#dataDir));
		for (const { what, body: bytes } of chosen) {
			const { ok, status = 0, reason = '' } = await send(bytes);
			if (ok || status < 400 || status >= 500 || !/^[a-z-]+$/.test(reason) || reason === 'failed') this.found.push(`${name}, ${what}: ${ok ? 'taken' : `${status} ${reason}`}`);
			else this.refused.set(name, (this.refused.get(name) ?? 0) + 1);
		}
		if (JSON.stringify(await everythingOf(this.#db, this.#dataDir)) !== before) this.found.push(`${name} left something behind`);
	}
}

function jsonOf(body: Uint8Array): Json | undefined {
	try {
		const found = JSON.parse(Buffer.from(body).toString('utf8')) as Json;
		return typeof found === 'object' && found !== null ? found : undefined;
	} catch {
		return undefined;
	}
}
