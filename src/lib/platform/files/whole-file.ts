import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** Either the whole file under its name, on the disk, or nothing; readable by this account alone. */
export async function writeWhole({ folder, name, bytes }: { readonly folder: string; readonly name: string; readonly bytes: Uint8Array | Readable }): Promise<void> {
	const unfinished = join(folder, `.${name}.${randomUUID()}.unfinished`);
	try {
		const file = await open(unfinished, 'wx', 0o600);
		try {
			await file.writeFile(bytes);
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(unfinished, join(folder, name));
	} catch (error) {
		await rm(unfinished, { force: true });
		throw error;
	}
	await syncFolder(folder);
}

/** Brings the names in a folder to the disk, too: without it a power cut can take a file's name and leave its bytes. */
export async function syncFolder(folder: string): Promise<void> {
	const opened = await open(folder, 'r');
	try {
		await opened.sync();
	} finally {
		await opened.close();
	}
}
