import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { chmod, link, lstat, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { makePassable } from '../start/folder-lock.ts';
import { syncFolder } from '../files/whole-file.ts';
import { errorCode, Refusal } from '../start/refusal.ts';

/**
 * A secret of this server: the bytes of the file `secrets/<name>` in the data folder, made by `make` on first use and
 * the same ever after. Two processes that ask for the first time at once get the same bytes.
 *
 * Note: A secret lies beside the database, never in it.
 * Whoever takes the database or a backup must not have it. So it is a file of its own, for our account only, that no
 * backup takes along: what its loss means stands in docs/operations.md.
 *
 * Throws a `Refusal`, with nothing changed, for a file or folder that is not ours alone, and for an empty or unreadable
 * one: a secret made anew in its place would quietly shut out everybody who depends on the old one.
 */
export async function secretFile({ dataDir }: Pick<Config, 'dataDir'>, name: string, make: () => Made | Promise<Made>): Promise<Buffer> {
	if (!/^[a-z][a-z0-9-]{0,40}$/.test(name)) throw new Error('The name of a secret is a short word in lower case.');
	const folder = join(dataDir, 'secrets');
	const path = join(folder, name);
	await makeFolder(dataDir, folder);
	return (await readSecret(path)) ?? (await putFirst({ folder, path, bytes: Buffer.from(await make()) }));
}

type Made = Uint8Array | string;

async function makeFolder(dataDir: string, folder: string): Promise<void> {
	makePassable(dataDir);
	try {
		await mkdir(folder, { mode: 0o700 });
		await chmod(folder, 0o700);
		await syncFolder(dataDir);
	} catch (error) {
		if (errorCode(error) !== 'EEXIST') throw error;
		const found = await lstat(folder);
		if (!found.isDirectory()) throw refusal(folder, 'is not a folder', 'Move it away and start again.');
		refuseStrangers(folder, found, 0o700);
	}
}

/** The secret, or undefined where there is none yet. A symbolic link is refused: it would lead out of the folder. */
async function readSecret(path: string): Promise<Buffer | undefined> {
	try {
		const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		try {
			const found = await file.stat();
			if (!found.isFile()) throw refusal(path, 'is not a file', lost);
			refuseStrangers(path, found, 0o600);
			if (found.size === 0) throw refusal(path, 'is empty', lost);
			return await file.readFile();
		} finally {
			await file.close();
		}
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return undefined;
		if (error instanceof Refusal) throw error;
		throw refusal(path, errorCode(error) === 'ELOOP' ? 'is a link' : `could not be read (${errorCode(error) || 'unknown'})`, lost);
	}
}

const lost = 'Put back the one that was there; docs/operations.md says what to do where it is lost.';

function refuseStrangers(path: string, { uid, mode }: Stats, wanted: number): void {
	const own = process.getuid?.();
	if (own === undefined) return; // A system that has no such modes.
	if (uid !== own) throw refusal(path, `belongs to another account (${uid})`, `Give it to the account that runs Steadfast (chown ${own}) and start again.`);
	if ((mode & 0o777 & ~wanted) !== 0) {
		const found = (mode & 0o777).toString(8).padStart(4, '0');
		throw refusal(path, `can be used by other accounts (mode ${found})`, `If nobody else has read it, close it (chmod ${wanted.toString(8)}) and start again.`);
	}
}

function refusal(path: string, found: string, advice: string): Refusal {
	return new Refusal(`${path}, which holds a secret of this server, ${found}. Nothing was changed. ${advice}`);
}

/** Whole on the disk before it has its name; `link` gives the name to the first only, and later ones read what is there. */
async function putFirst({ folder, path, bytes }: { folder: string; path: string; bytes: Buffer }): Promise<Buffer> {
	if (bytes.length === 0) throw new Error('A secret was made that is empty.');
	const draft = join(folder, `.${randomUUID()}`);
	try {
		const file = await open(draft, 'wx', 0o600);
		try {
			await file.chmod(0o600);
			await file.writeFile(bytes);
			await file.sync();
		} finally {
			await file.close();
		}
		await link(draft, path);
	} catch (error) {
		if (errorCode(error) !== 'EEXIST') throw error;
	} finally {
		await rm(draft, { force: true });
	}
	await syncFolder(folder);
	const kept = await readSecret(path);
	if (kept === undefined) throw refusal(path, 'was taken away just after it had been made', 'Start again.');
	return kept;
}

