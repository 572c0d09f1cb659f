import { fromText, toText, type Bytes, utf8 } from './envelope.ts';
import { derive } from './keys.ts';

/**
 * Note: What an invitation link carries.
 * Behind the `#`, which browsers never send: a secret of 16 bytes and the ids that certify the keys of who invites and of
 * the circle. The server gets a token that is derived from the secret and keeps that token's hash; the proof key is
 * derived too and never sent, so that a message under it can only come from somebody who had the link.
 */
export interface InvitationSecret {
	readonly secret: Bytes;
	/** What shows the server that somebody has the link, as base64url. */
	readonly token: string;
}

export async function invitationOf(secret: Uint8Array): Promise<InvitationSecret> {
	return { secret: new Uint8Array(secret), token: toText(await derive(secret, 'invitation/token', 16)) };
}

export function newInvitation(): Promise<InvitationSecret> {
	return invitationOf(crypto.getRandomValues(new Uint8Array(16)));
}

/** HMAC-SHA-256 over what a joining person says, as base64url. */
export async function proofOf(secret: Uint8Array, said: string): Promise<string> {
	return toText(new Uint8Array(await crypto.subtle.sign('HMAC', await proofKey(secret), utf8(said))));
}

export async function isProof(secret: Uint8Array, said: string, proof: string): Promise<boolean> {
	return crypto.subtle.verify('HMAC', await proofKey(secret), fromText(proof) ?? new Uint8Array(), utf8(said));
}

async function proofKey(secret: Uint8Array): Promise<CryptoKey> {
	return crypto.subtle.importKey('raw', await derive(secret, 'invitation/proof'), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}
