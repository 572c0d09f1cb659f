import type { Bytes } from './envelope.ts';
import { derive, identityOf, randomSecret, type KeyIdentity } from './keys.ts';

/**
 * Note: Why a thing with several readers has parts.
 * Whoever may read a part has its secret, handed over in a letter; whoever may not, has not. So what a reviewer cannot
 * see is not hidden from them by a page: it does not open.
 */
export function newPartSecret(): Bytes {
	return randomSecret();
}

/** AES-256-GCM for the records of a part; cannot be read out. */
export async function partRecords(secret: Uint8Array): Promise<CryptoKey> {
	return crypto.subtle.importKey('raw', await derive(secret, 'part/records'), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** What a part's files are sealed to. Costs milliseconds: only where there are files. */
export function partFiles(secret: Uint8Array): Promise<KeyIdentity> {
	return identityOf(secret, 'part/files');
}
