import { toText, type Bytes } from './envelope.ts';
import { derive, identityOf, signingKeyOf, type KeyIdentity, type SigningKey } from './keys.ts';

/**
 * The receipt of somebody without an account: 16 random bytes on paper as twelve words, and the keys that lead from them
 * to what was sent. 128 bits, because a seized server can be asked as often as one likes.
 */
export interface Receipt extends KeyIdentity {
	readonly secret: Bytes;
	/** By what the server finds what belongs to it, as base64url of 16 bytes; it keeps the hash of it. */
	readonly mailbox: string;
	/** Signs what was sent, and shows that somebody who writes later is the same. */
	readonly signing: SigningKey;
}

export function newReceipt(): Promise<Receipt> {
	return receiptOf(crypto.getRandomValues(new Uint8Array(16)));
}

/** The receipt of a secret of 16 bytes. */
export async function receiptOf(secret: Uint8Array): Promise<Receipt> {
	if (secret.length !== 16) throw new Error(`a receipt of ${secret.length} bytes`);
	const [keys, mailbox, signing] = await Promise.all([identityOf(secret, 'receipt/identity'), derive(secret, 'receipt/mailbox', 16), signingKeyOf(secret, 'receipt/signing')]);
	return { ...keys, secret: new Uint8Array(secret), mailbox: toText(mailbox), signing };
}

/** AES-256-GCM for what a device keeps until it is sent: whoever takes the device needs the words. Cannot be read out. */
export async function draftKeyOf(secret: Uint8Array): Promise<CryptoKey> {
	return crypto.subtle.importKey('raw', await derive(secret, 'receipt/draft'), 'AES-GCM', false, ['encrypt', 'decrypt']);
}
