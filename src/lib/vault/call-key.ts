import type { Bytes } from './envelope.ts';
import { randomSecret, signingKeyOf, type SigningKey } from './keys.ts';

/** The secret of a call's own signing key: its circle keeps it, so that the call names none of those who sign for it. */
export function newCallSecret(): Bytes {
	return randomSecret();
}

export function callKeyOf(secret: Uint8Array): Promise<SigningKey> {
	return signingKeyOf(secret, 'call/signing');
}
