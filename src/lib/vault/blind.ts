import { canonical, fromCanonical, fromText, joined, sha256, toText, utf8, type Bytes, type Json } from './envelope.ts';
import { VaultFailure } from './failure.ts';
import { derive, signingKeyOf, type SigningKey } from './keys.ts';

/**
 * Note: A signature that its maker never saw.
 * RSABSSA-SHA384-PSS-Randomized (RFC 9474). Somebody blinds a message, another signs what came of it, and the first takes the
 * blinding off: what is left is an ordinary RSA-PSS signature, which its maker cannot tie to what was signed. Web Crypto
 * makes the keys, hashes and verifies; the few steps that it does not have are done here on numbers. They are not done in
 * constant time: who signs has their own device to themselves, and who asks never sees how long it took. Behind a door
 * of its own (`#vault/blind`): the files of the vault's are what every page of it loads.
 */
export interface BallotKeys {
	/** Signs a ballot; its public half is what the blind signature is about. */
	readonly signing: SigningKey;
	/** 32 bytes before the message, so that blinding holds also against a key that was made to break it. */
	readonly prefix: Bytes;
	/** What makes the encoding and the blinding one's own: the same each time, so that asking twice asks for the same. */
	readonly salt: Bytes;
	readonly blinding: Bytes;
}

const exponent = 65_537n;
const modulusBits = 2048;
const hashBytes = 48;
const saltBytes = 48;

/**
 * The keys of somebody's one ballot. They follow from the account's root, the ballot's place and the key that signs, so that
 * nothing has to be kept anywhere; nobody else can tell whose they are.
 */
export async function ballotKeysOf(root: Uint8Array, place: { readonly of: string; readonly issuing: string }): Promise<BallotKeys> {
	const secret = joined(root, await sha256(utf8(`${place.of}\n${place.issuing}`)));
	const [signing, prefix, salt, blinding] = await Promise.all([signingKeyOf(secret, 'ballot/signing'), derive(secret, 'ballot/prefix'), derive(secret, 'ballot/salt', saltBytes), derive(secret, 'ballot/blinding', modulusBits / 8 + 16)]);
	return { signing, prefix, salt, blinding };
}

/**
 * The key by which somebody signs one statement, or by which its adoption signs what is published: it follows from the root, or the
 * adoption's secret, and the adoption alone, so that nothing else that these secrets sign can be told to be of the same hand.
 */
export async function statementKeyOf(secret: Uint8Array, adoption: string): Promise<SigningKey> {
	return signingKeyOf(joined(secret, await sha256(utf8(adoption))), 'statement/signing');
}

