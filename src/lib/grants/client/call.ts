import { fromText, type SignedEntry } from '#lib/vault/envelope.ts';
import { fingerprintOf } from '../call.ts';
import { foldCall, readCallEntry, type CallState } from '../call-log.ts';
import type { Line } from '#lib/circles/client/line.ts';

/** A call as this browser has verified it. */
export interface SeenCall {
	readonly state: CallState;
	readonly fingerprint: string;
	/** Raw Ed25519 keys that signed for the call, the newest first: the team's messages are signed with them. */
	readonly teamKeys: readonly Uint8Array[];
	/** By how much the server's clock is ahead of this device's, in milliseconds. */
	readonly aheadMs: number;
}

/** `another-call`: not the call of the link or the document; `broken`: a log that its own rules refuse. */
export type CallTrouble = 'not-found' | 'offline' | 'another-call' | 'broken';

export type CallAnswer = { readonly ok: true; readonly call: SeenCall } | { readonly ok: false; readonly reason: CallTrouble };

/**
 * The call of a slug, its whole log verified. `id` is what stands behind the # of the link that led here: a server that
 * shows another call under the same name is refused.
 */
export async function fetchCall(line: Line, slug: string, id: string | undefined): Promise<CallAnswer> {
	const answer = await line.ask({ method: 'GET', path: `/api/calls/${encodeURIComponent(slug)}` });
	if (!answer.ok) return { ok: false, reason: answer.status === 404 ? 'not-found' : 'offline' };
	const { value } = answer;
	const entries = typeof value === 'object' && value !== null && 'entries' in value ? entriesOf(value.entries) : undefined;
	const now = typeof value === 'object' && value !== null && 'now' in value && typeof value.now === 'number' ? value.now * 1000 : Number.NaN;
	if (entries === undefined || Number.isNaN(now)) return { ok: false, reason: 'broken' };
	return seenCall(entries, { id, slug, aheadMs: now - line.now().getTime() });
}

/** The same for a log that was handed over with something else. */
export async function seenCall(entries: readonly SignedEntry[], { id, slug, aheadMs }: { readonly id: string | undefined; readonly slug: string | undefined; readonly aheadMs: number }): Promise<CallAnswer> {
	const folded = await foldCall(entries);
	if (!folded.ok) return { ok: false, reason: 'broken' };
	const { state } = folded;
	if ((id !== undefined && state.call !== id) || (slug !== undefined && state.slug !== slug)) return { ok: false, reason: 'another-call' };
	const read = await Promise.all(entries.map((entry) => readCallEntry(entry)));
	const keys = read.flatMap((entry) => (entry?.act.do === 'publish' || entry?.act.do === 'renew' ? [fromText(entry.act.signing) ?? new Uint8Array()] : []));
	return { ok: true, call: { state, fingerprint: fingerprintOf(fromText(state.call) ?? new Uint8Array()), teamKeys: keys.toReversed(), aheadMs } };
}

/** Entries as JSON says them; undefined for another shape. What they say is judged by who folds them. */
export function entriesOf(found: unknown): SignedEntry[] | undefined {
	if (!Array.isArray(found) || found.length === 0 || found.length > 2000) return undefined;
	const entries = found.map((entry: unknown) => (typeof entry === 'object' && entry !== null && 'body' in entry && 'signature' in entry && typeof entry.body === 'string' && typeof entry.signature === 'string' ? { body: entry.body, signature: entry.signature } : undefined));
	return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

