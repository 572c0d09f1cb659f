import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { startHostile, type Hostile } from '../../../../tests/attacks/hostile.ts';
import { somebody, type Somebody } from '../../../../tests/somebody.ts';
import type { OpenCircle, OpenedRecord, UploadProgress } from './open-circle.ts';

let database: TestDatabase;
let api: ApiServer;
let line: Hostile;
let ana: Somebody;
let ben: Somebody;
let hers: OpenCircle;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address, { CIRCLE_QUOTA_MB: '20' });
	line = await startHostile(api.origin);
	ana = await somebody(database.db, { name: 'Ana' });
	ben = await somebody(database.db, { name: 'Ben' });
	const founded = sure(await ana.circles(line.origin).foundCircle({ name: 'Evidence', purpose: '' })).circle;
	hers = sure(await founded.add({ account: ben.account, name: 'Ben' })).circle;
});

afterEach(() => line.calm());

afterAll(async () => {
	await line[Symbol.asyncDispose]();
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

function sure<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { readonly ok: true }> {
	if (!outcome.ok) throw new Error(`Refused: ${JSON.stringify(outcome)}`);
	return outcome as Extract<T, { readonly ok: true }>;
}

const content = (bytes: number): Uint8Array<ArrayBuffer> => new Uint8Array(bytes).map((_, at) => (at * 7) % 251);

async function save(circle: OpenCircle, file: OpenedRecord): Promise<Uint8Array> {
	return new Uint8Array(await new Response(sure(await circle.download(file)).stream).arrayBuffer());
}

const blobs = async (): Promise<number> => (await database.db.selectFrom('circle_blob').select('id').execute()).length;

test('a file arrives as it was, also for somebody else, also an empty one', async () => {
	const his = sure(await ben.circles(line.origin).openCircle(hers.id)).circle;
	const bytes = content(5_000_000);
	const sent = sure(await hers.upload({ file: new Blob([bytes], { type: 'image/png' }), name: 'square.png' }));
	const empty = sure(await hers.upload({ file: new Blob([]), name: 'empty.txt' }));

	expect(sent.details).toMatchObject({ name: 'square.png', type: 'image/png', sizeBytes: 5_000_000 });
	expect(await save(his, sent.written)).toEqual(bytes);
	expect(await save(his, empty.written)).toEqual(new Uint8Array());
});

test('an upload goes on after the connection broke, before and after a part had arrived, and sends no part for nothing', async () => {
	const bytes = content(9_000_000);
	line.tamper({ name: 'breaks before', path: /\/parts\/1$/, method: 'PUT', cut: 'before', times: 2 }, { name: 'breaks after', path: /\/parts\/2$/, method: 'PUT', cut: 'after', times: 1 });
	const before = line.asked.length;
	const progress: UploadProgress[] = [];

	const sent = sure(await hers.upload({ file: new Blob([bytes]), name: 'film.mp4', onProgress: (now) => progress.push(now) }));

	expect(line.asked.slice(before).filter((asked) => /^PUT .*parts/.test(asked)).map((asked) => asked.at(-1))).toEqual(['0', '1', '1', '1', '2', '2']);
	expect(progress.filter(({ waiting }) => waiting)).toHaveLength(3);
	expect(progress.at(-1)).toMatchObject({ waiting: false, sentBytes: progress[0]!.ofBytes });
	expect(await save(hers, sent.written)).toEqual(bytes);
});

test('a download goes on however often and long the connection breaks, says so, and ends when it is cancelled', async () => {
	const bytes = content(5_000_000);
	const sent = sure(await hers.upload({ file: new Blob([bytes]), name: 'film.mp4' }));
	line.tamper({ name: 'breaks', path: /\/parts\/1$/, method: 'GET', cut: 'after', times: 9 });
	const waits: boolean[] = [];

	const { stream } = sure(await hers.download(sent.written, { onWaiting: (waiting) => waits.push(waiting) }));
	expect(new Uint8Array(await new Response(stream).arrayBuffer())).toEqual(bytes);
	expect([line.told('breaks'), waits.filter(Boolean).length, waits.at(-1)]).toEqual([9, 9, false]);
	line.tamper({ name: 'is away', path: /\/parts\//, cut: 'before' });
	const stop = new AbortController();
	const before = waits.length;
	const waiting = hers.download(sent.written, { signal: stop.signal, onWaiting: () => waits.push(true) > before + 7 && stop.abort() });
	await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
});

test('an upload that is cancelled leaves nothing on the server', async () => {
	const { circle } = sure(await ana.circles(line.origin).foundCircle({ name: 'Another', purpose: '' }));
	const before = await blobs();
	const cancel = new AbortController();

	const outcome = await circle.upload({ file: new Blob([content(9_000_000)]), name: 'film.mp4', signal: cancel.signal, onProgress: ({ sentBytes }) => sentBytes > 0 && cancel.abort() });

	expect(outcome).toEqual({ ok: false, reason: 'cancelled' });
	expect(await blobs()).toBe(before);
	expect(sure(await circle.list('file')).records).toEqual([]);
});

test('when somebody is removed during an upload, the file is sealed anew to the key that they do not have', async () => {
	const chi = await somebody(database.db, { name: 'Chi' });
	const withChi = sure(await hers.add({ account: chi.account, name: 'Chi' })).circle;
	const other = sure(await ana.circles(line.origin).openCircle(hers.id)).circle;
	const bytes = content(100_000);
	let removing: Promise<unknown> | undefined;
	line.tamper({ name: 'loses parts until then', path: /\/parts\//, method: 'PUT', cut: 'before' });

	const sent = sure(
		await withChi.upload({
			file: new Blob([bytes]),
			name: 'list.pdf',
			onProgress: () => {
				removing ??= other.remove(chi.account).then(() => line.calm());
			}
		})
	);
	await removing;

	const now = sure(await hers.refresh()).circle;
	expect(sent.details.epoch).toBe(sent.written.epoch);
	expect([sent.details.epoch, now.state.epochs.length, [...now.state.members.keys()]]).toEqual([2, 2, [ana.account, ben.account]]);
	expect(await save(now, sent.written)).toEqual(bytes);
});

test('when the key changes between the last part and the record, the file is sealed anew, too', async () => {
	const now = sure(await ana.circles(line.origin).openCircle(hers.id)).circle;
	const other = sure(await ana.circles(line.origin).openCircle(hers.id)).circle;
	let rotating: Promise<unknown> | undefined;
	line.tamper({ name: 'loses the end until then', path: /\/whole$/, method: 'POST', cut: 'before' });

	const sent = sure(
		await now.upload({
			file: new Blob([content(1000)]),
			name: 'list.pdf',
			onProgress: ({ sentBytes, ofBytes }) => {
				if (sentBytes === ofBytes) rotating ??= other.rotate().then(() => line.calm());
			}
		})
	);
	await rotating;

	expect([sent.details.epoch, sent.written.epoch]).toEqual([other.state.epochs.length + 1, other.state.epochs.length + 1]);
	expect(await save(sure(await hers.refresh()).circle, sent.written)).toEqual(content(1000));
});

test('a circle that is full says so, and a file that was taken away makes room', async () => {
	const small = await somebody(database.db, { name: 'Sol' });
	const full = sure(await small.circles(line.origin).foundCircle({ name: 'Full', purpose: '' })).circle;
	const first = sure(await full.upload({ file: new Blob([content(12_000_000)]), name: 'first' }));

	expect(await full.upload({ file: new Blob([content(12_000_000)]), name: 'second' })).toEqual({ ok: false, reason: 'circle-full' });
	sure(await full.removeFile(first.written));
	expect(await full.download(first.written)).toEqual({ ok: false, reason: 'not-found' });
	sure(await full.upload({ file: new Blob([content(12_000_000)]), name: 'second' }));
	expect(await full.upload({ file: new Blob([content(100_000_001)]), name: 'too large' })).toEqual({ ok: false, reason: 'too-large' });
});
