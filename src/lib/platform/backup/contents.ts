import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { isBlobId, isPartIndex, largestPartBytes } from '../blobs/blob.ts';
import { DamagedBackup, readTar, tarEnd, tarFile, type TarEntry } from './tar.ts';

/**
 * Note: What is in a backup, in this order.
 * `backup.json`: the form's number, when it was made, the migrations that its tables come from, tables with columns,
 * sequences. `tables/<table>/<number>`: rows as PostgreSQL's COPY writes them (text form, UTF-8), each file whole rows.
 * `blobs/<id>/<index>`: sealed parts. `checksums.sha256`: every file before it, as `sha256sum --check` reads it; it
 * comes last, so that a backup that was cut short has none.
 *
 * Sums find damage. They do not say who made a file: whoever can write a backup can write its sums.
 */
export interface Manifest {
	readonly form: 1;
	readonly madeAt: string;
	readonly postgres: string;
	readonly migrations: readonly { readonly name: string; readonly checksum: string }[];
	readonly tables: readonly TableShape[];
	/** `last` as text: it may be greater than a number of JavaScript is exact. */
	readonly sequences: readonly { readonly name: string; readonly last: string; readonly called: boolean }[];
}

export interface TableShape {
	readonly name: string;
	/** Without generated ones, which PostgreSQL works out again. */
	readonly columns: readonly string[];
}

export type BackupEntry =
	| { readonly kind: 'manifest'; readonly manifest: Manifest }
	| { readonly kind: 'rows'; readonly table: string; readonly rows: AsyncIterable<Buffer> }
	| { readonly kind: 'part'; readonly blobId: string; readonly index: number; readonly bytes: Buffer };

const manifestName = 'backup.json';
const checksumsName = 'checksums.sha256';

const manifestShape = v.strictObject({
	form: v.literal(1),
	madeAt: v.pipe(v.string(), v.isoTimestamp()),
	postgres: v.string(),
	migrations: v.array(v.strictObject({ name: v.string(), checksum: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })),
	tables: v.array(v.strictObject({ name: v.string(), columns: v.array(v.string()) })),
	sequences: v.array(v.strictObject({ name: v.string(), last: v.pipe(v.string(), v.regex(/^-?\d{1,19}$/)), called: v.boolean() }))
});

/** Writes the files of a backup one after the other and keeps their sums for the end. */
export class BackupWriter {
	readonly #at: Date;
	readonly #sums: string[] = [];

	constructor(madeAt: Date) {
		this.#at = madeAt;
	}

	manifest(manifest: Manifest): Buffer[] {
		return this.#file(manifestName, Buffer.from(`${JSON.stringify(manifest, undefined, '\t')}\n`));
	}

	rows(table: string, number: number, rows: Buffer): Buffer[] {
		return this.#file(`tables/${table}/${String(number).padStart(6, '0')}`, rows);
	}

	part(blobId: string, index: number, bytes: Uint8Array): Buffer[] {
		return this.#file(`blobs/${blobId}/${index}`, bytes);
	}

	end(): Buffer[] {
		return [...tarFile(checksumsName, Buffer.from(this.#sums.join('')), this.#at), tarEnd];
	}

	#file(name: string, content: Uint8Array): Buffer[] {
		this.#sums.push(`${createHash('sha256').update(content).digest('hex')}  ${name}\n`);
		return tarFile(name, content, this.#at);
	}
}

/**
 * What a backup holds, in its order. Only when it came to its end is the backup known to be whole: throws a
 * `DamagedBackup` at the first thing that is not as it was written, also after all its content was handed out.
 */
export async function* readBackup(source: AsyncIterable<Uint8Array>): AsyncGenerator<BackupEntry, void> {
	const sums: string[] = [];
	let isListed = false;
	for await (const entry of readTar(source)) {
		if (isListed) throw new DamagedBackup('Something follows after its sums.');
		if (entry.name === checksumsName) {
			if ((await whole(entry, 1024 ** 3)).toString() !== sums.join('')) throw new DamagedBackup('Its content does not have the sums that were written down.');
			isListed = true;
			continue;
		}
		const hash = createHash('sha256');
		yield await parsed({ ...entry, content: hashed(entry.content, hash) }, sums.length === 0);
		for await (const piece of entry.content) hash.update(piece); // What nobody took.
		sums.push(`${hash.digest('hex')}  ${entry.name}\n`);
	}
	if (!isListed) throw new DamagedBackup('It was cut short.');
}

async function* hashed(content: AsyncIterable<Buffer>, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer, void> {
	for await (const piece of content) {
		hash.update(piece);
		yield piece;
	}
}

async function parsed(entry: TarEntry, isFirst: boolean): Promise<BackupEntry> {
	if (isFirst !== (entry.name === manifestName)) throw new DamagedBackup('It is not a backup of Steadfast.');
	if (isFirst) return { kind: 'manifest', manifest: parseManifest((await whole(entry, 64 * 1024 ** 2)).toString()) };
	const [kind, name = '', number = '', ...more] = entry.name.split('/');
	const isNumber = /^\d{1,9}$/.test(number) && more.length === 0;
	if (kind === 'tables' && isNumber) return { kind: 'rows', table: name, rows: entry.content };
	if (kind !== 'blobs' || !isNumber || !isBlobId(name) || !isPartIndex(Number(number))) throw new DamagedBackup('It holds a file that no backup has.');
	return { kind: 'part', blobId: name, index: Number(number), bytes: await whole(entry, largestPartBytes) };
}

async function whole({ size, content }: TarEntry, most: number): Promise<Buffer> {
	if (size > most) throw new DamagedBackup('It holds a file that is larger than any that a backup has.');
	const pieces: Buffer[] = [];
	for await (const piece of content) pieces.push(piece);
	return Buffer.concat(pieces);
}

function parseManifest(text: string): Manifest {
	try {
		const { success, output } = v.safeParse(manifestShape, JSON.parse(text));
		if (success) return output;
	} catch {
		// Told below in the same words.
	}
	throw new DamagedBackup('Its description is not one that this Steadfast reads.');
}
