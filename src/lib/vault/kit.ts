import { toText, type Bytes } from './envelope.ts';
import { derive, identityOf, randomSecret, signingKeyOf, type KeyIdentity, type SigningKey } from './keys.ts';

/** The recovery kit: 32 random bytes on paper, and the keys that lead from them to the account. */
export interface Kit extends KeyIdentity {
	readonly secret: Bytes;
	/** By what the server finds the account, as base64url of 16 bytes; it keeps the hash of it. */
	readonly lookup: string;
	/** Shows the server that somebody holds the kit, without showing the kit. */
	readonly signing: SigningKey;
}

export function newKit(): Promise<Kit> {
	return kitOf(randomSecret());
}

export async function kitOf(secret: Uint8Array): Promise<Kit> {
	const [keys, lookup, signing] = await Promise.all([identityOf(secret, 'kit/identity'), derive(secret, 'kit/lookup', 16), signingKeyOf(secret, 'kit/signing')]);
	return { ...keys, secret: new Uint8Array(secret), lookup: toText(lookup), signing };
}
