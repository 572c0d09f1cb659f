import { Decrypter, Encrypter } from 'age-encryption';
import { isHybridRecipient, type Bytes } from './envelope.ts';
import { VaultFailure } from './failure.ts';
import type { KeyIdentity } from './keys.ts';
import { paddedLength } from './padding.ts';

/** How much of a sealed file is sent at once. */
export const partBytes = 4 * 1024 * 1024;

/**
 * A file as an age file in parts of `partBytes` (the last is shorter), made while it is read: memory does not grow with
 * the file. Padded, so that its exact length is not told; the true length belongs into the file's record, with the hash
 * of each part, which the record's signature covers.
 */
export async function* sealFile(content: ReadableStream<Uint8Array>, { sizeBytes, recipient }: { sizeBytes: number; recipient: string }): AsyncGenerator<Bytes> {
	if (!isHybridRecipient(recipient)) throw new VaultFailure('weak-recipient', 'a file must go to a hybrid recipient');
	const encrypter = new Encrypter();
	encrypter.addRecipient(recipient);
	yield* inParts(await encrypter.encrypt(padded(content, sizeBytes)));
}

/** The file's content, `sizeBytes` long, as its parts arrive. The stream fails with `damaged` or `not-for-you`. */
export async function openFile(sealed: ReadableStream<Uint8Array>, { sizeBytes, identity }: { sizeBytes: number; identity: KeyIdentity }): Promise<ReadableStream<Uint8Array>> {
	const decrypter = new Decrypter();
	decrypter.addIdentity(identity.identity);
	let opened: ReadableStream<Uint8Array>;
	try {
		opened = await decrypter.decrypt(sealed);
	} catch (error) {
		if (error instanceof VaultFailure) throw error;
		throw new VaultFailure('damaged', 'a file that does not open');
	}
	return cut(opened, sizeBytes);
}

function padded(content: ReadableStream<Uint8Array>, sizeBytes: number): ReadableStream<Uint8Array> {
	const reader = content.getReader();
	let read = 0;
	let missing = paddedLength(sizeBytes) - sizeBytes;
	return new ReadableStream<Uint8Array>({
		async pull(controller) {
			const { done, value } = await reader.read();
			if (!done) {
				read += value.length;
				if (read > sizeBytes) throw new VaultFailure('damaged', 'a file that grew while it was read');
				controller.enqueue(value);
				return;
			}
			if (read !== sizeBytes) throw new VaultFailure('damaged', 'a file that shrank while it was read');
			if (missing === 0) {
				controller.close();
				return;
			}
			const zeros = new Uint8Array(Math.min(missing, 64 * 1024));
			missing -= zeros.length;
			controller.enqueue(zeros);
			if (missing === 0) controller.close();
		},
		cancel: (reason) => reader.cancel(reason)
	});
}

/** The first `sizeBytes`; what follows must be zeros, and be read to its end, because only there age says that it is whole. */
function cut(opened: ReadableStream<Uint8Array>, sizeBytes: number): ReadableStream<Uint8Array> {
	const reader = opened.getReader();
	let left = sizeBytes;
	return new ReadableStream<Uint8Array>({
		async pull(controller) {
			for (;;) {
				const { done, value } = await reader.read().catch(() => {
					throw new VaultFailure('damaged', 'a file that was altered or cut off');
				});
				if (done) {
					if (left > 0) throw new VaultFailure('damaged', 'a file that ends too early');
					controller.close();
					return;
				}
				const own = value.subarray(0, left);
				left -= own.length;
				if (value.subarray(own.length).some((byte) => byte !== 0)) throw new VaultFailure('damaged', 'something in the padding');
				if (own.length === 0) continue;
				controller.enqueue(own);
				return;
			}
		},
		cancel: (reason) => reader.cancel(reason)
	});
}

async function* inParts(sealed: ReadableStream<Uint8Array>): AsyncGenerator<Bytes> {
	const reader = sealed.getReader();
	let part = new Uint8Array(partBytes);
	let filled = 0;
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) break;
			for (let rest = value; rest.length > 0; ) {
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
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}
