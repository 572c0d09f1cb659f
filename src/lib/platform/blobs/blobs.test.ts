import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { globSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startBucket, type Failure } from '../../../../tests/bucket.ts';
import { temporaryFolder } from '../../../../tests/temporary.ts';
import { BlobFailure, largestPartBytes, type BlobStore, type StoredBlob } from './blob.ts';
import { openBlobs } from './blobs.ts';

const mayMount = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'steadfast-test', '/mnt']).status === 0;

/** Each kind of store, with what it stands on. */
const kinds = {
	files: () => {
		const dataDir = place();
		return Promise.resolve({ store: openBlobs({ blobStore: undefined, dataDir }), [Symbol.asyncDispose]: () => Promise.resolve() });
	},
	bucket: async () => {
		const bucket = await startBucket();
		return { store: openBlobs({ blobStore: bucket.config, dataDir: '/nowhere' }), [Symbol.asyncDispose]: () => bucket[Symbol.asyncDispose]() };
	}
};

test.each(Object.entries(kinds))('parts come back byte for byte, and what was never put is absent (%s)', async (_, open) => {
	await using opened = await open();
	const { store } = opened;
	const [blob, other] = [newId(), newId()];
	const parts = [randomBytes(100_000), Buffer.alloc(0), Buffer.from([0, 255, 13, 10])];

	const outcomes = [await store.putPart(blob, 0, parts[0]!), await store.putPart(blob, 1, parts[1]!), await store.putPart(blob, 12, parts[2]!)];

	expect(outcomes).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
	expect(await read(store, blob, [0, 1, 12])).toEqual(parts);
	expect(await read(store, blob, [2, 99_999])).toEqual([undefined, undefined]);
	expect(await store.readPart(other, 0)).toBeUndefined();
});

test.each(Object.entries(kinds))('the same part again changes nothing, and another one takes its place whole (%s)', async (_, open) => {
	await using opened = await open();
	const { store } = opened;
	const blob = newId();

	for (const words of ['first words', 'first words', 'other']) expect(await store.putPart(blob, 3, Buffer.from(words))).toEqual({ ok: true });

	expect(await read(store, blob, [3])).toEqual([Buffer.from('other')]);
	expect((await all(store)).map(({ parts }) => parts)).toEqual([[{ index: 3, bytes: 5 }]]);
});

test.each(Object.entries(kinds))('removing a blob takes all its parts and nobody else\'s, and may be done twice (%s)', async (_, open) => {
	await using opened = await open();
	const { store } = opened;
	const [gone, kept] = [newId(), newId()];
	for (let index = 0; index < 11; index += 1) await store.putPart(gone, index, Buffer.from('gone'));
	await store.putPart(kept, 0, Buffer.from('kept'));

	await store.removeBlob(gone);
	await store.removeBlob(gone);

	expect(await read(store, gone, [0, 5, 10])).toEqual([undefined, undefined, undefined]);
	expect((await all(store)).map(({ blobId }) => blobId)).toEqual([kept]);
});

test.each(Object.entries(kinds))('the list names every blob once, with its parts in order, however many there are (%s)', async (_, open) => {
	await using opened = await open();
	const { store } = opened;
	expect(await all(store)).toEqual([]);
	const ids = Array.from({ length: 5 }, newId);
	for (const id of ids) for (const index of [10, 0, 2, 1]) await store.putPart(id, index, Buffer.alloc(index));

	const found = await all(store);

	const parts = [0, 1, 2, 10].map((index) => ({ index, bytes: index }));
	expect(found.map(({ blobId, parts }) => ({ blobId, parts }))).toEqual(ids.sort().map((blobId) => ({ blobId, parts })));
	expect(found.every(({ changedAt }) => changedAt.getTime() > 0 && changedAt.getTime() <= Date.now())).toBe(true);
});

test.each(Object.entries(kinds))('an id that is none never becomes a path, nor does an index (%s)', async (_, open) => {
	await using opened = await open();
	const { store } = opened;

	for (const id of ['', '.', '../../../../etc/passwd', `${newId()}/`, `${newId().slice(0, 19)}/..`, newId().replace(/.$/, '=')]) {
		await expect(store.putPart(id, 0, Buffer.from('x'))).rejects.toThrow('22 characters');
		await expect(store.readPart(id, 0)).rejects.toThrow('22 characters');
		await expect(store.removeBlob(id)).rejects.toThrow('22 characters');
	}
	for (const index of [-1, 1.5, NaN, 100_000]) await expect(store.putPart(newId(), index, Buffer.from('x'))).rejects.toThrow('whole number');
	await expect(store.putPart(newId(), 0, Buffer.alloc(largestPartBytes + 1))).rejects.toThrow('are allowed');
	expect(await all(store)).toEqual([]);
});

