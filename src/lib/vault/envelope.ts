import { base64urlnopad, bech32 } from '@scure/base';

/**
 * Note: What both sides know of an envelope.
 * Shapes, hashes and signatures, and nothing that opens. This is the one file of the vault that the server may import:
 * it checks with it what it stores, orders and hands on.
 */

type Spelling = 'base64url';

/** What newer browsers have for it (TC39, *Uint8Array to/from base64*), and types do not know yet. */
interface Quick {
	readonly fromBase64?: (text: string, options: { readonly alphabet: Spelling; readonly lastChunkHandling: 'strict' }) => Bytes;
	readonly prototype: Uint8Array & { readonly toBase64?: (options: { readonly alphabet: Spelling; readonly omitPadding: true }) => string };
}

const { fromBase64, prototype: { toBase64 } }: Quick = Uint8Array;
const onServer = typeof Buffer === 'function';
const alphabet: Spelling = 'base64url';

/** Bytes as text for JSON and addresses: base64url without padding (RFC 4648, section 5). */
export function toText(bytes: Uint8Array): string {
	if (onServer) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(alphabet);
	return toBase64?.call(bytes, { alphabet, omitPadding: true }) ?? base64urlnopad.encode(bytes);
}

/** The bytes of such a text; undefined where it is none, or not the one way to write these bytes. */
export function fromText(text: string): Bytes | undefined {
	try {
		if (!onServer && fromBase64) {
			// Strict in all but white space, which shows in the length.
			const bytes = fromBase64(text + '='.repeat(-text.length & 3), { alphabet, lastChunkHandling: 'strict' });
			return bytes.length === Math.floor((text.length * 3) / 4) ? bytes : undefined;
		}
		// Node is lenient: whether it was the one text is seen on the way back.
		const bytes = new Uint8Array(onServer ? Buffer.from(text, alphabet) : base64urlnopad.decode(text));
		return toText(bytes) === text ? bytes : undefined;
	} catch {
		return undefined;
	}
}

/** Bytes on a buffer of their own, which is what Web Crypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

export function utf8(text: string): Bytes {
	return encoder.encode(text);
}

export function joined(...parts: readonly Uint8Array[]): Bytes {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

export async function sha256(bytes: Uint8Array): Promise<Bytes> {
	return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Bytes));
}

/** Whatever JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The one way in which we write a value as JSON: keys in the order of their code units, no space. What is signed is this
 * text. Throws for what JSON cannot say (NaN, an absent field), which `JSON.stringify` would turn into something else.
 */
