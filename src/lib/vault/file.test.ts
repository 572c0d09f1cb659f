import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { failureOf, flipped, someBytes } from '../../../tests/sealing.ts';
import { newEpoch, openFile, partHash, sealedSize, sealFile, type KeyIdentity } from './index.ts';

const partBytes = 4 * 1024 * 1024;
let inbox: KeyIdentity;
let other: KeyIdentity;

beforeAll(async () => {
	[inbox, other] = (await Promise.all([newEpoch(1), newEpoch(1)])).map((keys) => keys.inbox) as [KeyIdentity, KeyIdentity];
});

function streamOf(bytes: Uint8Array, chunk = 65_536): ReadableStream<Uint8Array> {
	let at = 0;
	return new ReadableStream({
		pull(controller) {
			if (at >= bytes.length) controller.close();
			else controller.enqueue(bytes.slice(at, (at += chunk)));
		}
	});
}

async function sealed(content: Uint8Array, sizeBytes = content.length): Promise<Uint8Array[]> {
	return Array.fromAsync(sealFile(streamOf(content), { sizeBytes, recipient: inbox.recipient }));
}

interface Opening {
	readonly sizeBytes: number;
	readonly hashes?: readonly string[];
	readonly identity?: KeyIdentity;
	readonly chunk?: number;
}

async function opened(parts: readonly Uint8Array[], { sizeBytes, hashes, identity = inbox, chunk = 100_000 }: Opening): Promise<Uint8Array> {
	const stream = await openFile(streamOf(Buffer.concat(parts), chunk), { sizeBytes, parts: hashes ?? (await Promise.all(parts.map(partHash))), identity });
	return new Uint8Array(await new Response(stream).arrayBuffer());
}

test('a file opens again whatever its length and however it arrives', async () => {
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 0, max: 300_000 }), fc.integer({ min: 1, max: 200_000 }), async (length, chunk) => {
			const content = someBytes(length);

			expect(Buffer.from(await opened(await sealed(content), { sizeBytes: length, chunk: chunk + 999 })).equals(content)).toBe(true);
		}),
		{ numRuns: 25 }
	);
});

test.each([0, 1, 65_536, partBytes, partBytes + 1, 10_000_000])('a file of %i bytes is sealed in as many parts, and as many bytes, as was foretold', async (length) => {
	const content = someBytes(length);
	const parts = await sealed(content);

	expect({ sizeBytes: Buffer.concat(parts).length, parts: parts.length }).toEqual(sealedSize(length));
	expect(parts.slice(0, -1).every((part) => part.length === partBytes)).toBe(true);
	expect(Buffer.from(await opened(parts, { sizeBytes: length })).equals(content)).toBe(true);
});

test('files of nearly the same length cannot be told apart by it', () => {
	expect(new Set([1_000_001, 1_005_000, 1_010_000].map((length) => sealedSize(length).sizeBytes)).size).toBe(1);
});

test('a file that somebody else sealed to the same public recipient is not taken for the one in the record', async () => {
	const [own, foreign] = await Promise.all([sealed(someBytes(1000)), sealed(someBytes(1000))]);
	const hashes = await Promise.all(own.map(partHash));

	expect(await failureOf(() => opened(own, { sizeBytes: 1000, hashes }))).toBe('opened');
	expect(await failureOf(() => opened(foreign, { sizeBytes: 1000, hashes }))).toBe('damaged');
});

test('parts that were left out, repeated, exchanged or added are found out, and so is a flipped bit', async () => {
	const parts = await sealed(someBytes(9_000_000));
	const hashes = await Promise.all(parts.map(partHash));
	const [one, two, three] = parts as [Uint8Array, Uint8Array, Uint8Array];
	expect(parts).toHaveLength(3);

	for (const others of [[one, two], [two, three], [one, one, three], [two, one, three], [one, two, three, three], [one, flipped(two, 12_345_677), three], [one, two, three.subarray(0, -1)], []]) {
		expect(await failureOf(() => opened(others, { sizeBytes: 9_000_000, hashes }))).toBe('damaged');
	}
});

test('even with the hashes that belong to it, a file that is cut off, too long or padded with something is refused', async () => {
	const content = someBytes(200_000);
	const parts = await sealed(content);
	const whole = Buffer.concat(parts);
	const encrypter = new Encrypter();
	encrypter.addRecipient(inbox.recipient);
	const padded = await encrypter.encrypt(Buffer.concat([content, Buffer.of(0, 0, 1)]));

	for (const file of [whole.subarray(0, -1), whole.subarray(0, -20_000), whole.subarray(0, 1000), Buffer.concat([whole, Buffer.of(0)]), padded]) {
		expect(await failureOf(() => opened([file], { sizeBytes: content.length }))).toBe('damaged');
	}
	for (const sizeBytes of [content.length - 1, 300_000, 2 ** 50, -1, 1.5, Number.NaN]) expect(await failureOf(() => opened(parts, { sizeBytes }))).toBe('damaged');
});

