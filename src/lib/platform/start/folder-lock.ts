import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isRunning, startTimeOf } from './process.ts';
import { errorCode, Refusal } from './refusal.ts';

/**
 * Takes a data folder for this process and gives back the function that releases it. A second process that asks for
 * the same folder is refused with the pid of the first. The lock of a killed process is taken over: the file names the
 * pid together with the process's start time, so that a later process with the same pid is not mistaken for it.
 */
export function lockFolder(dataDir: string): () => void {
	makePassable(dataDir);
	const path = join(dataDir, 'steadfast.lock');
	const own = `${process.pid} ${startTimeOf(process.pid)}\n`;
	const rival = take(path, own);
	if (rival === undefined) return () => release(path, own);
	throw new Refusal(
		`Steadfast already runs on the data folder ${dataDir} (process ${rival}). Nothing was changed. ` +
			'Stop that one first, or set DATA_DIR to another folder.'
	);
}

/**
 * Note: One heir for each dead lock.
 * Takes the lock and gives back undefined, or gives back the pid of the living process that has it. Two who find the
 * same dead lock must not both replace it: so the right to replace is itself a lock (`.heir`), and who has it looks
 * again whether the dead one still lies there. It is replaced in one step and never missing: nobody can slip in.
 */
function take(path: string, own: string): number | undefined {
	for (;;) {
		if (create(path, own)) return undefined;
		const found = read(path);
		if (found === undefined) continue; // Released just now.
		const pid = holder(found);
		if (pid !== undefined) return pid;
		const rival = take(`${path}.heir`, own);
		if (rival !== undefined) return rival;
		try {
			if (read(path) === found) {
				replace(path, own);
				return undefined;
			}
		} finally {
			release(`${path}.heir`, own);
		}
	}
}

/**
 * Makes a folder, and those above it, where they are missing. Others on this machine may pass through to what is theirs
 * (PostgreSQL's account to its data), but not look around, whatever the umask says.
 */
export function makePassable(folder: string): void {
	const wanted = resolve(folder);
	const first = mkdirSync(wanted, { recursive: true });
	if (first === undefined) return;
	for (let made = wanted; made.length >= first.length; made = dirname(made)) chmodSync(made, 0o711);
}

/** Creation by `link` is atomic and brings the content along: nobody ever reads an empty lock. */
function create(path: string, content: string): boolean {
	const draft = `${path}.${process.pid}`;
	try {
		writeFileSync(draft, content, { mode: 0o600 });
		linkSync(draft, path);
		return true;
	} catch (error) {
		if (errorCode(error) === 'EEXIST') return false;
		throw error;
	} finally {
		rmSync(draft, { force: true });
	}
}

function read(path: string): string | undefined {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return undefined;
		throw error;
	}
}

function holder(content: string): number | undefined {
	const [pidText = '', startTime = ''] = content.trim().split(' ');
	const pid = Number(pidText);
	return Number.isInteger(pid) && pid > 0 && isRunning(pid) && startTimeOf(pid) === startTime ? pid : undefined;
}

function replace(path: string, content: string): void {
	const draft = `${path}.${process.pid}`;
	writeFileSync(draft, content, { mode: 0o600 });
	renameSync(draft, path);
}

function release(path: string, own: string): void {
	if (read(path) === own) rmSync(path, { force: true });
}
