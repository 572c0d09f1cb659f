import { join } from 'node:path';
import type { Config } from '../config.ts';
import { isBlobId, isPartIndex, largestPartBytes, type BlobStore } from './blob.ts';
import { blobsInBucket } from './blob-bucket.ts';
import { blobsInFiles } from './blob-files.ts';

/**
 * The store of a configuration: the bucket of BLOB_STORE_URL, or `blobs/` in the data folder. Nothing is touched until
 * the first call. Its functions throw a `BlobFailure` where the disk or the bucket fails, and an `Error` for a blob id,
 * index or size that is none.
 */
export function openBlobs({ blobStore, dataDir }: Pick<Config, 'blobStore' | 'dataDir'>): BlobStore {
	const store = blobStore === undefined ? blobsInFiles(join(dataDir, 'blobs')) : blobsInBucket(blobStore);
	return {
		putPart: async (blobId, index, bytes) => {
			refuseOther(blobId, index);
			if (bytes.length > largestPartBytes) throw new Error(`A part of a blob has ${bytes.length} bytes; ${largestPartBytes} are allowed.`);
			return store.putPart(blobId, index, bytes);
		},
		readPart: async (blobId, index) => {
			refuseOther(blobId, index);
			return store.readPart(blobId, index);
		},
		removeBlob: async (blobId) => {
			refuseOther(blobId, 0);
			return store.removeBlob(blobId);
		},
		list: () => store.list()
	};
}

function refuseOther(blobId: string, index: number): void {
	if (!isBlobId(blobId)) throw new Error('The id of a blob is 22 characters of base64url.');
	if (!isPartIndex(index)) throw new Error('The index of a part is a whole number from 0 on.');
}
