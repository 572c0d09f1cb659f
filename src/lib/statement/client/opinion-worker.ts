import { commonGround, type Ballots, type CommonGround } from '#lib/statement/opinion/index.ts';

/** What the worker is given: once, and it does one computation in its life. */
export type ToOpinionWorker = Ballots;

/** The share that is done, from 0 to 1, at each step; then the result. */
export type FromOpinionWorker = { readonly kind: 'progress'; readonly share: number } | { readonly kind: 'result'; readonly result: CommonGround };

addEventListener('message', ({ data }: MessageEvent<ToOpinionWorker>) => {
	const running = commonGround(data);
	for (;;) {
		const next = running.next();
		tell(next.done ? { kind: 'result', result: next.value } : { kind: 'progress', share: next.value });
		if (next.done) return;
	}
});

function tell(what: FromOpinionWorker): void {
	// oxlint-disable-next-line require-post-message-target-origin -- a worker has no origin to name, windows have
	postMessage(what);
}
