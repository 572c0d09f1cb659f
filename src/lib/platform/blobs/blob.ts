/**
 * Sealed blobs, each in numbered parts: files that a browser sealed, of which this store knows an id, sizes and times.
 * Who may put or read one, and how much, is for the domain whose row names the blob.
 */
export interface BlobStore {
	/**
	 * Keeps a part. Once it answers `ok` the part is kept whole, also through a power cut; before that it is not there.
	 * The same part again is fine. A part with other bytes takes the place of the one before, whole.
	 */
	putPart(blobId: string, index: number, bytes: Uint8Array): Promise<PutOutcome>;
	/** The bytes of a part, whole; undefined where there is none. */
	readPart(blobId: string, index: number): Promise<Uint8Array | undefined>;
	/** Removes every part of a blob; one that is not there is removed already. */
	removeBlob(blobId: string): Promise<void>;
	/** Every blob of the store, in no meaningful order; one that is put or removed meanwhile may be there or not. */
	list(): AsyncIterable<StoredBlob>;
}

/** `full`: the disk or the bucket has no room. Nothing of the part was kept, and what was there before still is. */
export type PutOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: 'full' };

export interface StoredBlob {
	readonly blobId: string;
	/** By index. Empty where the first part was begun and not finished. */
	readonly parts: readonly StoredPart[];
	/** When something of it was last written: a sweep leaves alone what is just coming in. */
	readonly changedAt: Date;
}

export interface StoredPart {
	readonly index: number;
	readonly bytes: number;
}

/** No part is larger: one is held in memory at a time. */
export const largestPartBytes = 16 * 1024 * 1024;

/** A blob could not be kept, read or removed. Says what failed and never which blob: it goes into logs. */
export class BlobFailure extends Error {
	override readonly name = 'BlobFailure';
	readonly code: string;

	constructor(what: string, code: string) {
		super(`${what} (${code}).`);
		this.code = code;
	}
}

/** Whether a text is the id of a blob: 16 bytes as base64url. An id becomes a file's name, so nothing else passes. */
export function isBlobId(text: string): boolean {
	return /^[A-Za-z0-9_-]{22}$/.test(text);
}

/** Whether a number counts parts: so many of the largest are 1.6 TB. */
export function isPartIndex(index: number): boolean {
	return Number.isInteger(index) && index >= 0 && index < 100_000;
}
