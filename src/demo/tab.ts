import { registerHooks } from 'node:module';
import { isMainThread, parentPort, Worker as Thread } from 'node:worker_threads';

/**
 * Note: A tab without a browser.
 * The demonstration is filled by the very code that browsers run: with it accounts are made, circles founded, applications
 * sealed. `node --conditions=browser --import ./src/demo/tab.ts` gives that code the few things of a browser that it asks
 * for. What this tab remembers ends with it. Whatever is under `src/demo` runs in a process of its own and never in the
 * server, which goes on being unable to open anything.
 */
const workerFile = new URL('../lib/people/client/opaque-worker.ts', import.meta.url);

/** What a page knows a worker's file by: the build gives such an address. */
const workerAddress = '/_app/immutable/workers/opaque.js';

registerHooks({
	resolve: (specifier, context, next) => (specifier.endsWith('?worker&url') ? { url: `data:text/javascript,export default ${JSON.stringify(workerAddress)}`, shortCircuit: true } : next(specifier, context))
});

const origin = process.env['DEMO_ORIGIN'] ?? 'http://localhost';
const events = new EventTarget();
const runes = Object.assign(<T>(first: T) => first, { raw: <T>(first: T) => first });

/** The cookies of whoever sits at this tab; see `sitDown`. */
let cookies = new Map<string, string>();

/** Lets somebody else sit at the tab, with a browser's cookies of their own. Gives back those of who was there. */
export function sitDown(own: Map<string, string>): void {
	cookies = own;
}

const fetchNow = globalThis.fetch;

/** As a browser asks its own origin: addresses begin with `/`, cookies go along and are kept. */
async function fetchFrom(address: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
	if (typeof address !== 'string' || !address.startsWith('/')) return fetchNow(address, init);
	const { credentials, ...rest } = init;
	const headers = new Headers(rest.headers);
	headers.set('origin', origin);
	if (credentials !== 'omit' && cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
	const response = await fetchNow(origin + address, { ...rest, headers });
	for (const line of response.headers.getSetCookie()) keepCookie(line);
	return response;
}

function keepCookie(line: string): void {
	const [pair = ''] = line.split(';');
	const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
	if (value === '') cookies.delete(name);
	else cookies.set(name, value);
}

/** A worker as browsers have it, in a thread of this process; its file is the only one that pages make one of. */
class TabWorker {
	readonly #thread = new Thread(workerFile);

	addEventListener(kind: 'message' | 'error', listener: (event: { readonly data: unknown }) => void): void {
		this.#thread.on(kind, (data: unknown) => listener({ data }));
	}

	postMessage(message: unknown): void {
		// oxlint-disable-next-line require-post-message-target-origin -- a thread has no origin to name, windows have
		this.#thread.postMessage(message);
	}

	terminate(): void {
		void this.#thread.terminate();
	}
}

const keepsNothing = { open: () => { throw new DOMException('Nothing is kept.', 'SecurityError'); } };

Object.assign(globalThis, isMainThread ? ofPage() : ofWorker());

function ofPage(): object {
	return {
		$state: runes,
		window: globalThis,
		location: new URL(origin),
		indexedDB: keepsNothing,
		fetch: fetchFrom,
		Worker: TabWorker,
		addEventListener: events.addEventListener.bind(events),
		removeEventListener: events.removeEventListener.bind(events)
	};
}

function ofWorker(): object {
	return {
		addEventListener: (kind: 'message', listener: (event: { readonly data: unknown }) => void) => parentPort?.on(kind, (data: unknown) => listener({ data })),
		// oxlint-disable-next-line require-post-message-target-origin -- a thread has no origin to name, windows have
		postMessage: (message: unknown) => parentPort?.postMessage(message)
	};
}
