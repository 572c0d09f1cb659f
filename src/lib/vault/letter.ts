import { Decrypter, Encrypter } from 'age-encryption';
import { isHybridRecipient, largestLetter, sha256, toText, type Bytes, type Json, utf8 } from './envelope.ts';
import { VaultFailure } from './failure.ts';
import { frame, unframe } from './frame.ts';
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
	if (recipients.length === 0 || !recipients.every(isHybridRecipient)) throw new VaultFailure('weak-recipient', 'a letter must go to hybrid recipients');
	const to = await Promise.all(recipients.map(shortOf));
	const { kind, circle, about, author, at } = header;
	const framed = await frame({ format, place: kind, header: [kind, circle, about, author, at, to.sort()], body, signing });
	const encrypter = new Encrypter();
	for (const recipient of recipients) encrypter.addRecipient(recipient);
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

/** Opens a letter. Throws a `VaultFailure`: `not-for-you`, `damaged`, `unknown-format`, `wrong-place`, `foreign-key`, `forged`. */
export async function openLetter({ letter, identity, expected }: { letter: Uint8Array; identity: KeyIdentity; expected: ExpectedLetter }): Promise<{ header: LetterHeader; body: Bytes }> {
	const bytes = await unseal(letter, identity.identity);
	const framed = unframe({ format, place: expected.kind, bytes });
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

async function unseal(letter: Uint8Array, identity: string): Promise<Uint8Array> {
	if (!isHybridOnly(letter)) throw new VaultFailure('weak-recipient', 'a letter with a recipient of another kind than ours');
	const decrypter = new Decrypter();
	decrypter.addIdentity(identity);
	try {
		return await decrypter.decrypt(letter);
	} catch (error) {
		// The library's only sign that no stanza was ours (age-encryption 0.3.1, index.ts).
		const isForOthers = error instanceof Error && error.message.startsWith('no identity matched');
		throw new VaultFailure(isForOthers ? 'not-for-you' : 'damaged', 'a letter that does not open');
	}
}

/**
 * Whether every stanza of an age header (lines up to the one that begins with three dashes) is of the hybrid kind. Another
 * beside it would let a key that is not safe against later quantum computers open the same letter.
 */
function isHybridOnly(letter: Uint8Array): boolean {
	const text = new TextDecoder('latin1').decode(letter);
	const header = text.slice(0, text.indexOf('\n---'));
	const stanzas = header.split('\n').filter((line) => line.startsWith('-> '));
	return stanzas.length > 0 && stanzas.every((line) => line.startsWith('-> mlkem768x25519 '));
}

async function shortOf(recipient: string): Promise<string> {
	return toText((await sha256(utf8(recipient))).subarray(0, 8));
}

function headerOf(found: Json): { header: LetterHeader; to: readonly Json[] } {
	if (Array.isArray(found) && found.length === 6) {
		const [kind, circle, about, author, at, to] = found as readonly Json[];
		if (typeof kind === 'string' && (circle === null || typeof circle === 'string') && typeof about === 'string' && typeof author === 'string' && typeof at === 'number' && Array.isArray(to)) {
			return { header: { kind, circle, about, author, at }, to: to as readonly Json[] };
		}
	}
	throw new VaultFailure('unknown-format', 'a letter header of another shape');
}
