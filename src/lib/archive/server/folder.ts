import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { errorCode, Refusal } from '#lib/platform/start/refusal.ts';
import { maxFileBytes } from '../files.ts';

/** What is wrong with a folder, in words for the person who named it. */
export class FolderError extends Refusal {}

const maxFiles = 5_000;
const maxBytes = 500_000_000;

/**
 * Everything in a folder, by path from it with `/` between names, in the order of the paths. Names that begin with a dot
 * are not looked into. Of each file at most one byte more than the record allows is read: enough to say that it is too large.
 * Throws `FolderError` where there is no such folder, on a symbolic link (it could lead out of the folder) or anything
 * else that is no file, and beyond 5,000 files or 500 MB.
 */
export async function readFolder(dir: string): Promise<Map<string, Uint8Array>> {
	const root = resolve(dir);
	const found = await existing(stat(root));
	if (!found?.isDirectory()) throw new FolderError(`There is no folder ${root}.`);
	const files = new Map<string, Uint8Array>();
	let sizeBytes = 0;
	for (const path of (await pathsIn(root)).sort()) {
		const bytes = await beginningOf(join(root, ...path.split('/')), path);
		sizeBytes += bytes.length;
		if (sizeBytes > maxBytes) throw new FolderError(`${root} holds more than ${maxBytes} bytes.`);
		files.set(path, bytes);
	}
	return files;
}

/**
 * Writes a new folder with exactly these files. They are written to a folder beside it, brought to the disk, and that is
 * renamed at last: whoever looks, also after a kill, finds the whole folder or none (and at worst a `.<name>.partial-…`
 * beside it, which may be deleted). Throws `FolderError` where the folder exists and is not empty, an earlier export
 * too: so nothing is ever overwritten. Folders above it are made where missing.
 */
export async function writeFolder(dir: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
	const root = resolve(dir);
	for (const path of files.keys()) if (!isInside(path)) throw new Error('A path leads out of the folder that is to be written.');
	await refuseIfTaken(root);

	const partial = join(dirname(root), `.${basename(root)}.partial-${randomBytes(6).toString('hex')}`);
	try {
		await mkdir(partial, { recursive: true });
		for (const [path, bytes] of files) {
			const target = join(partial, ...path.split('/'));
			await mkdir(dirname(target), { recursive: true });
			await writeFile(target, bytes, { flag: 'wx', flush: true });
		}
		await moveInto(partial, root);
	} catch (error) {
		await rm(partial, { recursive: true, force: true });
		throw error;
	}
}

/** Undefined where nothing has that name. */
async function existing(found: Promise<Stats>): Promise<Stats | undefined> {
	try {
		return await found;
	} catch (error) {
		if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
		throw error;
	}
}

async function pathsIn(root: string): Promise<string[]> {
	const paths: string[] = [];
	const folders = [''];
	for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
		for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
			if (entry.name.startsWith('.')) continue;
			const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
			if (entry.isDirectory()) folders.push(path);
			else if (entry.isFile()) paths.push(path);
			else throw new FolderError(`${JSON.stringify(path)} is ${entry.isSymbolicLink() ? 'a symbolic link' : 'no ordinary file'}: put the file itself there.`);
			if (paths.length + folders.length > maxFiles) throw new FolderError(`${root} holds more than ${maxFiles} files.`);
		}
	}
	return paths;
}

async function beginningOf(path: string, name: string): Promise<Uint8Array> {
	try {
		// O_NOFOLLOW: the entry may have been exchanged for a link since the folder was read.
		const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
		try {
			const { size } = await handle.stat();
			const buffer = new Uint8Array(Math.min(size, maxFileBytes.photo + 1));
			let filled = 0;
			for (let read = -1; read !== 0 && filled < buffer.length; filled += read) {
				({ bytesRead: read } = await handle.read(buffer, filled, buffer.length - filled, filled));
			}
			return buffer.subarray(0, filled);
		} finally {
			await handle.close();
		}
	} catch (error) {
		throw new FolderError(`${JSON.stringify(name)} cannot be read (${errorCode(error)}).`, { cause: error });
	}
}

function isInside(path: string): boolean {
	return !path.includes('\0') && !path.includes('\\') && path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
}

async function refuseIfTaken(root: string): Promise<void> {
	const found = await existing(lstat(root));
	if (found === undefined) return;
	if (!found.isDirectory()) throw new FolderError(`${root} exists and is no folder.`);
	if ((await readdir(root)).length > 0) throw new FolderError(`${root} is not empty: name a new folder, nothing is overwritten.`);
}

/** Renaming replaces an empty folder and nothing else; where the system does not (Windows), the empty one goes first. */
async function moveInto(partial: string, root: string): Promise<void> {
	try {
		if (sep === '\\' && (await existing(lstat(root))) !== undefined) await rmdir(root);
		await rename(partial, root);
	} catch (error) {
		const code = errorCode(error);
		if (code === 'ENOTEMPTY' || code === 'EEXIST') throw new FolderError(`${root} is not empty any more: nothing was written.`, { cause: error });
		if (code === 'EBUSY' || code === 'EXDEV') throw new FolderError(`${root} is where a disk or volume is mounted: name a folder inside it.`, { cause: error });
		throw error;
	}
}
