import type { AccountKeys } from '#vault';
import type { Memory } from '#lib/people/client/memory.ts';
import type { Json } from '#lib/vault/envelope.ts';

/** What came of asking the server, as people's client says it. `offline` where it could not be reached. */
export type Answer = { readonly ok: true; readonly status: number; readonly value: unknown } | { readonly ok: false; readonly status: number; readonly reason: string };

/**
 * All that this layer needs of the world: an open account, a way to ask and to send, and a memory. In a browser
 * `link` of `circles.ts` makes it of the open session; tests make it of an account and an address.
 */
export interface Link {
	readonly keys: AccountKeys;
	/** The person's own name, for the records that tell it to the members of a circle. */
	readonly name: string;
	readonly memory: Memory;
	readonly now: () => Date;
	/** Resolves after so many milliseconds, or sooner when the signal is aborted. */
	readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
	ask(path: string): Promise<Answer>;
	/** A signed request. */
	send(method: 'POST' | 'PUT' | 'DELETE', path: string, body: Json | Uint8Array): Promise<Answer>;
	/** Bytes as they lie there; the answer's value is a `Uint8Array`. More than `mostBytes` is `failed`. */
	askBytes(path: string, mostBytes: number): Promise<Answer>;
}
