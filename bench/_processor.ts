import { readFileSync } from 'node:fs';

/** Milliseconds of processor time that a process has used so far, all its threads, in steps of ten (Linux: proc(5)). */
export function processorMs(pid: number): number {
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
	return (Number(fields[11]) + Number(fields[12])) * 10;
}
