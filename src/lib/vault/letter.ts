import { ageBegin, beginsWith, canonical, isTime, largestLetter, sha256, toText, type Bytes, type Json, utf8 } from './envelope.ts';
import { VaultFailure } from './failure.ts';
import { frame, unframe } from './frame.ts';
import { decrypterOf, encrypterTo } from './hybrid.ts';
import type { KeyIdentity, SigningKey } from './keys.ts';

/** What a letter says of itself. All of it is sealed; the opener compares it with what the server claimed. */
export interface LetterHeader {
	/** In the domain's words: `epoch-keys`, `introduction`, `unlock`. */
	readonly kind: string;
	/** The circle whose envelope it is; null for letters from account to account. */
	readonly circle: string | null;
	/** What it is about: an id or a number of its kind. */
	readonly about: string;
	/** Account id, or whatever names the key that signed. */
	readonly author: string;
	/** Milliseconds since 1970 by the author's own clock. */
	readonly at: number;
}

const format = 'steadfast/letter/1';

/**
 * Seals a signed letter to hybrid recipients as one age file. Its header also names whom it was sealed to, so that one
 * who got it cannot hand it on as if it had been written to others. Throws `weak-recipient` and `too-large`.
 */
export async function sealLetter({ header, body, recipients, signing }: { header: LetterHeader; body: Uint8Array; recipients: readonly string[]; signing: SigningKey }): Promise<Bytes> {
	const encrypter = encrypterTo(recipients);
	const to = await Promise.all(recipients.map(shortOf));
	const { kind, circle, about, author, at } = header;
	const framed = await frame({ format, place: canonical(kind), header: [kind, circle, about, author, at, to.sort()], body, signing, largest: largestLetter });
	const letter = new Uint8Array(await encrypter.encrypt(framed));
	if (letter.length > largestLetter) throw new VaultFailure('too-large', `a letter of ${letter.length} bytes`);
	return letter;
}

/** What the opener knows beforehand. `authorKey` gives the raw Ed25519 key of an author who may write such a letter. */
export interface ExpectedLetter {
	readonly kind: string;
	readonly circle: string | null;
	readonly about: string;
	readonly authorKey: (author: string, body: Uint8Array) => Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

/**
 * Opens a letter. Throws a `VaultFailure`: `unknown-format`, `too-large`, `weak-recipient`, `not-for-you`, `damaged`,
 * `wrong-place`, `foreign-key` (an author who may not write it), `forged`.
 */
export async function openLetter({ letter, identity, expected }: { letter: Uint8Array; identity: KeyIdentity; expected: ExpectedLetter }): Promise<{ header: LetterHeader; body: Bytes }> {
	const bytes = await unseal(letter, identity);
	const framed = unframe({ format, place: canonical(expected.kind), bytes });
	const { header, to } = headerOf(framed.header);
	if (header.kind !== expected.kind || header.circle !== expected.circle || header.about !== expected.about) {
		throw new VaultFailure('wrong-place', 'a letter that was made for another place');
	}
	if (!to.includes(await shortOf(identity.recipient))) throw new VaultFailure('wrong-place', 'a letter that was written to others');
	const publicKey = await expected.authorKey(header.author, framed.body);
	if (publicKey === undefined) throw new VaultFailure('foreign-key', 'a letter by somebody who may not write it');
	await framed.verify(publicKey);
	return { header, body: framed.body };
}

async function unseal(letter: Uint8Array, identity: KeyIdentity): Promise<Uint8Array> {
	if (!beginsWith(letter, ageBegin)) throw new VaultFailure('unknown-format', 'not a letter');
	if (letter.length > largestLetter) throw new VaultFailure('too-large', `a letter of ${letter.length} bytes`);
	try {
		return await decrypterOf(identity).decrypt(letter);
	} catch (error) {
		// The library throws plain errors, all of them for a file that is not whole.
		throw error instanceof VaultFailure ? error : new VaultFailure('damaged', 'a letter that does not open');
	}
}

/** Half a hash: a second recipient with the same one would cost 2^128 tries. */
async function shortOf(recipient: string): Promise<string> {
	return toText((await sha256(utf8(recipient))).subarray(0, 16));
}

function headerOf(found: Json): { header: LetterHeader; to: readonly Json[] } {
	if (Array.isArray(found) && found.length === 6) {
		const [kind, circle, about, author, at, to] = found as readonly Json[];
		if (typeof kind === 'string' && (circle === null || typeof circle === 'string') && typeof about === 'string' && typeof author === 'string' && isTime(at) && Array.isArray(to)) {
			return { header: { kind, circle, about, author, at }, to: to as readonly Json[] };
		}
	}
	throw new VaultFailure('unknown-format', 'a letter header of another shape');
}
