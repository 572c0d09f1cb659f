import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { CDPSession } from 'playwright-core';

/**
 * The most that a page's JavaScript objects and the bytes behind them took at once while something went on, above what
 * lay there before. `isSwept` frees what nothing refers to before each look: what is left is what the page really holds.
 */
export async function peakOfPage(session: CDPSession, act: () => Promise<unknown>, { isSwept }: { readonly isSwept: boolean }): Promise<number> {
	await session.send('HeapProfiler.collectGarbage');
	const before = await heldBytes(session);
	let peak = before;
	const acting = act();
	const moment = async () => void (await setTimeout(10));
	while ((await Promise.race([acting.then(() => 'done'), moment()])) !== 'done') {
		if (isSwept) await session.send('HeapProfiler.collectGarbage');
		peak = Math.max(peak, await heldBytes(session));
	}
	return peak - before;
}

async function heldBytes(session: CDPSession): Promise<number> {
	const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
	return usedSize + backingStorageSize;
}

/** The most memory that a process had resident at once while something went on, and what it had before, in bytes (Linux: proc(5)). */
export async function peakOfProcess(pid: number, act: () => Promise<unknown>): Promise<{ readonly before: number; readonly peak: number }> {
	writeFileSync(`/proc/${pid}/clear_refs`, '5');
	const before = kilobytes(pid, 'VmRSS');
	await act();
	return { before: before * 1024, peak: kilobytes(pid, 'VmHWM') * 1024 };
}

function kilobytes(pid: number, name: string): number {
	return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
