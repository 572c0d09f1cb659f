import { whileSending } from '#lib/people/client/session.svelte.ts';
import type { Failed } from './failed.ts';
import { shownError } from './failed.ts';
import type { OpenCircle } from '../client/open-circle.ts';

/** A file on its way to a circle. */
export interface Sending {
	readonly id: number;
	readonly circle: string;
	readonly name: string;
	readonly sizeBytes: number;
	/** `waiting`: others are sent first. `lost`: the connection is gone, and it goes on by itself when it is back. */
	readonly state: 'waiting' | 'sending' | 'lost' | 'sent' | 'failed';
	/** 0 to 1. */
	readonly share: number;
	readonly failed: Failed | undefined;
}

export interface FileToSend {
	readonly file: Blob;
	readonly name: string;
	readonly type: string;
}

/**
 * What is being sent from this tab, one file after the other. It stands outside of any page, so that a person can go on
 * reading and writing meanwhile.
 */
const all = $state<{ list: Sending[] }>({ list: [] });
const stops: Record<number, AbortController> = {};
let last = 0;
let queue: Promise<void> = Promise.resolve();

export const sending = {
	/** In the order in which they were chosen. */
	of: (circle: string): readonly Sending[] => all.list.filter((each) => each.circle === circle),
	get isBusy(): boolean {
		return all.list.some(({ state }) => state === 'waiting' || state === 'sending' || state === 'lost');
	}
};

/** Sends files to a circle; `sent` is told after each that arrived. */
export function sendFiles(circle: OpenCircle, files: readonly FileToSend[], sent: () => void): void {
	// The same function each time, so it is listened with once.
	addEventListener('beforeunload', askFirst);
	for (const file of files) {
		last += 1;
		const id = last;
		const stop = new AbortController();
		stops[id] = stop;
		all.list.push({ id, circle: circle.id, name: file.name, sizeBytes: file.file.size, state: 'waiting', share: 0, failed: undefined });
		queue = queue.then(() => sendOne(circle, id, file, stop.signal, sent));
	}
}

export function stopSending(id: number): void {
	stops[id]?.abort();
	forget(id);
}

/** Takes what is done with off the list. */
export function forget(id: number): void {
	all.list = all.list.filter((each) => each.id !== id);
	delete stops[id];
}

/** What is on its way ends with the tab. */
function askFirst(event: BeforeUnloadEvent): void {
	if (sending.isBusy) event.preventDefault();
}

async function sendOne(circle: OpenCircle, id: number, { file, name, type }: FileToSend, signal: AbortSignal, sent: () => void): Promise<void> {
	if (signal.aborted) return;
	change(id, { state: 'sending' });
	try {
		const upload = circle.upload({
			file,
			name,
			type,
			signal,
			onProgress: ({ sentBytes, ofBytes, waiting }) => change(id, { state: waiting ? 'lost' : 'sending', share: ofBytes === 0 ? 1 : sentBytes / ofBytes })
		});
		const uploaded = await whileSending(upload);
		if (uploaded.ok) {
			change(id, { state: 'sent', share: 1 });
			sent();
		} else if (uploaded.reason !== 'cancelled') change(id, { state: 'failed', failed: uploaded.reason });
	} catch (error) {
		change(id, { state: 'failed', failed: shownError(error) });
	}
}

function change(id: number, changed: Partial<Sending>): void {
	all.list = all.list.map((each) => (each.id === id ? { ...each, ...changed } : each));
}
