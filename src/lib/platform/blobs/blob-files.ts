import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder, writeWhole } from '../files/whole-file.ts';
import { errorCode } from '../start/refusal.ts';
import { BlobFailure, isBlobId, isPartIndex, type BlobStore, type StoredBlob, type StoredPart } from './blob.ts';

/**
 * Blobs as files, `<first two characters of the id>/<id>/<index>`: 4,096 folders side by side at most, so that none
 * becomes slow. Files are written beside their place (`.….unfinished`), synced, and moved there.
 */
export function blobsInFiles(root: string): BlobStore {
	const folderOf = (blobId: string) => join(root, blobId.slice(0, 2), blobId);
	return {
		async putPart(blobId, index, bytes) {
			try {
				await makeFolders(root, folderOf(blobId));
				await writeWhole({ folder: folderOf(blobId), name: String(index), bytes });
				return { ok: true };
			} catch (error) {
				if (isFull(error)) return { ok: false, reason: 'full' };
				throw failure('A part of a blob could not be written', error);
			}
		},
		async readPart(blobId, index) {
			return unlessAbsent('A part of a blob could not be read', () => readFile(join(folderOf(blobId), String(index))));
		},
		async removeBlob(blobId) {
			const folder = folderOf(blobId);
			try {
				await rm(folder, { recursive: true, force: true, maxRetries: 3 });
				await unlessAbsent('', () => syncFolder(dirname(folder)));
			} catch (error) {
				throw failure('A blob could not be removed', error);
			}
		},
		async *list() {
			for (const shelf of await namesIn(root)) {
				for (const blobId of (await namesIn(join(root, shelf))).filter(isBlobId)) {
					const found = await blobIn(blobId, folderOf(blobId));
					if (found) yield found;
				}
			}
		}
	};
}

async function blobIn(blobId: string, folder: string): Promise<StoredBlob | undefined> {
	return unlessAbsent('A blob could not be looked at', async () => {
		const names = (await readdir(folder)).filter((name) => /^(0|[1-9]\d*)$/.test(name) && isPartIndex(Number(name)));
		let changedMs = (await stat(folder)).mtimeMs;
		const parts: StoredPart[] = [];
		for (const name of names) {
			const { size, mtimeMs } = await stat(join(folder, name));
			parts.push({ index: Number(name), bytes: size });
			changedMs = Math.max(changedMs, mtimeMs);
		}
		return { blobId, parts: parts.sort((a, b) => a.index - b.index), changedAt: new Date(changedMs) };
	});
}

/** Each new folder is synced into the one above: else a power cut could take a part that was acknowledged. */
async function makeFolders(root: string, folder: string): Promise<void> {
	const first = await mkdir(folder, { recursive: true, mode: 0o700 });
	if (first === undefined) return;
	for (let made = folder; ; made = dirname(made)) {
		await syncFolder(dirname(made));
		if (made === first || made === root) return;
	}
}

async function namesIn(folder: string): Promise<string[]> {
	return (await unlessAbsent('The folder of blobs could not be read', () => readdir(folder))) ?? [];
}

async function unlessAbsent<T>(what: string, look: () => Promise<T>): Promise<T | undefined> {
	try {
		return await look();
	} catch (error) {
		if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return undefined;
		throw failure(what, error);
	}
}

/** No room on the disk, or none left of what the account may use. */
function isFull(error: unknown): boolean {
	return ['ENOSPC', 'EDQUOT'].includes(errorCode(error));
}

function failure(what: string, error: unknown): BlobFailure {
	return error instanceof BlobFailure ? error : new BlobFailure(what, errorCode(error) || 'unknown');
}