test('files of blobs are for our account only, and lie under the first two characters of their id', async () => {
	const dataDir = place();
	const store = openBlobs({ blobStore: undefined, dataDir });
	const id = newId();
	await store.putPart(id, 7, Buffer.from('sealed'));

	const found = globSync('blobs/**', { cwd: dataDir }).sort().map((path) => `${path} ${(statSync(join(dataDir, path)).mode & 0o777).toString(8)}`);

	const shelf = `blobs/${id.slice(0, 2)}`;
	expect(found).toEqual(['blobs 700', `${shelf} 700`, `${shelf}/${id} 700`, `${shelf}/${id}/7 600`]);
});

test.each([1, 2, 3])('a kill in the middle of writing leaves whole parts only, and what was acknowledged is among them (%i)', async () => {
	const dataDir = place();
	const id = newId();
	const program = `
		import { openBlobs } from ${JSON.stringify(new URL('./blobs.ts', import.meta.url).href)};
		const store = openBlobs({ dataDir: process.argv[1] });
		for (let index = 0; ; index += 1) { await store.putPart(process.argv[2], index, Buffer.alloc(${largestPartBytes}, 1)); console.log('kept'); }`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', program, dataDir, id], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_NO_WARNINGS: '1' } });
	let told = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
	const ended = once(child, 'close');
	const folder = join(dataDir, 'blobs', id.slice(0, 2), id);
	// Some file there, whatever its name, that has begun and is not whole yet.
	const isInTheMiddle = () => told !== '' && readdirSync(folder).some((name) => [0, largestPartBytes].every((size) => (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0) !== size));
	while (!isInTheMiddle()) await new Promise((resolve) => setImmediate(resolve));
	child.kill('SIGKILL');
	await ended;

	const [found] = await all(openBlobs({ blobStore: undefined, dataDir }));

	expect(found?.parts.map(({ bytes }) => bytes)).toEqual(found?.parts.map(() => largestPartBytes));
	expect(found?.parts.length).toBeGreaterThanOrEqual(told.split('\n').length - 1);
});

