import { toText, utf8 } from '#lib/vault/envelope.ts';

/** What came of asking the server: `reason` is its word, or `offline` where it could not be reached. */
export type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly status: number; readonly reason: string };

export interface Asking {
	readonly method: 'GET' | 'POST' | 'PUT';
	/** With its query. */
	readonly path: string;
	readonly body?: Uint8Array<ArrayBuffer> | Blob;
	readonly headers?: Readonly<Record<string, string>>;
	readonly signal?: AbortSignal | undefined;
}

/**
 * All that applying needs of the world. Nobody is signed in: no cookie is sent, and none is taken. Tests make one of an
 * address.
 */
export interface Line {
	ask(asking: Asking): Promise<Answer>;
	/** By this device's own clock, which may be wrong. */
	now(): Date;
	/** Resolves after so many milliseconds, when the network comes back, or when the signal is aborted. */
	pause(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The line of this browser, or to another origin. Never follows a redirect. `ahead`: the answer to what is asked first, where that was asked before. */
export function lineTo(origin = '', headers: Readonly<Record<string, string>> = {}, ahead?: Promise<Response>): Line {
	let first = ahead;
	return {
		now: () => new Date(),
		pause: pauseOrNetwork,
		async ask({ method, path, body, headers: own = {}, signal }) {
			let response: Response;
			try {
				const begun = first;
				first = undefined;
				response = await (begun ?? fetch(origin + path, { method, headers: { accept: 'application/json', ...headers, ...own }, redirect: 'error', cache: 'no-store', credentials: 'omit', ...(body && { body }), ...(signal && { signal }) }));
				if (response.ok) return { ok: true, value: await response.json() };
			} catch {
				return { ok: false, status: 0, reason: 'offline' };
			}
			const told: unknown = await response.json().catch(() => undefined);
			return { ok: false, status: response.status, reason: typeof told === 'object' && told !== null && 'reason' in told ? String(told.reason) : 'failed' };
		}
	};
}

function pauseOrNetwork(ms: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const done = (): void => {
			clearTimeout(timer);
			globalThis.removeEventListener?.('online', done);
			signal?.removeEventListener('abort', done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		globalThis.addEventListener?.('online', done);
		signal?.addEventListener('abort', done);
	});
}

/** What a phone and a network can do that mends itself: then the same is sent again, until it has arrived. */
function mayPass({ status, reason }: { readonly status: number; readonly reason: string }): boolean {
	return reason === 'offline' || status === 429 || status === 408 || (status >= 500 && status !== 507);
}

const longestPauseMs = 30_000;

/** Asks until there is an answer that waiting does not change. `onWaiting` is told each time before it waits. */
export async function persist(line: Line, asking: Asking, onWaiting: () => void): Promise<Answer | { readonly ok: false; readonly status: 0; readonly reason: 'cancelled' }> {
	for (let pauseMs = 1000; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
		if (asking.signal?.aborted === true) return { ok: false, status: 0, reason: 'cancelled' };
		const answer = await line.ask(asking);
		if (answer.ok || !mayPass(answer)) return answer;
		onWaiting();
		await line.pause(pauseMs, asking.signal);
	}
}

/** A body of JSON as it is sent and signed. */
export function jsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
	return utf8(JSON.stringify(value));
}

/** 16 random bytes as base64url. */
export function newId(): string {
	return toText(crypto.getRandomValues(new Uint8Array(16)));
}
