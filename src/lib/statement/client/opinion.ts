import { trustedWorker } from '#lib/platform/ui/trusted-worker.ts';
import type { Ballots, CommonGround } from '#lib/statement/opinion/index.ts';
import type { FromOpinionWorker, ToOpinionWorker } from './opinion-worker.ts';
import workerUrl from './opinion-worker.ts?worker&url';

export type Found = { readonly ok: true; readonly ground: CommonGround } | { readonly ok: false; readonly reason: 'cancelled' | 'no-worker' };

interface Watching {
	/** Told the share that is done, from 0 to 1. */
	readonly onProgress?: (share: number) => void;
	/** Ends the worker at once, wherever it is. */
	readonly signal?: AbortSignal;
	/** For tests: what a browser gives. */
	readonly open?: () => Worker;
}

/**
 * The common ground of ballots, found in a worker of its own that ends with it, so that a page of thousands can still be
 * read meanwhile and what was opened does not stay. `no-worker`: the browser makes none; `commonGround` itself runs anywhere.
 */
export function foundCommonGround(ballots: Ballots, { onProgress, signal, open = opened }: Watching = {}): Promise<Found> {
	if (signal?.aborted) return Promise.resolve({ ok: false, reason: 'cancelled' });
	let worker: Worker;
	try {
		worker = open();
	} catch {
		return Promise.resolve({ ok: false, reason: 'no-worker' });
	}
	return new Promise<Found>((resolve) => {
		signal?.addEventListener('abort', () => resolve({ ok: false, reason: 'cancelled' }), { once: true });
		worker.addEventListener('error', () => resolve({ ok: false, reason: 'no-worker' }));
		worker.addEventListener('message', ({ data }: MessageEvent<FromOpinionWorker>) => {
			if (data.kind === 'progress') onProgress?.(data.share);
			else resolve({ ok: true, ground: data.result });
		});
		const asked: ToOpinionWorker = ballots;
		// oxlint-disable-next-line require-post-message-target-origin -- a worker has no origin to name, windows have
		worker.postMessage(asked);
	}).finally(() => worker.terminate());
}

const opened = (): Worker => new Worker(trustedWorker(workerUrl), { type: 'module' });