/** What signs blindly: the public modulus as base64url, and the private half as a text that is to be sealed. */
export async function newIssuingKey(): Promise<{ readonly issuing: string; readonly secret: string }> {
	const made = await crypto.subtle.generateKey({ name: 'RSA-PSS', modulusLength: modulusBits, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-384' }, true, ['sign', 'verify']);
	const { n = '', p = '', q = '', dp = '', dq = '', qi = '' } = await crypto.subtle.exportKey('jwk', made.privateKey);
	return { issuing: n, secret: canonical({ n, p, q, dp, dq, qi }) };
}

/** The public modulus of such a private half. Throws `damaged` for what is none. */
export function issuingOf(secret: string): string {
	const [n = 0n] = partsOf(secret);
	return textOf(n, n);
}

interface Blinding {
	readonly issuing: string;
	/** With the prefix before it. */
	readonly message: Uint8Array;
	readonly keys: Pick<BallotKeys, 'salt' | 'blinding'>;
}

/** A message as it is given to be signed (RFC 9474, section 4.2). */
export async function blinded({ issuing, message, keys }: Blinding): Promise<string> {
	const n = numberOf(issuing);
	const encoded = await encodedOf(message, { n, salt: keys.salt });
	const factor = factorOf(keys.blinding, n);
	// A message or factor that shares a divisor with the modulus would tell its factors; chance never finds one.
	inverse(encoded, n);
	inverse(factor, n);
	return textOf((encoded * power(factor, exponent, n)) % n, n);
}

/** Signs what it cannot see (section 4.3). Throws `damaged` for what is none, and where the key is not whole. */
export function blindSigned(secret: string, blindedText: string): string {
	const [n = 0n, p = 0n, q = 0n, dp = 0n, dq = 0n, qi = 0n] = partsOf(secret);
	const message = numberOf(blindedText);
	if (message >= n) throw new VaultFailure('damaged', 'a blinded message that is larger than the key');
	const [a, b] = [power(message % p, dp, p), power(message % q, dq, q)];
	const signature = b + positive(qi * (a - b), p) * q;
	// A fault in one half would give the key away (Boneh, DeMillo and Lipton, 1997).
	if (power(signature, exponent, n) !== message) throw new VaultFailure('damaged', 'a signature that does not fit its own key');
	return textOf(signature, n);
}

/** Whether this was signed for what was given: anybody can say so. */
export function fitsBlinded({ issuing, blinded: given, signature }: { readonly issuing: string; readonly blinded: string; readonly signature: string }): boolean {
	const n = numberOf(issuing);
	return n > 0n && numberOf(signature) < n && power(numberOf(signature), exponent, n) === numberOf(given);
}

/** Takes the blinding off (section 4.4); an RSA-PSS signature as base64url. Throws `forged` where it does not fit. */
export async function unblinded({ issuing, message, keys, signature }: Blinding & { readonly signature: string }): Promise<string> {
	const n = numberOf(issuing);
	const found = (numberOf(signature) * inverse(factorOf(keys.blinding, n), n)) % n;
	if (power(found, exponent, n) !== (await encodedOf(message, { n, salt: keys.salt }))) throw new VaultFailure('forged', 'a blind signature that does not fit');
	return textOf(found, n);
}

function partsOf(secret: string): bigint[] {
	const found: Json = fromCanonical(secret) ?? null;
	if (typeof found !== 'object' || found === null || Array.isArray(found)) throw new VaultFailure('damaged', 'an issuing key of another shape');
	const { n, p, q, dp, dq, qi } = found as { readonly [name: string]: Json };
	return [n, p, q, dp, dq, qi].map((part) => (typeof part === 'string' ? numberOf(part) : 0n));
}

/** From 1 to n - 1, so much longer drawn than n that nothing of it is likelier. */
function factorOf(blinding: Uint8Array, n: bigint): bigint {
	return 1n + (bigOf(blinding) % (n - 1n));
}

/** EMSA-PSS-ENCODE with SHA-384 (RFC 8017, section 9.1.1), as a number. */
async function encodedOf(message: Uint8Array, { n, salt }: { readonly n: bigint; readonly salt: Uint8Array }): Promise<bigint> {
	const bits = n.toString(2).length - 1;
	const length = Math.ceil(bits / 8);
	const hash = await sha384(joined(new Uint8Array(8), await sha384(message), salt));
	const data = joined(new Uint8Array(length - salt.length - hashBytes - 2), new Uint8Array([1]), salt);
	const mask = await maskOf(hash, data.length);
	const masked = data.map((byte, at) => byte ^ (mask[at] ?? 0));
	masked[0] = (masked[0] ?? 0) & (0xff >> (8 * length - bits));
	return bigOf(joined(masked, hash, new Uint8Array([0xbc])));
}

/** MGF1 with SHA-384 (RFC 8017, section B.2.1). */
async function maskOf(seed: Uint8Array, length: number): Promise<Uint8Array> {
	const rounds = Array.from({ length: Math.ceil(length / hashBytes) }, (_, at) => sha384(joined(seed, new Uint8Array([0, 0, at >> 8, at & 0xff]))));
	return joined(...(await Promise.all(rounds))).subarray(0, length);
}

async function sha384(bytes: Uint8Array): Promise<Bytes> {
	return new Uint8Array(await crypto.subtle.digest('SHA-384', bytes as Bytes));
}

function power(base: bigint, to: bigint, modulus: bigint): bigint {
	let result = 1n;
	for (const bit of to.toString(2)) {
		result = (result * result) % modulus;
		if (bit === '1') result = (result * base) % modulus;
	}
	return result;
}

const positive = (number: bigint, modulus: bigint): bigint => ((number % modulus) + modulus) % modulus;

/** By the extended Euclidean algorithm. Throws `damaged` where there is none. */
function inverse(number: bigint, modulus: bigint): bigint {
	let [a, b, x, y] = [number, modulus, 1n, 0n];
	while (b !== 0n) {
		const times = a / b;
		[a, b, x, y] = [b, a - times * b, y, x - times * y];
	}
	if (a !== 1n) throw new VaultFailure('damaged', 'numbers that share a divisor');
	return positive(x, modulus);
}

function bigOf(bytes: Uint8Array): bigint {
	return BigInt(`0x0${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
}

/** 0 for what is no base64url. */
function numberOf(text: string): bigint {
	return bigOf(fromText(text) ?? new Uint8Array());
}

/** As long as the modulus, with zeros before it. */
function textOf(number: bigint, modulus: bigint): string {
	const digits = number.toString(16).padStart(Math.ceil(modulus.toString(2).length / 8) * 2, '0');
	return toText(Uint8Array.from({ length: digits.length / 2 }, (_, at) => Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16)));
}
