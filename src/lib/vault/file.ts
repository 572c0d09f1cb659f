import { sha256, toText, type Bytes } from './envelope.ts';
import { VaultFailure } from './failure.ts';
import { decrypterOf, encrypterTo } from './hybrid.ts';
import type { KeyIdentity } from './keys.ts';
import { paddedLength } from './padding.ts';

/** How much of a sealed file is sent at once. */
const partBytes = 4 * 1024 * 1024;

/**
 * Note: What makes a sealed file ours.
 * A file is sealed to a circle's public recipient, so anybody, the server too, can make one that opens. What tells ours
 * from theirs is the hash of each part, which stands in the file's record under its author's signature, with the true
 * length. Therefore `openFile` asks for the hashes, and opens no part that has another.
 */

/** SHA-256 of one part as `sealFile` gives it, as base64url. */
export async function partHash(part: Uint8Array): Promise<string> {
	return toText(await sha256(part));
}

/** How large a file of `sizeBytes` is when it is sealed to one recipient, and in how many parts `sealFile` gives it. */
export function sealedSize(sizeBytes: number): { readonly sizeBytes: number; readonly parts: number } {
	const padded = paddedLength(sizeBytes);
	const sealed = ageHeaderBytes + ageNonceBytes + padded + 16 * Math.ceil(padded / ageChunkBytes);
	return { sizeBytes: sealed, parts: Math.ceil(sealed / partBytes) };
}

/** Lines of 22, 1,513 and 44 bytes, and 48 of the end: the same for every single hybrid recipient (C2SP age). */
const ageHeaderBytes = 22 + 1513 + 44 + 48;
const ageNonceBytes = 16;
const ageChunkBytes = 64 * 1024;

/**
 * A file as an age file in parts of `partBytes` (the last is shorter), made while it is read: memory does not grow with
 * the file. Padded, so that its exact length is not told. Throws `weak-recipient`, `damaged` for a file that is not
 * `sizeBytes` long, and whatever reading it throws.
 */
export async function* sealFile(content: ReadableStream<Uint8Array>, { sizeBytes, recipient }: { sizeBytes: number; recipient: string }): AsyncGenerator<Bytes> {
	const encrypter = encrypterTo([recipient]);
	const reader = content.getReader();
	const sealed = await encrypter.encrypt(streamOf({ chunks: padded(reader, sizeBytes), reader }));
	yield* inParts(sealed.getReader());
}

/**
 * The file's content, `sizeBytes` long, as it arrives; `parts` are the hashes of its parts. Rejects, or the stream fails,
 * with `damaged`, `not-for-you`, `weak-recipient`, or whatever reading `sealed` throws (a broken line is no damage). Only
 * when the stream has ended is the file whole: nothing is to be made of it before.
 */
export async function openFile(sealed: ReadableStream<Uint8Array>, { sizeBytes, parts, identity }: { sizeBytes: number; parts: readonly string[]; identity: KeyIdentity }): Promise<ReadableStream<Uint8Array>> {
	if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw new VaultFailure('damaged', 'a file of a length that is none');
	const reader = sealed.getReader();
	let cause: Error | undefined;
	const source = streamOf({ chunks: checked(reader, parts), reader, ahead: 1, reason: (error) => (cause = error instanceof Error ? error : new Error('a file that could not be read', { cause: error })) });
	/** The source's own trouble where there was some; all that the library throws means that the file is not whole. */
	const reason = (error: unknown): Error => cause ?? (error instanceof VaultFailure ? error : new VaultFailure('damaged', 'a file that was altered or cut off'));
	try {
		const opened = (await decrypterOf(identity).decrypt(source)).getReader();
		return streamOf({ chunks: cut(opened, sizeBytes), reader: opened, reason });
	} catch (error) {
		await reader.cancel().catch(() => undefined);
		throw reason(error);
	}
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** The content and the zeros behind it. */
async function* padded(content: Reader, sizeBytes: number): AsyncGenerator<Uint8Array> {
	let read = 0;
	for await (const chunk of chunksOf(content)) {
		read += chunk.length;
		if (read > sizeBytes) throw new VaultFailure('damaged', 'a file that grew while it was read');
		yield chunk;
	}
	if (read !== sizeBytes) throw new VaultFailure('damaged', 'a file that shrank while it was read');
	for (let missing = paddedLength(sizeBytes) - sizeBytes; missing > 0; missing -= ageChunkBytes) yield new Uint8Array(Math.min(missing, ageChunkBytes));
}

/** The parts of a sealed file, each only when its hash is the one that the record names. */
async function* checked(sealed: Reader, hashes: readonly string[]): AsyncGenerator<Uint8Array> {
	let at = 0;
	for await (const part of inParts(sealed)) {
		if ((await partHash(part)) !== hashes[at]) throw new VaultFailure('damaged', 'a part of a file that its record does not name');
		at += 1;
		yield part;
	}
	if (at !== hashes.length) throw new VaultFailure('damaged', 'a file without its last part');
}

/** The first `sizeBytes`; what follows must be zeros, and be read to its end, because only there age says that it is whole. */
async function* cut(opened: Reader, sizeBytes: number): AsyncGenerator<Uint8Array> {
	let left = sizeBytes;
	for await (const chunk of chunksOf(opened)) {
		const own = chunk.subarray(0, left);
		left -= own.length;
		if (chunk.subarray(own.length).some((byte) => byte !== 0)) throw new VaultFailure('damaged', 'something in the padding');
		if (own.length > 0) yield own;
	}
	if (left > 0) throw new VaultFailure('damaged', 'a file that ends too early');
}

async function* inParts(sealed: Reader): AsyncGenerator<Bytes> {
	let part = new Uint8Array(partBytes);
	let filled = 0;
	for await (const chunk of chunksOf(sealed)) {
		for (let rest = chunk; rest.length > 0; ) {
			const some = rest.subarray(0, partBytes - filled);
			part.set(some, filled);
			filled += some.length;
			rest = rest.subarray(some.length);
			if (filled < partBytes) continue;
			yield part;
			part = new Uint8Array(partBytes);
			filled = 0;
		}
	}
	if (filled > 0) yield part.slice(0, filled);
}

/** What a reader gives; it is cancelled when nobody wants the rest. (Not every browser can iterate over a stream itself.) */
async function* chunksOf(reader: Reader): AsyncGenerator<Uint8Array> {
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			yield value;
		}
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}

/**
 * Chunks as a stream, each made when it is asked for. `reader` is where they come from: cancelled at once with the stream,
 * even while it waits for a line that hangs. `ahead` are made before they are asked for: the next part arrives and is
 * hashed while the one before is opened. `reason` says with what the stream fails.
 */
function streamOf({ chunks, reader, ahead = 0, reason }: { chunks: AsyncGenerator<Uint8Array>; reader: Reader; ahead?: number; reason?: (error: unknown) => Error }): ReadableStream<Uint8Array> {
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				try {
					const next = await chunks.next();
					if (next.done === true) controller.close();
					else controller.enqueue(next.value);
				} catch (error) {
					throw reason?.(error) ?? error;
				}
			},
			cancel: (why) => reader.cancel(why)
		},
		{ highWaterMark: ahead }
	);
}
