import { signRequest, type AccountKeys, type Unlocker } from '#vault';
import type { Role } from '#lib/people/account.ts';
import { canonical, utf8, type Json } from '#lib/vault/envelope.ts';
import { fetchPatiently } from './patience.ts';

/** What somebody told herself when she joined; only her own account opens it. */
export interface Profile {
	readonly name: string;
	/** Whose sign-in server it was. See `fingerprintOf`. */
	readonly installation: string;
	/** Who invited her, or null for the operator. */
	readonly by: string | null;
}

/** An account that is open in this tab. Never written anywhere: it ends with the tab, or sooner. */
export interface Unlocked {
	readonly keys: AccountKeys;
	readonly role: Role;
	/** The public tag of the login session. */
	readonly tag: string;
	/** The person's own name, as only her browser knows it. */
	readonly name: string;
	readonly profile: Profile;
	/** The ways of unlocking in the envelope that this tab opened or made, and its version. */
	readonly unlockers: readonly Unlocker[];
	readonly version: number;
}

/** What came of asking the server. `reason` is the server's word, or `offline` where it could not be reached. */
export type Answer<T = unknown> = { readonly ok: true; readonly status: number; readonly value: T } | { readonly ok: false; readonly status: number; readonly reason: string };

export type Method = 'POST' | 'PUT' | 'DELETE';

/** How long a tab may lie untouched before it forgets the keys. */
export const lockAfterMs = 10 * 60 * 1000;

let current = $state.raw<Unlocked | undefined>();
let untouchedSince = 0;
let watch: ReturnType<typeof setInterval> | undefined;

/** The one place that holds an open account. */
export const session = {
	get current(): Unlocked | undefined {
		return current;
	}
};

/** Holds an account that was just opened, until it is locked: after ten minutes untouched, when leaving, with the tab. */
export function unlock(unlocked: Unlocked): void {
	current = unlocked;
	touch();
	watch ??= setInterval(() => {
		if (Date.now() - untouchedSince >= lockAfterMs) lock();
	}, 5000);
	for (const kind of touches) addEventListener(kind, touch, { passive: true, capture: true });
	addEventListener('pagehide', forget);
	addEventListener('steadfast:leave', leave);
	void readyEnding(unlocked);
}

let beforeLock: readonly ((unlocked: Unlocked) => void)[] = [];

/**
 * Tells when the account is about to be locked, in time to seal what is not saved. Gives back how to stop. It is not told
 * when somebody leaves at once: then nothing is kept.
 */
export function whenLocking(work: (unlocked: Unlocked) => void): () => void {
	beforeLock = [...beforeLock, work];
	return () => {
		beforeLock = beforeLock.filter((other) => other !== work);
	};
}

/** Forgets the keys. What pages show of them goes with it, because they show what `session.current` gives. */
export function lock(): void {
	if (current !== undefined) for (const work of beforeLock) work(current);
	forget();
}

function forget(): void {
	current = undefined;
	clearInterval(watch);
	watch = undefined;
	for (const kind of touches) removeEventListener(kind, touch, { capture: true });
	removeEventListener('pagehide', forget);
}

const touches = ['pointerdown', 'keydown', 'scroll'] as const;

/**
 * Note: Leaving ends the session.
 * In the moment of leaving there is no time to sign anything, and a locked tab has no key. So what ends the session is
 * signed when it begins, and kept for that moment, also while the tab is locked: it can do nothing else. It is sent
 * without waiting (`keepalive` outlives the page), and its answer takes the cookie back. A tab that was loaded anew and
 * not unlocked has none; there the cookie stays, which opens nothing.
 */
let ending: { readonly tag: string; readonly signature: string } | undefined;
const endPath = '/api/session';
const endBody = bytesOf({});

async function readyEnding({ keys, tag }: Unlocked): Promise<void> {
	if (ending?.tag === tag) return;
	ending = { tag, signature: await signRequest({ method: 'DELETE', path: endPath, session: tag, body: endBody, signing: keys.signing }) };
	addEventListener('steadfast:leave', leave);
}

function leave(): void {
	const { signature } = ending ?? {};
	forget();
	if (signature === undefined) return;
	ending = undefined;
	// Whatever becomes of it, the person is gone.
	fetch(endPath, { method: 'DELETE', body: endBody, headers: { 'steadfast-signature': signature, 'content-type': 'application/json' }, keepalive: true, redirect: 'error', cache: 'no-store', credentials: 'same-origin' }).catch(() => undefined);
}

function touch(): void {
	// A laptop that slept has not run the clock: what is too old is locked before it counts as touched.
	if (untouchedSince > 0 && current !== undefined && watch !== undefined && Date.now() - untouchedSince >= lockAfterMs) lock();
	else untouchedSince = Date.now();
}

/**
 * Reads JSON. `parse` throws, or gives undefined, for another shape than expected: then the reason is `unreadable`.
 * A refused sign-in (`signed-out`) locks, because nothing that this tab does would be taken any more.
 */
export async function askJson<T>(path: string, parse: (found: unknown) => T | undefined): Promise<Answer<T>> {
	return parsed(await exchange('GET', path, undefined, {}), parse);
}

/** Sends a change, signed by the open account. Without one the answer is `locked`, and nothing is sent. */
export async function send(method: Method, path: string, body: Json | Uint8Array = {}): Promise<Answer> {
	const unlocked = current;
	if (unlocked === undefined) return { ok: false, status: 0, reason: 'locked' };
	const { keys, tag } = unlocked;
	const bytes = bytesOf(body);
	const signature = await signRequest({ method, path, session: tag, body: bytes, signing: keys.signing });
	return exchange(method, path, bytes, { 'steadfast-signature': signature, 'content-type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json' });
}

/** Sends what somebody who is not signed in may send: joining, signing in, recovering. */
export async function sendUnsigned<T>(path: string, body: Json, parse: (found: unknown) => T | undefined): Promise<Answer<T>> {
	return parsed(await exchange('POST', path, bytesOf(body), { 'content-type': 'application/json' }), parse);
}

function bytesOf(body: Json | Uint8Array): Uint8Array<ArrayBuffer> {
	return body instanceof Uint8Array ? new Uint8Array(body) : utf8(canonical(body));
}

function parsed<T>(answer: Answer, parse: (found: unknown) => T | undefined): Answer<T> {
	if (!answer.ok) return answer;
	try {
		const value = parse(answer.value);
		if (value !== undefined) return { ...answer, value };
	} catch {
		// Told below, in one way with what was parsed to nothing.
	}
	return { ok: false, status: answer.status, reason: 'unreadable' };
}

/** Chromium copies bytes that are handed to it while the page waits; a blob of them it takes in half the time. */
function bodyOf(bytes: Uint8Array<ArrayBuffer>): BodyInit {
	return bytes.length > 65_536 ? new Blob([bytes]) : bytes;
}

async function exchange(method: string, path: string, body: Uint8Array<ArrayBuffer> | undefined, headers: Record<string, string>): Promise<Answer> {
	const opened = current;
	let response: Response;
	try {
		response = await fetchPatiently(path, { method, headers: { accept: 'application/json', ...headers }, ...(body ? { body: bodyOf(body) } : {}) }, () => current === opened);
	} catch {
		return { ok: false, status: 0, reason: 'offline' };
	}
	const value: unknown = await response.json().catch(() => undefined);
	if (response.ok) return { ok: true, status: response.status, value };
	const reason = typeof value === 'object' && value !== null && 'reason' in value && typeof value.reason === 'string' ? value.reason : 'failed';
	if (response.status === 401 && reason === 'signed-out') lock();
	return { ok: false, status: response.status, reason };
}
