import { decodeText, VaultFailure } from '#vault';
import * as v from 'valibot';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { at, VaultTrouble } from '#lib/circles/client/trouble.ts';
import { fromCanonical, fromText, type Bytes } from '#lib/vault/envelope.ts';
import { applicantKey, type Manifest } from '../application.ts';
import { inboxList } from '../call.ts';
import type { CallState } from '../call-log.ts';
import type { Case } from '../case.ts';

const secret = v.pipe(v.string(), v.check((text) => fromText(text)?.length === 32));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const secretsShape = v.strictObject({
	generation: count,
	secrets: v.strictObject({ core: v.optional(secret), thread: v.optional(secret), references: v.optional(secret), identity: v.optional(secret), payee: v.optional(secret) }),
	former: v.optional(v.pipe(v.array(v.strictObject({ generation: count, core: secret })), v.maxLength(1000)), [])
});

/** What a letter hands a circle: the secrets of the parts that it reads, base64url, and those of the core that there were before. */
export type CircleSecrets = v.InferOutput<typeof secretsShape>;

interface Letters {
	readonly letters: readonly { readonly to: string; readonly generation: number; readonly letter: Bytes }[];
}

/**
 * The secrets of an application's parts, from the newest letter to our circle's inbox. The first is the applicant's own;
 * later ones were written by somebody of the desk when a member was removed, and bear the call's key. Rejects with a
 * `VaultTrouble`: `not-for-you` where there is no letter.
 */
export async function circleSecrets(circle: OpenCircle, { letters }: Letters, { manifest, call }: { readonly manifest: Manifest; readonly call: CallState }): Promise<CircleSecrets> {
	const place = { part: 'keys', circle: circle.id } as const;
	const newest = letters.filter(({ to }) => to === circle.id).toSorted((a, b) => a.generation - b.generation).at(-1);
	if (newest === undefined) throw new VaultTrouble('not-for-you', place, { found: 'no letter with the secrets of this application' });
	const open = (epoch: number, authorKey: (author: string) => Uint8Array | undefined) => circle.openInbox({ letter: newest.letter, epoch, kind: 'part-keys', about: manifest.application, authorKey });
	const { body } = await at(place, async () =>
		newest.generation === 1
			? open(epochAt(call, manifest.head.seq, circle.id), (author) => applicantKey(manifest, author))
			: byAnyOf(announcedWith(call, circle.id), ({ epoch, signing }) => open(epoch, (author) => (author === call.call ? signing : undefined)))
	);
	const read = v.safeParse(secretsShape, fromCanonical(decodeText(body)));
	if (!read.success || read.output.generation !== newest.generation) throw new VaultTrouble('unknown-format', place, { found: 'a letter of secrets of another shape' });
	return read.output;
}

/** As a case keeps them; a letter without the core's is not one to the circle that reads it. */
export function caseSecrets(letter: CircleSecrets | undefined): Case['secrets'] {
	const { core, thread, references, identity } = letter?.secrets ?? {};
	if (letter === undefined || core === undefined || thread === undefined || references === undefined) throw new VaultFailure('unknown-format', 'a letter of secrets without the core');
	return { generation: letter.generation, core, thread, references, identity: identity ?? null };
}

/** The keys that signed for a call, the oldest first. */
export function teamKeysOf({ history }: CallState): Uint8Array[] {
	return [...new Set(history.map(({ signing }) => signing))].map((signing) => fromText(signing) ?? new Uint8Array());
}

/** A call has had several keys; which of them it was is not said. The newest is tried first. */
export async function byAnyOf<Key, T>(keys: readonly Key[], open: (key: Key) => Promise<T>): Promise<T> {
	let last: unknown;
	for (const key of keys.toReversed()) {
		try {
			return await open(key);
		} catch (error) {
			last = error;
		}
	}
	throw last;
}

/**
 * The epochs of our inbox that a call has announced, each with the key that signed for the call then, the oldest first: who
 * was removed before an epoch has no key that counts in it.
 */
function announcedWith({ history }: CallState, circle: string): { readonly epoch: number; readonly signing: Uint8Array }[] {
	const pairs = new Map<string, { readonly epoch: number; readonly signing: Uint8Array }>();
	for (const { inboxes, signing } of history) {
		const inbox = inboxList(inboxes).find((one) => one.circle === circle);
		if (inbox) pairs.set(`${inbox.epoch} ${signing}`, { epoch: inbox.epoch, signing: fromText(signing) ?? new Uint8Array() });
	}
	return [...pairs.values()];
}

/** The epoch of our inbox that a call announced when the applicant saw it. */
function epochAt({ history }: CallState, seq: number, circle: string): number {
	const inboxes = history[seq]?.inboxes;
	for (const one of inboxes ? [inboxes.core, inboxes.identity, inboxes.payee] : []) if (one.circle === circle) return one.epoch;
	throw new VaultFailure('foreign-key', 'an application to another circle than ours');
}
