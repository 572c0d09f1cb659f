import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { failureOf, flipped, someBytes } from '../../../tests/sealing.ts';
import { entryHash, isRecord, joined, largestRecord, nonceBytes, recordBegin, randomId, sha256, toText, utf8, type Json } from './envelope.ts';
import { frame } from './frame.ts';
import { newAccount, newEpoch, openRecord, recordHash, sealRecord, type AccountKeys, type EpochKeys, type RecordPlace, type RecordSeal } from './index.ts';

let author: AccountKeys;
let stranger: AccountKeys;
let epoch: EpochKeys;
let nextEpoch: EpochKeys;
let place: RecordPlace;
let seal: RecordSeal;
/** The largest body that fits beside this header. */
let largestBody: number;

beforeAll(async () => {
	[author, stranger, epoch, nextEpoch] = await Promise.all([newAccount(), newAccount(), newEpoch(1), newEpoch(2)]);
	place = { kind: 'paper', circle: randomId(), record: randomId(), epoch: 1, version: 3 };
	seal = { author: author.account, at: 1_790_000_000_000, previous: toText(await sha256(utf8('before'))), head: { seq: 7, hash: await entryHash('{}') } };
	// Frames grow in steps of 16 KiB here: the last that fits is 47 of them.
	largestBody = 47 * 16_384 - 70 - JSON.stringify([seal.author, seal.at, seal.previous, 7, seal.head.hash]).length;
});

const sealed = (body: Uint8Array, at = place): Promise<Uint8Array> => sealRecord({ place: at, seal, body, key: epoch.records, signing: author.signing });
const open = (envelope: Uint8Array, { at = place, key = epoch.records, publicKey = author.signing.publicKey }: { at?: RecordPlace; key?: CryptoKey; publicKey?: Uint8Array | undefined } = {}) =>
	openRecord({ envelope, place: at, key, authorKey: () => publicKey });

test('whatever is sealed opens again, body and header, byte by byte', async () => {
	const anySeal = fc.record({
		author: fc.string(),
		at: fc.integer({ min: -8.64e15, max: 8.64e15 }),
		previous: fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toText)),
		head: fc.record({ seq: fc.nat(), hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toText) })
	});
	const anyPlace = fc.record({ kind: fc.string(), circle: fc.string(), record: fc.string(), epoch: fc.nat(), version: fc.nat() });

	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), anySeal, anyPlace, async (body, seal, place) => {
			const envelope = await sealRecord({ place, seal, body, key: epoch.records, signing: author.signing });
			const opened = await openRecord({ envelope, place, key: epoch.records, authorKey: () => author.signing.publicKey });

			expect(isRecord(envelope)).toBe(true);
			expect(opened).toEqual({ seal, body: new Uint8Array(body) });
		})
	);
});

test('the same body sealed twice is never the same envelope', async () => {
	const envelopes = await Promise.all(Array.from({ length: 50 }, () => sealed(utf8('the same'))));

	expect(new Set(envelopes.map((envelope) => toText(envelope.subarray(4, 16)))).size).toBe(50);
	expect(new Set(await Promise.all(envelopes.map(recordHash))).size).toBe(50);
});

test('one flipped bit anywhere keeps a record shut', async () => {
	const envelope = await sealed(utf8('a name that nobody may learn'));

	for (let bit = 0; bit < envelope.length * 8; bit++) {
		expect([bit, await failureOf(() => open(flipped(envelope, bit)))]).toEqual([bit, bit < 32 ? 'unknown-format' : 'damaged']);
	}
});

test('a record that was cut off anywhere, or that something was added to, stays shut', async () => {
	const envelope = await sealed(utf8('short'));
	const kinds = new Set<unknown>();

	for (let length = 0; length < envelope.length; length++) kinds.add(await failureOf(() => open(envelope.subarray(0, length))));
	for (const more of [1, 16, 1000]) kinds.add(await failureOf(() => open(joined(envelope, new Uint8Array(more)))));

	expect(kinds).toEqual(new Set(['unknown-format', 'damaged']));
});

test('a record opens in no other circle, under no other id, kind, epoch or version, and with no other key', async () => {
	const envelope = await sealed(utf8('bound to one place'));
	const others: RecordPlace[] = [
		{ ...place, circle: randomId() },
		{ ...place, record: randomId() },
		{ ...place, circle: place.record, record: place.circle },
		{ ...place, kind: 'file' },
		{ ...place, epoch: 2 },
		{ ...place, version: 2 },
		{ ...place, version: 4 },
		{ ...place, epoch: 3, version: 1 }
	];

	for (const at of others) expect(await failureOf(() => open(envelope, { at }))).toBe('damaged');
	expect(await failureOf(() => open(envelope, { key: nextEpoch.records }))).toBe('damaged');
	expect(await failureOf(() => open(envelope))).toBe('opened');
});

