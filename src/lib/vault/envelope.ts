import { base64urlnopad } from '@scure/base';

/**
 * Note: What both sides know of an envelope.
 * Shapes, hashes and signatures, and nothing that opens. This is the one file of the vault that the server may import:
 * it checks with it what it stores, orders and hands on.
 */

/** Bytes as text for JSON and addresses: base64url without padding (RFC 4648, section 5). */
export function toText(bytes: Uint8Array): string {
	return base64urlnopad.encode(bytes);
}

/** The bytes of such a text; undefined where it is none, or not the one way to write these bytes. */
export function fromText(text: string): Bytes | undefined {
	try {
		return new Uint8Array(base64urlnopad.decode(text));
	} catch {
		return undefined;
	}
}

/** Bytes on a buffer of their own, which is what Web Crypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

export function utf8(text: string): Bytes {
	return encoder.encode(text) as Bytes;
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

/** The one way in which we write a value as JSON: keys in the order of their code units, no space. What is signed is this text. */
export function canonical(value: Json): string {
	if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join(',')}]`;
	if (value === null || typeof value !== 'object') return JSON.stringify(value);
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

/** 16 bytes as text: ids of accounts, circles, records, blobs, letters and invitations. */
export function isId(text: string): boolean {
	return text.length === 22 && fromText(text)?.length === 16;
}

export function randomId(): string {
	return toText(crypto.getRandomValues(new Uint8Array(16)));
}

/** An age file in its binary form (age-encryption.org/v1). */
const ageBegin = utf8('age-encryption.org/v1\n');
/** Our record: these four bytes, a 96-bit nonce, AES-256-GCM text and tag. */
export const recordBegin = utf8('SFR1');
export const nonceBytes = 12;
/** Begin, nonce, and of what is sealed at least a signature, two lengths and the tag. */
const smallestRecord = recordBegin.length + nonceBytes + 64 + 2 + 4 + 16;
/** A paper of some 30,000 words in a script of three bytes a letter. */
export const largestRecord = 768 * 1024;
export const largestLetter = 768 * 1024;

export function isRecord(bytes: Uint8Array): boolean {
	return bytes.length >= smallestRecord && bytes.length <= largestRecord && beginsWith(bytes, recordBegin);
}

export function isLetter(bytes: Uint8Array): boolean {
	return bytes.length > 200 && bytes.length <= largestLetter && beginsWith(bytes, ageBegin);
}

/** A hybrid recipient (age1pq1…): the only kind that letters inside Steadfast are sealed to. */
export function isHybridRecipient(text: string): boolean {
	return /^age1pq1[02-9ac-hj-np-z]{1952}$/.test(text);
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

/** Whether an Ed25519 signature (RFC 8032) is by this raw public key. False, never an error, for what is malformed. */
export async function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
	if (publicKey.length !== 32 || signature.length !== 64) return false;
	try {
		const key = await crypto.subtle.importKey('raw', publicKey as Bytes, 'Ed25519', false, ['verify']);
		return await crypto.subtle.verify('Ed25519', key, signature as Bytes, message as Bytes);
	} catch (error) {
		if (error instanceof DOMException && error.name === 'NotSupportedError') return isSignedByScript(publicKey, message, signature);
		return false;
	}
}

/** Browsers of before 2025 have no Ed25519 of their own; replaced by the vault, which brings one. */
let isSignedByScript: typeof isSignedBy = () => Promise.resolve(false);

export function bringVerifier(verify: typeof isSignedBy): void {
	isSignedByScript = verify;
}