export function canonical(value: Json): string {
	if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join(',')}]`;
	if (value === null || typeof value !== 'object') {
		if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) throw new Error('a value that JSON cannot say');
		return JSON.stringify(value);
	}
	const fields = Object.entries(value as { readonly [key: string]: Json });
	return `{${fields
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`)
		.join(',')}}`;
}

/** The value of a canonical text; undefined for any other text, so that one value is never signed in two spellings. */
export function fromCanonical(text: string): Json | undefined {
	try {
		const value = JSON.parse(text) as Json;
		return canonical(value) === text ? value : undefined;
	} catch {
		return undefined;
	}
}

/** Milliseconds since 1970 that a date can hold. A member's clock may be wrong; it must not break the page that shows it. */
export function isTime(value: Json | undefined): value is number {
	return isWhole(value) && Math.abs(value) <= 8.64e15;
}

/** A whole number from 0 on. */
export function isCount(value: Json | undefined): value is number {
	return isWhole(value) && value >= 0;
}

function isWhole(value: Json | undefined): value is number {
	return typeof value === 'number' && Number.isSafeInteger(value);
}

/** A SHA-256 as base64url. */
export function isHash(value: Json | undefined): value is string {
	return typeof value === 'string' && value.length === 43 && fromText(value)?.length === 32;
}

/** 16 bytes as text: ids of accounts, circles, records, blobs, letters and invitations. */
export function isId(text: string): boolean {
	return text.length === 22 && fromText(text)?.length === 16;
}

export function randomId(): string {
	return toText(crypto.getRandomValues(new Uint8Array(16)));
}

/** A text with spaces behind it up to the next step, each four times the one before: its length tells next to nothing. */
export function filled(text: string, step: number): Uint8Array<ArrayBuffer> {
	const bytes = utf8(text);
	let length = step;
	while (length < bytes.length) length *= 4;
	const whole = new Uint8Array(length).fill(0x20);
	whole.set(bytes);
	return whole;
}

/** An age file in its binary form (age-encryption.org/v1). */
export const ageBegin = utf8('age-encryption.org/v1\n');
/** Our record: these four bytes, a 96-bit nonce, AES-256-GCM text and tag. */
export const recordBegin = utf8('SFR1');
export const nonceBytes = 12;
/** Begin, nonce, and of what is sealed at least a signature, two lengths and the tag. */
const smallestRecord = recordBegin.length + nonceBytes + 64 + 2 + 4 + 16;
/** A paper of some 30,000 words in a script of three bytes a letter. */
export const largestRecord = 768 * 1024;
export const largestLetter = 768 * 1024;

/** A piece of a note: these four bytes, a 96-bit nonce, AES-256-GCM text and tag. */
export const noteBegin = utf8('SFN1');
const smallestNotePiece = noteBegin.length + nonceBytes + 16 + 16;
export const largestNotePiece = 768 * 1024;

export function isNotePiece(bytes: Uint8Array): boolean {
	return bytes.length >= smallestNotePiece && bytes.length <= largestNotePiece && beginsWith(bytes, noteBegin);
}

export function isRecord(bytes: Uint8Array): boolean {
	return bytes.length >= smallestRecord && bytes.length <= largestRecord && beginsWith(bytes, recordBegin);
}

export function isLetter(bytes: Uint8Array): boolean {
	return bytes.length > 200 && bytes.length <= largestLetter && beginsWith(bytes, ageBegin);
}

/**
 * Whether a text is a hybrid recipient (age1pq1…: an ML-KEM-768 key and an X25519 key), the only kind that letters inside
 * Steadfast are sealed to. Checked to the last bit: a circle's keys go to all members in one letter, so that one member's
 * key that cannot be sealed to would keep the keys from everybody.
 */
export function isHybridRecipient(text: string): boolean {
	if (!/^age1pq1[02-9ac-hj-np-z]{1952}$/.test(text)) return false;
	if (soundRecipients.has(text)) return true;
	const key = bytesOfRecipient(text);
	if (key?.length !== mlKemBytes + 32 || !isReducedMlKemKey(key) || isLowOrder(key.subarray(mlKemBytes), lowOrderX25519)) return false;
	if (soundRecipients.size >= mostRemembered) soundRecipients.clear();
	soundRecipients.add(text);
	return true;
}

const mlKemBytes = 1184;
/** A page meets the same few recipients again and again, and reading one takes half a millisecond. */
const soundRecipients = new Set<string>();
/** Of recipients and of keys that verify: public halves only, and so many that a large circle fits. */
const mostRemembered = 512;

function bytesOfRecipient(text: string): Uint8Array | undefined {
	try {
		// Without bech32's limit of 90 characters, as age does.
		return bech32.fromWords(bech32.decode(text, false).words);
	} catch {
		return undefined;
	}
}

/** The modulus check on an encapsulation key (FIPS 203, section 7.2): 768 numbers of 12 bits, each below 3,329. */
function isReducedMlKemKey(key: Uint8Array): boolean {
	for (let at = 0; at < 1152; at += 3) {
		const [low = 0, middle = 0, high = 0] = key.subarray(at, at + 3);
		if ((((middle & 15) << 8) | low) >= 3329 || ((high << 4) | (middle >> 4)) >= 3329) return false;
	}
	return true;
}

/** 2^255 - 19. */
const curveModulus = 2n ** 255n - 19n;
/** The u of points of order 1, 2, 4 and 8 on Curve25519 and its twist: with them every shared secret is zero (RFC 7748, section 6.1). */
const lowOrderX25519 = new Set([0n, 1n, curveModulus - 1n, 0x00b8495f16056286fdb1329ceb8d09da6ac49ff1fae35616aeb8413b7c7aebe0n, 0x57119fd0dd4e22d8868e1c58c45c44045bef839c55b1d0b1248c50a3bc959c5fn]);
/** The y of points of order 1, 2, 4 and 8 on edwards25519: a signature by such a key fits many messages. */
const lowOrderEd25519 = new Set([0n, 1n, curveModulus - 1n, 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n, 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n]);

function isLowOrder(point: Uint8Array, lowOrder: ReadonlySet<bigint>): boolean {
	return lowOrder.has(coordinateOf(point) % curveModulus);
}

/** 255 bits, little-endian; the highest bit is a sign on one curve and nothing on the other. */
function coordinateOf(point: Uint8Array): bigint {
	return BigInt(`0x${point.reduce((digits, byte) => byte.toString(16).padStart(2, '0') + digits, '')}`) & (2n ** 255n - 1n);
}

export function beginsWith(bytes: Uint8Array, begin: Uint8Array): boolean {
	return bytes.length >= begin.length && begin.every((byte, at) => bytes[at] === byte);
}

/** One line of an account's or a circle's log: a canonical text, and the Ed25519 signature of its author, as base64url. */
export interface SignedEntry {
	readonly body: string;
	readonly signature: string;
}

/** What is signed of an entry. The first line keeps one kind of signature from being taken for another. */
export function entryMessage(body: string): Bytes {
	return utf8(`steadfast/entry/1\n${body}`);
}

/** SHA-256 of an entry's text as base64url: the next entry names it, and the first entry's gives the log its id. */
export async function entryHash(body: string): Promise<string> {
	return toText(await sha256(entryMessage(body)));
}

/** The id of the account or circle whose first entry hashes to this: its first 16 bytes. */
export function idOfHash(hash: string): string {
	return toText((fromText(hash) ?? new Uint8Array()).subarray(0, 16));
}

/**
 * What a signed-in person's browser signs of each request that changes something, so that a stolen cookie changes
 * nothing. `session` is the public tag of the login session, `bodyHash` the SHA-256 of the body as base64url. Sent
 * again in the same session a request finds its place taken: everything is written by compare-and-set.
 */
export function requestMessage({ method, path, session, bodyHash }: { method: string; path: string; session: string; bodyHash: string }): Bytes {
	return utf8(`steadfast/request/1\n${method}\n${path}\n${session}\n${bodyHash}`);
}

/**
 * Whether an Ed25519 signature (RFC 8032) is by this raw public key. False, never an error, for what is malformed, and for
 * keys that verifiers disagree about: of small order, or written in a second way. Throws where nothing can verify.
 */
export async function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
	if (publicKey.length !== 32 || signature.length !== 64) return false;
	try {
		const key = await verifyKeyOf(publicKey);
		return key !== undefined && (await crypto.subtle.verify('Ed25519', key, signature as Bytes, message as Bytes));
	} catch (error) {
		if (!(error instanceof DOMException)) throw error;
		if (error.name === 'NotSupportedError') return isSignedByScript(publicKey, message, signature);
		return false;
	}
}

/** A page asks of few authors and many signatures; to import a key costs as much as to verify with it. Public halves only. */
const verifyKeys = new Map<string, CryptoKey>();

/** Undefined for a key that is not sound. */
async function verifyKeyOf(publicKey: Uint8Array): Promise<CryptoKey | undefined> {
	const name = String.fromCharCode(...publicKey);
	const known = verifyKeys.get(name);
	if (known !== undefined) return known;
	if (coordinateOf(publicKey) >= curveModulus || isLowOrder(publicKey, lowOrderEd25519)) return undefined;
	const key = await crypto.subtle.importKey('raw', publicKey as Bytes, 'Ed25519', false, ['verify']);
	if (verifyKeys.size >= mostRemembered) verifyKeys.clear();
	verifyKeys.set(name, key);
	return key;
}

/** Browsers of before 2025 have no Ed25519 of their own: the vault brings them one when it is loaded. */
let isSignedByScript: typeof isSignedBy = () => Promise.reject(new Error('Nothing here verifies Ed25519; browsers load the vault first.'));

export function bringVerifier(verify: typeof isSignedBy): void {
	isSignedByScript = verify;
}
