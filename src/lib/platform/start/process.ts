import { existsSync, readFileSync } from 'node:fs';

/**
 * Whether a process runs. A zombie (ended, but nobody has asked how) counts as gone: a killed postmaster in a container
 * without an init stays one for ever, and PostgreSQL itself would take its pid for a living rival.
 */
export function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
	return statFields(pid)?.state !== 'Z';
}

/** What tells a process from a later one with the same pid: its start time in clock ticks; '' where /proc is absent. */
export function startTimeOf(pid: number): string {
	return statFields(pid)?.startTime ?? '';
}

/** The words of a process's command line, none for one that is gone or is the kernel's; undefined where /proc is absent. */
export function commandLineOf(pid: number): string[] | undefined {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
	} catch {
		return existsSync('/proc/self/cmdline') ? [] : undefined;
	}
}

function statFields(pid: number): { state: string; startTime: string } | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// The second field is the program's name in parentheses and may itself hold blanks and parentheses (proc(5)).
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return { state: fields[0] ?? '', startTime: fields[19] ?? '' };
	} catch {
		return undefined;
	}
}
