import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, startTimeOf } from './process.ts';
import { errorCode, Refusal } from './refusal.ts';

/**
 * Takes a data folder for this process and gives back the function that releases it. A second process that asks for
 * the same folder is refused with the pid of the first. The lock of a killed process is taken over: the file names the
 * pid together with the process's start time, so that a later process with the same pid is not mistaken for it.
 */
export function lockFolder(dataDir: string): () => void {
	mkdirSync(dataDir, { recursive: true });
	const path = join(dataDir, 'steadfast.lock');
	const own = `${process.pid} ${startTimeOf(process.pid)}\n`;
	for (let attempt = 0; attempt < 5; attempt++) {
		if (create(path, own)) return () => release(path, own);
		const found = read(path);
		if (found === undefined) continue;
		const pid = holder(found);
		if (pid !== undefined) {
			throw new Refusal(
				`Steadfast already runs on the data folder ${dataDir} (process ${pid}). Nothing was changed. ` +
					'Stop that one first, or set DATA_DIR to another folder.'
			);
		}
		setAside(path, found);
	}
	throw new Refusal(`The lock ${path} could not be taken. Is another Steadfast starting on this folder? Try again.`);
}

/** Creation by `link` is atomic and brings the content along: nobody ever reads an empty lock. */
function create(path: string, content: string): boolean {
	const draft = `${path}.${process.pid}`;
	writeFileSync(draft, content, { mode: 0o600 });
	try {
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

/** Two processes may find the same dead lock: whoever moved away a living one by mistake puts it back. */
function setAside(path: string, expected: string): void {
	const aside = `${path}.stale.${process.pid}`;
	try {
		renameSync(path, aside);
		if (readFileSync(aside, 'utf8') !== expected) linkSync(aside, path);
	} catch (error) {
		if (!['ENOENT', 'EEXIST'].includes(errorCode(error))) throw error;
	} finally {
		rmSync(aside, { force: true });
	}
}

function release(path: string, own: string): void {
	if (read(path) === own) rmSync(path, { force: true });
}
