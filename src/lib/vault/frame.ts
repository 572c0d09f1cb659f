import { canonical, fromCanonical, isSignedBy, joined, type Bytes, type Json, utf8 } from './envelope.ts';
import { VaultFailure } from './failure.ts';
import type { SigningKey } from './keys.ts';
import { paddedLength, type Lengths } from './padding.ts';

/**
 * Note: The frame inside an envelope.
 * 64 bytes of signature, the header's length (16 bits, big-endian) and its canonical JSON, the body's length (32 bits)
 * and the body, zeros up to the padded length and no other. The signature (Ed25519) covers the format's name, what the server knows of
 * the place, the header and the body, each on a line of its own; only the body can hold a line end.
 */
export interface Framed {
	readonly header: Json;
	readonly body: Bytes;
	/** Throws `forged` unless this key signed. */
	verify(publicKey: Uint8Array): Promise<void>;
}

/** Throws `too-large` when header or body do not fit into `largest` bytes, padding included. */
export async function frame({ format, place, header, body, signing, largest, lengths = paddedLength }: { format: string; place: string; header: Json; body: Uint8Array; signing: SigningKey; largest: number; lengths?: Lengths }): Promise<Bytes> {
	const head = utf8(canonical(header));
	const length = lengths(smallest + head.length + body.length);
	if (head.length > 0xffff || length > largest) throw new VaultFailure('too-large', `${length} bytes of at most ${largest}`);
	const signature = await signing.sign(signedMessage({ format, place, head, body }));
	const whole = new Uint8Array(length);
	const view = new DataView(whole.buffer);
	whole.set(signature);
	view.setUint16(64, head.length);
	whole.set(head, 66);
	view.setUint32(66 + head.length, body.length);
	whole.set(body, 70 + head.length);
	return whole;
}

export function unframe({ format, place, bytes, lengths = paddedLength }: { format: string; place: string; bytes: Uint8Array; lengths?: Lengths }): Framed {
	if (bytes.length < smallest) throw new VaultFailure('damaged', 'too short for a frame');
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const headLength = view.getUint16(64);
	if (smallest + headLength > bytes.length) throw new VaultFailure('damaged', 'a header that is longer than the whole');
	const bodyLength = view.getUint32(66 + headLength);
	const bodyAt = smallest + headLength;
	if (lengths(bodyAt + bodyLength) !== bytes.length) throw new VaultFailure('damaged', 'a body of another length than the whole');
	for (let at = bodyAt + bodyLength; at < bytes.length; at++) if (bytes[at] !== 0) throw new VaultFailure('damaged', 'something in the padding');
	const head = bytes.slice(66, 66 + headLength);
	const header = fromCanonical(decodeText(head));
	if (header === undefined) throw new VaultFailure('unknown-format', 'a header that is not canonical');
	const body = bytes.slice(bodyAt, bodyAt + bodyLength);
	const signature = bytes.slice(0, 64);
	return {
		header,
		body,
		async verify(publicKey) {
			if (!(await isSignedBy(publicKey, signedMessage({ format, place, head, body }), signature))) throw new VaultFailure('forged', 'a signature that is not the author\'s');
		}
	};
}

function signedMessage({ format, place, head, body }: { format: string; place: string; head: Uint8Array; body: Uint8Array }): Bytes {
	return joined(utf8(`${format}\n${place}\n`), head, lineEnd, body);
}

const lineEnd = utf8('\n');
/** A signature and two lengths. */
const smallest = 64 + 2 + 4;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 as text; throws `damaged` for what is none, instead of putting signs of replacement into somebody's words. */
export function decodeText(bytes: Uint8Array): string {
	try {
		return decoder.decode(bytes);
	} catch {
		throw new VaultFailure('damaged', 'text that is not UTF-8');
	}
}
