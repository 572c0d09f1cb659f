import { canonical, fromCanonical, fromText, toText, type Bytes, type Json, utf8 } from './envelope.ts';
import type { AccountCard, AccountKeys } from './account.ts';
import { VaultFailure } from './failure.ts';
import { decodeText } from './frame.ts';
import { derive, identityOf, randomSecret, type KeyIdentity } from './keys.ts';
import { openLetter, sealLetter } from './letter.ts';

/** One generation of a circle's key and everything that follows from it. */
export interface EpochKeys {
	readonly epoch: number;
	readonly secret: Bytes;
	/** AES-256-GCM for the circle's records; cannot be read out. */
	readonly records: CryptoKey;
	/** Outsiders, and files, seal to its recipient. */
	readonly inbox: KeyIdentity;
	/** What the circle log says of this epoch, so that nobody can be handed another key than everybody else. */
	readonly announced: AnnouncedEpoch;
}

/** What the circle log tells everybody of an epoch. */
export interface AnnouncedEpoch {
	readonly epoch: number;
	/** `age1pq1…` */
	readonly inbox: string;
	/** 16 bytes that only this key leads to, as base64url. */
	readonly check: string;
}

export function newEpoch(epoch: number): Promise<EpochKeys> {
	return epochOf(epoch, randomSecret());
}

export async function epochOf(epoch: number, secret: Uint8Array): Promise<EpochKeys> {
	const [raw, inbox, check] = await Promise.all([derive(secret, 'circle/records'), identityOf(secret, 'circle/inbox'), derive(secret, 'circle/check', 16)]);
	const records = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
	return { epoch, secret: new Uint8Array(secret), records, inbox, announced: { epoch, inbox: inbox.recipient, check: toText(check) } };
}

/**
 * One letter that hands every epoch's key to members: 32 bytes an epoch, and about 1.6 kB a member. `circle` is the id;
 * the epochs rise, and the letter is about the newest of them.
 */
export function sealEpochKeys({ circle, epochs, members, by, at }: { circle: string; epochs: readonly EpochKeys[]; members: readonly AccountCard[]; by: AccountKeys; at: Date }): Promise<Bytes> {
	const upTo = epochs.at(-1)?.epoch;
	if (upTo === undefined || !isRising(epochs.map(({ epoch }) => epoch))) throw new Error('epoch keys that are none, or out of order');
	const body = utf8(canonical(epochs.map(({ epoch, secret }): Json => [epoch, toText(secret)])));
	return sealLetter({ header: { kind: 'epoch-keys', circle, about: String(upTo), author: by.account, at: at.getTime() }, body, recipients: members.map(({ recipient }) => recipient), signing: by.signing });
}

/**
 * The keys of a letter, in the order of epochs, each compared with what the circle log announced. `authorKey` gives the key of whoever may hand
 * them out. A letter may leave early epochs out, which circles refuse.
 * Throws what `openLetter` throws, and `foreign-key` for a key that the log does not know.
 */
export async function openEpochKeys({ letter, circle, upTo, announced, account, authorKey }: {
	letter: Uint8Array;
	circle: string;
	upTo: number;
	announced: ReadonlyMap<number, AnnouncedEpoch>;
	account: AccountKeys;
	authorKey: (author: string) => Uint8Array | undefined;
}): Promise<EpochKeys[]> {
	const { body } = await openLetter({ letter, identity: account, expected: { kind: 'epoch-keys', circle, about: String(upTo), authorKey } });
	const pairs = pairsOf(fromCanonical(decodeText(body)));
	const epochs = pairs.map(([epoch]) => epoch);
	if (epochs.at(-1) !== upTo || !isRising(epochs)) throw new VaultFailure('unknown-format', 'epoch keys that are out of order');
	// Before anything is derived: else a letter could hold thousands.
	if (!epochs.every((epoch) => announced.has(epoch))) throw new VaultFailure('foreign-key', 'a circle key that the circle log does not know');
	return Promise.all(
		pairs.map(async ([epoch, secret]) => {
			const keys = await epochOf(epoch, secret);
			const known = announced.get(epoch);
			if (known?.check !== keys.announced.check || known.inbox !== keys.announced.inbox) throw new VaultFailure('foreign-key', 'another circle key than the circle log knows');
			return keys;
		})
	);
}

function isRising(epochs: readonly number[]): boolean {
	return epochs.every((epoch, at) => Number.isSafeInteger(epoch) && epoch > (epochs[at - 1] ?? 0));
}

function pairsOf(found: Json | undefined): [number, Bytes][] {
	if (!Array.isArray(found)) throw new VaultFailure('unknown-format', 'epoch keys of another shape');
	return (found as readonly Json[]).map((pair) => {
		const [epoch, text] = Array.isArray(pair) ? (pair as readonly Json[]) : [];
		const secret = typeof text === 'string' ? fromText(text) : undefined;
		if (typeof epoch !== 'number' || secret?.length !== 32) throw new VaultFailure('unknown-format', 'epoch keys of another shape');
		return [epoch, secret];
	});
}
