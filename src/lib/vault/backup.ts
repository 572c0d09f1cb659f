import { Decrypter, Encrypter } from 'age-encryption';

/**
 * Note: Who seals a backup.
 * A backup is the operator's, and so is its key: the commands on the server seal it to a recipient whose identity lies
 * elsewhere, and open it when an identity file is brought to them. It holds what the server held, envelopes among it,
 * and this opens none of those. The running server must not reach this file: a wall of its own sees to that.
 */

/** A recipient as `age-keygen` writes it, X25519 (`age1…`) or hybrid (`age1pq1…`); false for anything else. */
export function isBackupRecipient(text: string): boolean {
	if (!/^age1(?!tag1|tagpq1)[0-9a-z]+$/.test(text)) return false;
	try {
		new Encrypter().addRecipient(text);
		return true;
	} catch {
		return false;
	}
}

/** The bytes as an age file to that recipient, sealed as they flow. Throws for a text that is no recipient. */
export async function sealBackup(bytes: AsyncIterable<Uint8Array>, recipient: string): Promise<AsyncIterable<Uint8Array>> {
	if (!isBackupRecipient(recipient)) throw new Error('That is no age recipient.');
	const sealer = new Encrypter();
	sealer.addRecipient(recipient);
	return sealer.encrypt(streamOf(bytes));
}

/**
 * The bytes that an age file was made from, opened as they flow: nothing of them can be trusted before they have
 * come to their end, where an age file that was cut short or altered fails at the latest. Undefined where none of the
 * identities opens it.
 */
export async function openBackup(sealed: AsyncIterable<Uint8Array>, identities: readonly string[]): Promise<AsyncIterable<Uint8Array> | undefined> {
	const opener = new Decrypter();
	for (const identity of identities) opener.addIdentity(identity);
	try {
		return await opener.decrypt(streamOf(sealed));
	} catch (error) {
		if (error instanceof Error && /no identity matched/.test(error.message)) return undefined;
		throw error;
	}
}

/**
 * The identities of a file as `age-keygen` writes it: one a line, `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`, with
 * comments after `#`. Undefined where a line is something else, or there is none.
 */
export function identitiesOf(text: string): readonly string[] | undefined {
	const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
	try {
		const opener = new Decrypter();
		for (const line of lines) opener.addIdentity(line);
	} catch {
		return undefined;
	}
	return lines.length > 0 ? lines : undefined;
}

function streamOf(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
	const pieces = bytes[Symbol.asyncIterator]();
	return new ReadableStream({
		async pull(controller) {
			const next = await pieces.next();
			if (next.done === true) controller.close();
			else controller.enqueue(next.value);
		},
		async cancel() {
			await pieces.return?.();
		}
	});
}
