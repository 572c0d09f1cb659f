import { setTimeout as wait } from 'node:timers/promises';
import { S3mini, S3ServiceError } from 's3mini';
import type { BlobBucket } from '../config.ts';
import { errorCode } from '../start/refusal.ts';
import { BlobFailure, isBlobId, isPartIndex, type BlobStore, type StoredBlob, type StoredPart } from './blob.ts';

/** Before each further try of what a server that is busy, or a line that broke, did not let through. */
const pausesMs = [100, 400, 1600];
const answerLimitMs = 45_000;

/**
 * Blobs as objects `blobs/<id>/<index>` of an S3-compatible bucket. A part is one object, put by one request that the
 * service takes whole or not at all. What fails for the moment (no answer, a broken line, 5xx, 429) is tried three
 * times more and then reported.
 *
 * The service learns ids, sizes and times, and that they are ours; the bytes it gets are sealed.
 */
export function blobsInBucket({ endpoint, region, accessKeyId, secretAccessKey }: BlobBucket): BlobStore {
	const bucket = new S3mini({ endpoint, region, accessKeyId, secretAccessKey, requestAbortTimeout: answerLimitMs });
	return {
		async putPart(blobId, index, bytes) {
			try {
				await patiently('A part of a blob was not taken by the bucket', () => bucket.putObject(keyOf(blobId, index), bytes));
				return { ok: true };
			} catch (error) {
				if (error instanceof BlobFailure && fullCodes.some((code) => error.code.includes(code))) return { ok: false, reason: 'full' };
				throw error;
			}
		},
		async readPart(blobId, index) {
			const bytes = await patiently('A part of a blob could not be read from the bucket', () => bucket.getObjectArrayBuffer(keyOf(blobId, index)));
			return bytes === null ? undefined : new Uint8Array(bytes);
		},
		async removeBlob(blobId) {
			for (let more = true; more; ) {
				// From the beginning each time: what the page before named is gone.
				const page = await pageOf(bucket, keyOf(blobId, ''));
				const keys = page.objects.map(({ Key }) => Key);
				for (let n = 0; n < keys.length; n += 8) await Promise.all(keys.slice(n, n + 8).map((key) => removeObject(bucket, key)));
				more = page.nextContinuationToken !== undefined;
			}
		},
		list: () => blobsOf(bucket)
	};
}

function keyOf(blobId: string, index: number | ''): string {
	return `blobs/${blobId}/${index}`;
}

/** Services list by key, so that the parts of a blob follow each other. */
async function* blobsOf(bucket: S3mini): AsyncGenerator<StoredBlob> {
	let open: { blobId: string; parts: StoredPart[]; changedAt: Date } | undefined;
	for (let token: string | undefined; ; ) {
		const { objects, nextContinuationToken } = await pageOf(bucket, 'blobs/', token);
		for (const { Key, Size, LastModified } of objects) {
			const [, blobId = '', name = ''] = /^blobs\/([^/]+)\/(0|[1-9]\d*)$/.exec(Key) ?? [];
			if (!isBlobId(blobId) || !isPartIndex(Number(name))) continue;
			if (open?.blobId !== blobId) {
				if (open) yield inOrder(open);
				open = { blobId, parts: [], changedAt: LastModified };
			}
			open.parts.push({ index: Number(name), bytes: Size });
			if (LastModified > open.changedAt) open.changedAt = LastModified;
		}
		if (nextContinuationToken === undefined) break;
		token = nextContinuationToken;
	}
	if (open) yield inOrder(open);
}

/** Keys are texts: 10 comes before 2. */
function inOrder(blob: { blobId: string; parts: StoredPart[]; changedAt: Date }): StoredBlob {
	return { ...blob, parts: blob.parts.sort((a, b) => a.index - b.index) };
}

async function pageOf(bucket: S3mini, prefix: string, token?: string) {
	const what = 'The bucket of blobs could not be listed';
	const page = await patiently(what, () => bucket.listObjectsPaged('/', prefix, 1000, token));
	if (!page) throw new BlobFailure(what, 'NoSuchBucket');
	return { objects: page.objects ?? [], nextContinuationToken: page.nextContinuationToken };
}

async function removeObject(bucket: S3mini, key: string): Promise<void> {
	try {
		await patiently('A part of a blob could not be removed from the bucket', () => bucket.deleteObject(key));
	} catch (error) {
		if (!(error instanceof BlobFailure && error.code.startsWith('404'))) throw error;
	}
}

/** What services say when a bucket is full: 507, or the code of a quota. */
const fullCodes = ['507', 'QuotaExceeded', 'StorageFull'];

async function patiently<T>(what: string, ask: () => Promise<T>): Promise<T> {
	for (const pauseMs of [...pausesMs, undefined]) {
		try {
			return await ask();
		} catch (error) {
			const code = codeOf(error);
			if (pauseMs === undefined || !isPassing(error, code)) throw new BlobFailure(what, code);
			await wait(pauseMs);
		}
	}
	throw new BlobFailure(what, 'unknown');
}

function isPassing(error: unknown, code: string): boolean {
	if (code === 'TimeoutError' || fullCodes.some((full) => code.includes(full))) return false;
	return !(error instanceof S3ServiceError) || error.status >= 500 || error.status === 429 || error.status === 408;
}

/** The answer's number and the service's word for it, or what happened to the line; never the body, which repeats keys. */
function codeOf(error: unknown): string {
	if (error instanceof S3ServiceError) {
		const word = error.serviceCode;
		return `${error.status}${word !== undefined && /^[A-Za-z]{1,40}$/.test(word) ? ` ${word}` : ''}`;
	}
	const cause = error instanceof Error ? error.cause : undefined;
	return errorCode(error) || errorCode(cause) || (error instanceof Error ? error.name : 'unknown');
}
