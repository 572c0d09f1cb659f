import type { AccountKeys } from '#vault';
import { fetchPatiently } from '#lib/people/client/patience.ts';
import { memoryOf } from '#lib/people/client/device-memory.ts';
import { askJson, send, session } from '#lib/people/client/session.svelte.ts';
import type { Answer, Link } from './link.ts';
import type { About, ListedCircle, OpenCircle, Outcome, OwnCircle } from './open-circle.ts';
import { Circles } from './opening.ts';

/** Every circle that the open account belongs to, but for its own; each opened and verified, or why it could not be. */
export async function openCircles(): Promise<Outcome<{ readonly circles: readonly ListedCircle[] }>> {
	return circlesNow()?.openCircles() ?? locked;
}

/** One circle, opened and verified. Rejects with a `VaultTrouble` when the server is not to be believed. */
export async function openCircle(id: string): Promise<Outcome<{ readonly circle: OpenCircle }>> {
	return circlesNow()?.openCircle(id) ?? locked;
}

/** Founds a circle; keepers and staff. */
export async function foundCircle(about: About): Promise<Outcome<{ readonly circle: OpenCircle }>> {
	return circlesNow()?.foundCircle(about) ?? locked;
}

/** Our own circle; founded when it is not there yet, so that joining ends with this. `known`: as this tab read it before will do. */
export async function openOwnCircle(options?: { readonly known?: boolean }): Promise<Outcome<{ readonly own: OwnCircle }>> {
	return circlesNow()?.openOwnCircle(options) ?? locked;
}

/** How the open account asks and sends, for what another domain keeps beside circles; undefined while it is locked. */
export function linkNow(): Link | undefined {
	return circlesNow() && open?.link;
}

const locked = { ok: false, reason: 'locked' } as const;

let open: { readonly keys: AccountKeys; readonly link: Link; readonly circles: Circles } | undefined;

/** The circles of the account that this tab holds open; another account, or the same unlocked anew, begins anew. */
function circlesNow(): Circles | undefined {
	const unlocked = session.current;
	if (unlocked === undefined) return (open = undefined);
	if (open?.keys !== unlocked.keys) {
		const { keys, name } = unlocked;
		const link = linkOf(keys, name);
		open = { keys, link, circles: new Circles(link) };
	}
	return open.circles;
}

function linkOf(keys: AccountKeys, name: string): Link {
	return {
		keys,
		name,
		memory: memoryOf(keys),
		now: () => new Date(),
		pause,
		ask: (path) => askJson(path, (found) => found ?? undefined),
		send,
		askBytes
	};
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const done = (): void => {
			clearTimeout(timer);
			resolve();
		};
		const timer = setTimeout(done, ms);
		signal?.addEventListener('abort', done, { once: true });
		// A connection that is back need not be waited for.
		addEventListener('online', done, { once: true });
	});
}

const reasons: Readonly<Record<number, string>> = { 401: 'signed-out', 404: 'not-found', 429: 'slow-down' };

async function askBytes(path: string, mostBytes: number): Promise<Answer> {
	try {
		const response = await fetchPatiently(path, {}, () => session.current !== undefined);
		if (!response.ok) return { ok: false, status: response.status, reason: reasons[response.status] ?? 'failed' };
		const value = await bytesOf(response, mostBytes);
		return value ? { ok: true, status: response.status, value } : { ok: false, status: response.status, reason: 'failed' };
	} catch {
		return { ok: false, status: 0, reason: 'offline' };
	}
}

/** A body of at most so many bytes; undefined for a longer one, of which no more than that was read. */
async function bytesOf({ body }: Response, mostBytes: number): Promise<Uint8Array | undefined> {
	const whole = new Uint8Array(mostBytes);
	let filled = 0;
	const reader = body?.getReader();
	for (;;) {
		const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
		if (done) return whole.subarray(0, filled);
		if (filled + value.length > mostBytes) {
			await reader?.cancel();
			return undefined;
		}
		whole.set(value, filled);
		filled += value.length;
	}
}