test.skipIf(!mayMount)('a full disk is told as a value, and leaves nothing of the part (needs root)', () => {
	const [dataDir, id] = [place(), newId()];
	const program = `
		import { readdirSync } from 'node:fs';
		import { openBlobs } from ${JSON.stringify(new URL('./blobs.ts', import.meta.url).href)};
		const dataDir = process.argv[2];
		const store = openBlobs({ dataDir });
		const told = [];
		for (const [index, size] of [[0, 600_000], [1, 600_000], [2, 1000], [0, 900_000]]) told.push(await store.putPart('${id}', index, Buffer.alloc(size, index + 1)));
		const blobs = [];
		for await (const { parts } of store.list()) blobs.push(parts);
		console.log(JSON.stringify({ told, blobs, files: readdirSync(dataDir + '/blobs', { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name).sort() }));`;
	writeFileSync(join(dataDir, 'try.mjs'), program);

	const { stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', `mkdir ${dataDir}/small && mount -t tmpfs -o size=1m steadfast-test ${dataDir}/small && ${process.execPath} ${dataDir}/try.mjs ${dataDir}/small`], { encoding: 'utf8', env: { ...process.env, NODE_NO_WARNINGS: '1' } });

	const full = { ok: false, reason: 'full' };
	expect(stderr).toBe('');
	expect(JSON.parse(stdout)).toEqual({ told: [{ ok: true }, full, { ok: true }, full], blobs: [[{ index: 0, bytes: 600_000 }, { index: 2, bytes: 1000 }]], files: ['0', '2'] });
});

test('a folder that cannot be written is a failure in words that name no blob', async () => {
	const dataDir = place();
	writeFileSync(join(dataDir, 'blobs'), 'in the way');
	const id = newId();

	const told = await openBlobs({ blobStore: undefined, dataDir }).putPart(id, 0, Buffer.from('x')).catch((error: unknown) => error);

	expect(told).toBeInstanceOf(BlobFailure);
	expect(String(told)).toMatch(/^BlobFailure: A part of a blob could not be written \(E[A-Z]+\)\.$/);
	expect(readFileSync(join(dataDir, 'blobs'), 'utf8')).toBe('in the way');
});

test.each<[string, Failure]>([
	['is busy', { status: 503, code: 'SlowDown' }],
	['has an error of its own', { status: 500, code: 'InternalError' }],
	['breaks the line', 'breaks'],
	['breaks the line in the middle of the answer', 'breaks in the middle']
])('a bucket that %s for a moment is asked again', async (_, failure) => {
	await using bucket = await startBucket();
	const store = openBlobs({ blobStore: bucket.config, dataDir: '/nowhere' });
	const [id, bytes] = [newId(), randomBytes(300_000)];
	const isOfReading = failure === 'breaks in the middle';
	if (!isOfReading) bucket.failures.push(failure);
	expect(await store.putPart(id, 0, bytes)).toEqual({ ok: true });

	bucket.failures.push(failure, failure);
	const found = await store.readPart(id, 0);

	expect(Buffer.from(found ?? [])).toEqual(bytes);
	expect(bucket.asked).toEqual([...Array<string>(isOfReading ? 1 : 2).fill(`PUT /bucket/blobs/${id}/0`), ...Array<string>(3).fill(`GET /bucket/blobs/${id}/0`)]);
});

test.each<[string, Failure, number, string]>([
	['stays busy', { status: 503, code: 'SlowDown' }, 4, '503 SlowDown'],
	['is gone', 'breaks', 4, 'UND_ERR_SOCKET'],
	['refuses the key', { status: 403, code: 'InvalidAccessKeyId' }, 1, '403 InvalidAccessKeyId']
])('a bucket that %s is reported after as many tries as make sense, with no key and no blob in the words', async (_, failure, tries, code) => {
	await using bucket = await startBucket();
	const store = openBlobs({ blobStore: bucket.config, dataDir: '/nowhere' });
	bucket.failures.push(...Array<Failure>(9).fill(failure));
	const id = newId();

	const told = await store.putPart(id, 0, Buffer.from('x')).catch((error: unknown) => error);

	expect(String(told)).toBe(`BlobFailure: A part of a blob was not taken by the bucket (${code}).`);
	expect(JSON.stringify(told)).not.toMatch(new RegExp(`${id}|${bucket.config.accessKeyId}|word/with`));
	expect(bucket.asked.length).toBe(tries);
	expect(bucket.objects.size).toBe(0);
});

test.each([{ status: 507, code: 'XMinioStorageFull' }, { status: 403, code: 'QuotaExceeded' }])('a bucket that is full ($code) is told as a value and not asked again', async (failure) => {
	await using bucket = await startBucket();
	bucket.failures.push(failure);

	expect(await openBlobs({ blobStore: bucket.config, dataDir: '/nowhere' }).putPart(newId(), 0, Buffer.from('x'))).toEqual({ ok: false, reason: 'full' });
	expect(bucket.asked.length).toBe(1);
});

test('a request with a wrong secret, or none, gets nothing from the bucket', async () => {
	await using bucket = await startBucket();
	const id = newId();
	await openBlobs({ blobStore: bucket.config, dataDir: '/nowhere' }).putPart(id, 0, Buffer.from('sealed'));

	const stranger = openBlobs({ blobStore: { ...bucket.config, secretAccessKey: 'guess' }, dataDir: '/nowhere' });
	const unsigned = await fetch(`${bucket.config.endpoint}/blobs/${id}/0`);

	await expect(stranger.readPart(id, 0)).rejects.toThrow('403 SignatureDoesNotMatch');
	expect(unsigned.status).toBe(403);
});

test('a bucket that is not there is not an empty one', async () => {
	await using bucket = await startBucket();
	bucket.failures.push({ status: 404, code: 'NoSuchBucket' });

	await expect(all(openBlobs({ blobStore: bucket.config, dataDir: '/nowhere' }))).rejects.toThrow('NoSuchBucket');
});

function place(): string {
	const folder = temporaryFolder('blobs');
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

function newId(): string {
	return randomBytes(16).toString('base64url');
}

async function read(store: BlobStore, blobId: string, indexes: readonly number[]): Promise<(Buffer | undefined)[]> {
	return Promise.all(indexes.map(async (index) => {
		const bytes = await store.readPart(blobId, index);
		return bytes && Buffer.from(bytes);
	}));
}

async function all(store: BlobStore): Promise<StoredBlob[]> {
	const blobs: StoredBlob[] = [];
	for await (const blob of store.list()) blobs.push(blob);
	return blobs.sort((a, b) => (a.blobId < b.blobId ? -1 : 1));
}