test('a file is only for whom it was sealed to, and never beside another kind of key', async () => {
	const plain = await generateX25519Identity();
	const content = new Uint8Array(256);
	const mixed = async (recipients: readonly string[]): Promise<Uint8Array> => {
		const encrypter = new Encrypter();
		for (const recipient of recipients) encrypter.addRecipient(recipient);
		return encrypter.encrypt(content);
	};
	const recipient = await identityToRecipient(plain);

	expect(await failureOf(async () => opened(await sealed(content), { sizeBytes: 256, identity: other }))).toBe('not-for-you');
	expect(await failureOf(async () => opened([await mixed([inbox.recipient])], { sizeBytes: 256 }))).toBe('opened');
	for (const recipients of [[recipient], [inbox.recipient, recipient], [recipient, inbox.recipient]]) expect(await failureOf(async () => opened([await mixed(recipients)], { sizeBytes: 256 }))).toBe('weak-recipient');
	expect(await failureOf(() => sealFile(streamOf(content), { sizeBytes: 256, recipient }).next())).toBe('weak-recipient');
});

test('a file that grows or shrinks while it is read is not sealed as something else', async () => {
	for (const sizeBytes of [999, 1001, 0, 2000]) expect(await failureOf(() => sealed(someBytes(1000), sizeBytes))).toBe('damaged');
});

test('a line that breaks is told as what it is, and not as damage', async () => {
	const parts = await sealed(someBytes(6_000_000));
	const hashes = await Promise.all(parts.map(partHash));
	const trouble = new TypeError('network error');

	for (const after of [0, 100, 1_000_000, 5_000_000]) {
		let left = Buffer.concat(parts).subarray(0, after);
		const broken = new ReadableStream<Uint8Array>({
			pull(controller) {
				if (left.length === 0) controller.error(trouble);
				else controller.enqueue(left.subarray(0, 60_000));
				left = left.subarray(60_000);
			}
		});
		expect(await failureOf(async () => new Response(await openFile(broken, { sizeBytes: 6_000_000, parts: hashes, identity: inbox })).arrayBuffer())).toBe(trouble);
	}
	const unreadable = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(trouble) });
	expect(await failureOf(() => sealFile(unreadable, { sizeBytes: 10, recipient: inbox.recipient }).next())).toBe(trouble);
});

test('whoever wants no more lets go of what is read, even while a line hangs', async () => {
	const content = someBytes(9_000_000);
	const parts = await sealed(content);
	const hashes = await Promise.all(parts.map(partHash));
	const cancelled: unknown[] = [];
	const hanging = (bytes: Uint8Array): ReadableStream<Uint8Array> => {
		let isGiven = false;
		return new ReadableStream<Uint8Array>(
			{
				pull(controller) {
					if (!isGiven) controller.enqueue(bytes);
					const given = isGiven ? new Promise<void>(() => undefined) : Promise.resolve();
					isGiven = true;
					return given;
				},
				cancel: (why) => void cancelled.push(why)
			},
			{ highWaterMark: 0 }
		);
	};

	const opening = await openFile(hanging(Buffer.concat(parts.slice(0, 2))), { sizeBytes: content.length, parts: hashes, identity: inbox });
	const reader = opening.getReader();
	await reader.read();
	await reader.cancel('enough');
	for await (const _ of sealFile(hanging(content.subarray(0, 6_000_000)), { sizeBytes: content.length, recipient: inbox.recipient })) break;

	expect(cancelled).toHaveLength(2);
});

test('a refused file is no longer read', async () => {
	const [part] = (await sealed(someBytes(9_000_000))) as [Uint8Array];
	let pulled = 0;
	let isCancelled = false;
	const endless = new ReadableStream<Uint8Array>({
		pull(controller) {
			pulled += 1;
			controller.enqueue(part);
		},
		cancel: () => void (isCancelled = true)
	});

	expect(await failureOf(() => openFile(endless, { sizeBytes: 9_000_000, parts: ['another'], identity: inbox }))).toBe('damaged');
	expect([isCancelled, pulled < 4]).toEqual([true, true]);
});

test('what is sealed is an age file like any other', async () => {
	const decrypter = new Decrypter();
	decrypter.addIdentity(inbox.identity);
	const content = someBytes(1000);

	const whole = await decrypter.decrypt(Buffer.concat(await sealed(content)));

	expect(Buffer.from(whole.subarray(0, 1000)).equals(content)).toBe(true);
	expect(whole.subarray(1000).every((byte) => byte === 0)).toBe(true);
});
