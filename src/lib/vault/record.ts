import { beginsWith, canonical, isCount, isHash, isTime, joined, largestRecord, nonceBytes, recordBegin, sha256, toText, type Bytes, type Json, utf8 } from './envelope.ts';
import { VaultFailure } from './failure.ts';
import { frame, unframe } from './frame.ts';
import type { SigningKey } from './keys.ts';
import type { Lengths } from './padding.ts';

/** Where a record stands: what the server knows of it, and what its seal is bound to. */
export interface RecordPlace {
	/** What it is, in the domain's words: `paper`, `file`, `circle`. */
	readonly kind: string;
	readonly circle: string;
	readonly record: string;
	readonly epoch: number;
	/** 1 for the first; each change is a version of its own. */
	readonly version: number;
	/** The epoch in which its author signed it; absent where that is the one in which it is sealed. See *Sealed again*. */
	readonly written?: number;
}

/** What only those who open it learn beside the body. */
export interface RecordSeal {
	/** Account id. */
	readonly author: string;
	/** Milliseconds since 1970 by the author's own clock, which may be wrong. */
	readonly at: number;
	/** `recordHash` of the version before, null for the first. */
	readonly previous: string | null;
	/** The circle log's newest entry that the author had seen: who is shown another history, shows it here. */
	readonly head: { readonly seq: number; readonly hash: string };
}

const format = 'steadfast/record/1';
const tagBytes = 16;

/**
 * Seals a body under an epoch's record key (AES-256-GCM, random 96-bit nonce, the place as associated data) and signs it.
 * The server learns the place and a padded length; `lengths` says how it is padded, if not as everything is, and whoever
 * opens it must say the same. Throws `too-large`.
 */
export async function sealRecord({ place, seal, body, key, signing, lengths }: { place: RecordPlace; seal: RecordSeal; body: Uint8Array; key: CryptoKey; signing: SigningKey; lengths?: Lengths }): Promise<Bytes> {
	const placed = placeText(place);
	const header: Json = [seal.author, seal.at, seal.previous, seal.head.seq, seal.head.hash];
	const framed = await frame({ format, place: placed, header, body, signing, largest: largestRecord - recordBegin.length - nonceBytes - tagBytes, ...(lengths && { lengths }) });
	return sealed({ bytes: framed, placed, key });
}

/** Gives the author's raw Ed25519 key if the author was a member of the circle in that epoch. */
export type AuthorKey = (author: string, epoch: number) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/**
 * Opens a record that the server says stands at `place`. Throws a `VaultFailure`: `unknown-format`, `too-large`, `damaged`
 * (altered, or moved from another place, which its seal cannot tell apart), `not-a-member`, `forged`.
 */
export async function openRecord({ envelope, place, key, authorKey, lengths }: { envelope: Uint8Array; place: RecordPlace; key: CryptoKey; authorKey: AuthorKey; lengths?: Lengths }): Promise<{ seal: RecordSeal; body: Bytes }> {
	const bytes = await unsealed({ envelope, place, key });
	const written = place.written ?? place.epoch;
	const framed = unframe({ format, place: placeText({ ...place, epoch: written }), bytes, ...(lengths && { lengths }) });
	const seal = sealOf(framed.header);
	const publicKey = await authorKey(seal.author, written);
	if (publicKey === undefined) throw new VaultFailure('not-a-member', 'a record by somebody who was not a member then');
	await framed.verify(publicKey);
	return { seal, body: framed.body };
}

/**
 * Note: Sealed again.
 * When somebody who had a key is removed, what it opens is sealed under another one by whoever is still there. What was
 * signed stays as it was, with its place of that time: only the cover is new. So whoever seals again needs no key but that
 * of the record, cannot change a word or put another name under it, and a forgery stays one.
 */
export async function resealRecord({ envelope, place, key, to }: { envelope: Uint8Array; place: RecordPlace; key: CryptoKey; to: { readonly epoch: number; readonly key: CryptoKey } }): Promise<Bytes> {
	return sealed({ bytes: await unsealed({ envelope, place, key }), placed: placeText({ ...place, epoch: to.epoch }), key: to.key });
}

async function sealed({ bytes, placed, key }: { bytes: Bytes; placed: string; key: CryptoKey }): Promise<Bytes> {
	const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
	return joined(recordBegin, nonce, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: utf8(placed) }, key, bytes)));
}

async function unsealed({ envelope, place, key }: { envelope: Uint8Array; place: RecordPlace; key: CryptoKey }): Promise<Bytes> {
	if (!beginsWith(envelope, recordBegin)) throw new VaultFailure('unknown-format', 'not a record');
	if (envelope.length > largestRecord) throw new VaultFailure('too-large', `a record of ${envelope.length} bytes`);
	const textAt = recordBegin.length + nonceBytes;
	if (envelope.length < textAt + tagBytes) throw new VaultFailure('damaged', 'a record that was cut off');
	try {
		const additionalData = utf8(placeText(place));
		return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: envelope.subarray(recordBegin.length, textAt) as Bytes, additionalData }, key, envelope.subarray(textAt) as Bytes));
	} catch (error) {
		// Web Crypto says no more than that the tag does not fit. Anything else is a fault of ours.
		if (!(error instanceof DOMException) || error.name !== 'OperationError') throw error;
		throw new VaultFailure('damaged', 'a record that was altered, moved or sealed under another key');
	}
}

/** SHA-256 of the whole envelope as base64url: the next version names it. */
export async function recordHash(envelope: Uint8Array): Promise<string> {
	return toText(await sha256(envelope));
}

function placeText({ kind, circle, record, epoch, version }: RecordPlace): string {
	return canonical([kind, circle, record, epoch, version]);
}

function sealOf(header: Json): RecordSeal {
	if (Array.isArray(header) && header.length === 5) {
		const [author, at, previous, seq, hash] = header as readonly Json[];
		if (typeof author === 'string' && isTime(at) && (previous === null || isHash(previous)) && isCount(seq) && isHash(hash)) {
			return { author, at, previous, head: { seq, hash } };
		}
	}
	throw new VaultFailure('unknown-format', 'a record header of another shape');
}
