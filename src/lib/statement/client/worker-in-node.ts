import { Worker as Thread } from 'node:worker_threads';

/** For tests: the worker's own file in a thread of Node, which has the two names that it asks a browser for. */
export function workerInNode(): Worker & { hasEnded(): boolean } {
	const file = new URL('./opinion-worker.ts', import.meta.url).href;
	const thread = new Thread(
		`const { parentPort } = require('node:worker_threads');
		globalThis.postMessage = (message) => parentPort.postMessage(message);
		const waiting = [];
		globalThis.addEventListener = (_, listener) => { parentPort.on('message', (data) => listener({ data })); waiting.splice(0).forEach((data) => listener({ data })); };
		const early = (data) => waiting.push(data);
		parentPort.once('message', early);
		import(${JSON.stringify(file)}).then(() => parentPort.off('message', early));`,
		{ eval: true }
	);
	let ended = false;
	thread.once('exit', () => (ended = true));
	const worker = {
		addEventListener: (kind: string, listener: (event: { readonly data: unknown }) => void) => void thread.on(kind, (data: unknown) => listener({ data })),
		// oxlint-disable-next-line require-post-message-target-origin -- a thread has no origin to name
		postMessage: (message: unknown) => thread.postMessage(message),
		terminate: () => void thread.terminate(),
		hasEnded: () => ended
	};
	// Of a browser's worker this has what ours asks for.
	return worker as unknown as Worker & { hasEnded(): boolean };
}
