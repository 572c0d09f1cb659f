import { bech32 } from '@scure/base';
import { identityToRecipient } from 'age-encryption';
import { fromText, joined, type Bytes, utf8 } from './envelope.ts';

const salt = utf8('steadfast/1');

/** What a derived secret is for. One label, one use: no two keys are ever the same bytes. */
export type Label =
	| 'account/identity'
	| 'account/signing'
	| 'account/device'
	| 'circle/inbox'
	| 'circle/records'
	| 'circle/check'
	| 'unlock/passphrase'
	| 'unlock/passkey'
	| 'kit/identity'
	| 'kit/lookup'
	| 'kit/signing'
	| 'invitation/token'
	| 'invitation/proof'
	| 'receipt/identity'
	| 'receipt/mailbox'
	| 'receipt/signing'
	| 'receipt/draft'
	| 'part/records'
	| 'part/files'
	| 'call/signing'
	| 'statement/signing'
	| 'referee/id'
	| 'referee/questions'
	| 'referee/signing'
	| 'guest-link/id'
	| 'guest-link/letter'
	| 'guest-link/signing'
	| 'guest-link/device'
	| 'guest/mailbox'
	| 'guest/signing'
	| 'guest/showing'
	| 'guest/own'
	| 'ballot/signing'
	| 'ballot/prefix'
	| 'ballot/salt'
	| 'ballot/blinding';

/**
 * HKDF-SHA-256 (RFC 5869) of a secret under a fixed salt and a label that says what for. Throws for a secret of fewer than
 * 16 bytes: of nothing, too, a key could be derived, and everybody could derive it.
 */
export async function derive(secret: Uint8Array, label: Label, bytes = 32): Promise<Bytes> {
	if (secret.length < 16) throw new Error(`a secret of ${secret.length} bytes for ${label}`);
	const key = await crypto.subtle.importKey('raw', secret as Bytes, 'HKDF', false, ['deriveBits']);
	const bits = await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info: utf8(label) }, key, bytes * 8);
	return new Uint8Array(bits);
}

/** An age key identity with its recipient, both of the hybrid kind (ML-KEM-768 and X25519). */
export interface KeyIdentity {
	readonly identity: string;
	readonly recipient: string;
}

/** The key identity of a 32-byte secret: the seed of age's hybrid kind is derived from it. */
export async function identityOf(secret: Uint8Array, label: Label): Promise<KeyIdentity> {
	const identity = bech32.encodeFromBytes('AGE-SECRET-KEY-PQ-', await derive(secret, label)).toUpperCase();
	return { identity, recipient: await identityToRecipient(identity) };
}

/** Signs with a key that scripts cannot read out, where the browser has Ed25519; its raw public half. */
export interface SigningKey {
	readonly publicKey: Bytes;
	sign(message: Uint8Array): Promise<Bytes>;
}

/** What stands before a raw Ed25519 seed in PKCS #8 (RFC 8410, section 7). */
const pkcs8Begin = new Uint8Array([0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]);

export async function signingKeyOf(secret: Uint8Array, label: Label): Promise<SigningKey> {
	const seed = await derive(secret, label);
	try {
		const whole = joined(pkcs8Begin, seed);
		// The public half is read from a copy that may be read; the key that signs may not.
		const readable = await crypto.subtle.importKey('pkcs8', whole, 'Ed25519', true, ['sign']);
		const { x = '' } = await crypto.subtle.exportKey('jwk', readable);
		const publicKey = fromText(x);
		if (publicKey?.length !== 32) throw new Error('a signing key without its public half');
		const key = await crypto.subtle.importKey('pkcs8', whole, 'Ed25519', false, ['sign']);
		return {
			publicKey,
			sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', key, message as Bytes))
		};
	} catch (error) {
		if (!(error instanceof DOMException) || error.name !== 'NotSupportedError') throw error;
		const { ed25519 } = await import('./ed25519-script.ts');
		return { publicKey: new Uint8Array(ed25519.getPublicKey(seed)), sign: (message) => Promise.resolve(new Uint8Array(ed25519.sign(message, seed))) };
	}
}

export function randomSecret(): Bytes {
	return crypto.getRandomValues(new Uint8Array(32));
}

/** How often a slow hash is made: it costs an old phone about a second, and whoever guesses as much for each guess. */
const slowRounds = 600_000;

/** 32 bytes, PBKDF2-HMAC-SHA-256 (RFC 8018). `salt` begins with words that no other use begins with. */
export async function slowHash({ text, salt, more = new Uint8Array() }: { text: string; salt: string; more?: Uint8Array }): Promise<Bytes> {
	const key = await crypto.subtle.importKey('raw', utf8(text), 'PBKDF2', false, ['deriveBits']);
	const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: joined(utf8(salt), more), iterations: slowRounds }, key, 256);
	return new Uint8Array(bits);
}

/**
 * By what the server finds an account when somebody signs in with a passphrase, instead of the name itself: 32 bytes,
 * PBKDF2-HMAC-SHA-256 of the name under the installation's salt. A name is short, so whoever holds both this and the
 * salt can try guesses; nobody reads it.
 */
export function nameKey(name: string, installationSalt: Uint8Array): Promise<Bytes> {
	return slowHash({ text: normalisedName(name), salt: 'steadfast/name/1', more: installationSalt });
}

/**
 * One spelling for a name however it was typed: Unicode's compatibility form, lower case, single spaces, none of the signs
 * that nobody sees (marks of direction, joiners), which keyboards for Arabic add by themselves.
 */
function normalisedName(name: string): string {
	// Lower case can undo the form ("İ" becomes two signs), so it is made again.
	return name.normalize('NFKC').toLowerCase().normalize('NFKC').replaceAll(/\p{Cf}/gu, '').replaceAll(/\s+/gu, ' ').trim();
}
