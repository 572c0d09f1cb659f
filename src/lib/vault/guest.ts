import { toText, type Bytes } from './envelope.ts';
import { derive, signingKeyOf, type SigningKey } from './keys.ts';

/**
 * Note: What an invitation's link carries, and what takes its place.
 * Behind the `#` stands a secret of 16 bytes, which the convenors keep in their circle. From it come the id by which the
 * server finds the letter, the key that opens the letter, and the key that signs the first opening. At that opening the
 * guest's device makes a secret of its own, which nobody else ever has: the link leads to nothing from then on, and the
 * guest's own keys do. Whoever holds the link and not the device, the convenors among them, cannot answer for the guest.
 */
export interface GuestLink {
	readonly secret: Bytes;
	/** By what the server finds the letter, as base64url of 16 bytes. */
	readonly id: string;
	/** AES-256-GCM for the letter; cannot be read out. */
	readonly letter: CryptoKey;
	/** Signs the opening. */
	readonly signing: SigningKey;
	/** AES-256-GCM for what the device keeps: the guest's own secret, which opens with the link again. */
	readonly device: CryptoKey;
}

/** The guest's own: 16 bytes, which are twelve words on paper. */
export interface GuestKeys {
	readonly secret: Bytes;
	/** By what the server finds what is the guest's, as base64url of 16 bytes; it keeps the hash of it. */
	readonly mailbox: string;
	/** Signs answers. */
	readonly signing: SigningKey;
	/** Signs what the public may be shown: another key, so that nothing public leads to an invitation. */
	readonly showing: SigningKey;
	/** AES-256-GCM for what the guest reads again. */
	readonly own: CryptoKey;
}

export function newGuestLink(): Promise<GuestLink> {
	return guestLinkOf(crypto.getRandomValues(new Uint8Array(16)));
}

/** The keys of a link's secret of 16 bytes. */
export async function guestLinkOf(secret: Uint8Array): Promise<GuestLink> {
	if (secret.length !== 16) throw new Error(`an invitation's link of ${secret.length} bytes`);
	const [id, letter, signing, device] = await Promise.all([derive(secret, 'guest-link/id', 16), derive(secret, 'guest-link/letter'), signingKeyOf(secret, 'guest-link/signing'), derive(secret, 'guest-link/device')]);
	return { secret: new Uint8Array(secret), id: toText(id), letter: await sealingKey(letter), signing, device: await sealingKey(device) };
}

export function newGuestKeys(): Promise<GuestKeys> {
	return guestKeysOf(crypto.getRandomValues(new Uint8Array(16)));
}

/** The keys of a guest's own secret of 16 bytes. */
export async function guestKeysOf(secret: Uint8Array): Promise<GuestKeys> {
	if (secret.length !== 16) throw new Error(`a guest's secret of ${secret.length} bytes`);
	const [mailbox, signing, showing, own] = await Promise.all([derive(secret, 'guest/mailbox', 16), signingKeyOf(secret, 'guest/signing'), signingKeyOf(secret, 'guest/showing'), derive(secret, 'guest/own')]);
	return { secret: new Uint8Array(secret), mailbox: toText(mailbox), signing, showing, own: await sealingKey(own) };
}

function sealingKey(bytes: Bytes): Promise<CryptoKey> {
	return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
}
