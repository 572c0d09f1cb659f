import { fingerprintOf } from '#lib/people/sign-in.ts';
import { trustedWorker } from '#lib/platform/ui/trusted-worker.ts';
import { fromText, type Bytes } from '#lib/vault/envelope.ts';
import type { Begun, Done, FromOpaqueWorker, ToOpaqueWorker } from './opaque-talk.ts';
import workerUrl from './opaque-worker.ts?worker&url';

/** What came of a ceremony. `message` goes to the server; `secret` opens the unlock envelope and never leaves. */
export type Stretched =
	| { readonly ok: true; readonly message: string; readonly secret: Bytes }
	/** `wrong`: not the passphrase of this name. `other-server`: a server with other keys. `no-worker`: the browser cannot. */
	| { readonly ok: false; readonly reason: 'wrong' | 'other-server' | 'no-worker' | 'malformed' | 'refused' };

interface Ceremony<Answer> {
	readonly kind: 'registration' | 'login';
	readonly passphrase: string;
	/** See `fingerprintOf`; what the server's key must hash to. */
	readonly installation: string;
	/** Sends the request; gives back the server's answer to stretch with, or undefined to give up. */
	readonly ask: (request: string) => Promise<Answer>;
}

/**
 * One OPAQUE ceremony up to the last message for the server, in a worker of its own that ends with it, so that no
 * passphrase stays in its memory.
 */
export async function stretch({ kind, passphrase, installation, ask }: Ceremony<string | undefined>): Promise<Stretched> {
	const worker = openWorker();
	if (worker === undefined) return { ok: false, reason: 'no-worker' };
	const password = normalised(passphrase);
	try {
		const begun = await told(worker, { do: `begin-${kind}`, password });
		if (!begun.ok) return { ok: false, reason: 'no-worker' };
		const { state, request } = begun.value as Begun;
		const response = await ask(request);
		if (response === undefined) return { ok: false, reason: 'refused' };
		const done = await told(worker, { do: `finish-${kind}`, password, state, response });
		if (!done.ok) return { ok: false, reason: 'malformed' };
		if (done.value === undefined) return { ok: false, reason: 'wrong' };
		const { message, exportKey, serverKey } = done.value as Done;
		if ((await fingerprintOf(fromText(serverKey) ?? new Uint8Array())) !== installation) return { ok: false, reason: 'other-server' };
		return { ok: true, message, secret: fromText(exportKey) ?? new Uint8Array() };
	} finally {
		worker.terminate();
	}
}

/** However it was typed: keyboards compose accents in two ways, and phones put two blanks or a capital where none was meant. */
function normalised(passphrase: string): string {
	return passphrase.normalize('NFKC').trim().replaceAll(/\s+/gu, ' ');
}

function openWorker(): Worker | undefined {
	try {
		return new Worker(trustedWorker(workerUrl), { type: 'module' });
	} catch {
		return undefined;
	}
}

function told(worker: Worker, asked: ToOpaqueWorker): Promise<FromOpaqueWorker> {
	return new Promise((resolve) => {
		worker.addEventListener('message', ({ data }: MessageEvent<FromOpaqueWorker>) => resolve(data), { once: true });
		worker.addEventListener('error', () => resolve({ ok: false }), { once: true });
		// oxlint-disable-next-line require-post-message-target-origin -- a worker has no origin to name, windows have
		worker.postMessage(asked);
	});
}
