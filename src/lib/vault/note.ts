import { beginsWith, canonical, joined, largestNotePiece, nonceBytes, noteBegin, utf8, type Bytes } from './envelope.ts';
import { VaultFailure } from './failure.ts';
import { paddedLength } from './padding.ts';

/** Where a piece of a note stands: what the server knows of it, and what its seal is bound to. */
export interface NotePlace {
	readonly kind: 'note-update' | 'note-snapshot';
	readonly circle: string;
	readonly note: string;
	readonly epoch: number;
}

/**
 * Note: A piece of a note has no author.
 * What several people write together under the Chatham House Rule must not say who wrote it, not even to them. So a piece
 * is sealed under the epoch's record key (AES-256-GCM, random 96-bit nonce, the place as associated data) and signed by
 * nobody: that it opens proves that a member wrote it, and to no stranger. Its length is a multiple of 16 bytes up to 256, and
 * padded like everything from there on.
 */
export async function sealNotePiece({ place, bytes, key }: { readonly place: NotePlace; readonly bytes: Uint8Array; readonly key: CryptoKey }): Promise<Bytes> {
	const plain = new Uint8Array(lengthOf(bytes.length + 1));
	if (noteBegin.length + nonceBytes + plain.length + tagBytes > largestNotePiece) throw new VaultFailure('too-large', `a piece of a note of ${bytes.length} bytes`);
	plain.set(bytes);
	plain[bytes.length] = end;
	const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
	return joined(noteBegin, nonce, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: placeText(place) }, key, plain)));
}

/** Throws a `VaultFailure`: `unknown-format`, `too-large`, or `damaged` (altered, or made for another place or key, which its seal cannot tell apart). */
export async function openNotePiece({ place, envelope, key }: { readonly place: NotePlace; readonly envelope: Uint8Array; readonly key: CryptoKey }): Promise<Bytes> {
	if (!beginsWith(envelope, noteBegin)) throw new VaultFailure('unknown-format', 'no piece of a note');
	if (envelope.length > largestNotePiece) throw new VaultFailure('too-large', `a piece of a note of ${envelope.length} bytes`);
	const textAt = noteBegin.length + nonceBytes;
	if (envelope.length < textAt + tagBytes) throw new VaultFailure('damaged', 'a piece of a note that was cut off');
	const plain = await opened({ place, envelope, key, textAt });
	const length = plain.lastIndexOf(end);
	if (length < 0 || plain.length !== lengthOf(length + 1) || plain.subarray(length + 1).some((byte) => byte !== 0)) throw new VaultFailure('damaged', 'a piece of a note of another length');
	return plain.slice(0, length);
}

async function opened({ place, envelope, key, textAt }: { readonly place: NotePlace; readonly envelope: Uint8Array; readonly key: CryptoKey; readonly textAt: number }): Promise<Bytes> {
	try {
		return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: envelope.subarray(noteBegin.length, textAt) as Bytes, additionalData: placeText(place) }, key, envelope.subarray(textAt) as Bytes));
	} catch (error) {
		// Web Crypto says no more than that the tag does not fit. Anything else is a fault of ours.
		if (!(error instanceof DOMException) || error.name !== 'OperationError') throw error;
		throw new VaultFailure('damaged', 'a piece of a note that was altered, moved or sealed under another key');
	}
}

const tagBytes = 16;
/** Stands behind the last byte; zeros follow it. */
const end = 0x80;

function lengthOf(length: number): number {
	return length <= 256 ? Math.ceil(length / 16) * 16 : paddedLength(length);
}

function placeText({ kind, circle, note, epoch }: NotePlace): Bytes {
	return utf8(canonical([kind, circle, note, epoch]));
}