test('a member who moves the words of another to another place is found out by the signature', async () => {
	const header: Json = [seal.author, seal.at, seal.previous, seal.head.seq, seal.head.hash];
	const elsewhere = { ...place, version: 9 };
	const framed = await frame({ format: 'steadfast/record/1', place: placeText(place), header, body: utf8('words of somebody else'), signing: author.signing, largest: 10_000 });
	const moved = await sealedFrame(framed, elsewhere);

	expect(await failureOf(() => open(moved, { at: elsewhere }))).toBe('forged');
	expect(await failureOf(async () => open(await sealedFrame(framed, place)))).toBe('opened');
});

test('a signature made for a letter or a log entry does not pass for one of a record', async () => {
	const header: Json = [seal.author, seal.at, seal.previous, seal.head.seq, seal.head.hash];

	for (const format of ['steadfast/letter/1', 'steadfast/entry/1', 'steadfast/request/1']) {
		const framed = await frame({ format, place: placeText(place), header, body: utf8('x'), signing: author.signing, largest: 10_000 });
		expect(await failureOf(async () => open(await sealedFrame(framed, place)))).toBe('forged');
	}
});

test('what one member signed does not pass as the words of another, and a stranger is none', async () => {
	const envelope = await sealed(utf8('whose words?'));

	expect(await failureOf(() => open(envelope, { publicKey: stranger.signing.publicKey }))).toBe('forged');
	expect(await failureOf(() => open(envelope, { publicKey: new Uint8Array(32) }))).toBe('forged');
	expect(await failureOf(() => openRecord({ envelope, place, key: epoch.records, authorKey: () => undefined }))).toBe('not-a-member');
});

test('the author is asked for with the epoch of the place, and with the name inside the seal', async () => {
	const asked: unknown[] = [];
	const envelope = await sealed(utf8('x'));

	await openRecord({ envelope, place, key: epoch.records, authorKey: (...who) => (asked.push(who), author.signing.publicKey) });

	expect(asked).toEqual([[author.account, 1]]);
});

test('a member cannot hide something in the padding, or pad in a second way', async () => {
	const header: Json = [seal.author, seal.at, seal.previous, seal.head.seq, seal.head.hash];
	const framed = await frame({ format: 'steadfast/record/1', place: placeText(place), header, body: utf8('x'), signing: author.signing, largest: 10_000 });
	const hidden = new Uint8Array(framed);
	hidden[hidden.length - 1] = 1;

	expect(await failureOf(async () => open(await sealedFrame(hidden, place)))).toBe('damaged');
	expect(await failureOf(async () => open(await sealedFrame(joined(framed, new Uint8Array(16)), place)))).toBe('damaged');
	expect(await failureOf(async () => open(await sealedFrame(framed.subarray(0, -16), place)))).toBe('damaged');
	expect(await failureOf(async () => open(await sealedFrame(new Uint8Array(69), place)))).toBe('damaged');
	expect(await failureOf(async () => open(await sealedFrame(new Uint8Array(256).fill(255), place)))).toBe('damaged');
});

test('a header of another shape is named as such, and a time that no calendar holds is one', async () => {
	const headers: Json[] = [
		[],
		null,
		{},
		[seal.author, seal.at, seal.previous, seal.head.seq],
		[1, seal.at, seal.previous, seal.head.seq, seal.head.hash],
		[seal.author, 8.65e15, seal.previous, seal.head.seq, seal.head.hash],
		[seal.author, 1.5, seal.previous, seal.head.seq, seal.head.hash],
		[seal.author, seal.at, 'not a hash', seal.head.seq, seal.head.hash],
		[seal.author, seal.at, seal.previous, -1, seal.head.hash],
		[seal.author, seal.at, seal.previous, seal.head.seq, '']
	];

	for (const header of headers) {
		const framed = await frame({ format: 'steadfast/record/1', place: placeText(place), header, body: utf8('x'), signing: author.signing, largest: 10_000 });
		expect(await failureOf(async () => open(await sealedFrame(framed, place)))).toBe('unknown-format');
	}
});

test('a body may be empty and as large as a record may be, and not a byte larger', async () => {
	const largest = someBytes(largestBody);
	const envelope = await sealed(largest);

	expect((await open(await sealed(new Uint8Array()))).body).toEqual(new Uint8Array());
	expect((await open(envelope)).body).toEqual(largest);
	expect(isRecord(envelope)).toBe(true);
	expect(await failureOf(() => sealed(new Uint8Array(largestBody + 1)))).toBe('too-large');
	expect(await failureOf(() => open(joined(recordBegin, new Uint8Array(largestRecord))))).toBe('too-large');
});

test('a length tells no more than a step: bodies of a few bytes more or less look alike', async () => {
	const lengths = await Promise.all([0, 1, 5, 10].map(async (length) => (await sealed(new Uint8Array(length))).length));

	expect(new Set(lengths).size).toBe(1);
});

function placeText({ kind, circle, record, epoch, version }: RecordPlace): string {
	return JSON.stringify([kind, circle, record, epoch, version]);
}

/** What a member can make, who has the epoch's key and no need of our code. */
async function sealedFrame(framed: Uint8Array, at: RecordPlace): Promise<Uint8Array> {
	const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
	const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: utf8(placeText(at)) }, epoch.records, new Uint8Array(framed));
	return joined(recordBegin, nonce, new Uint8Array(sealed));
}
