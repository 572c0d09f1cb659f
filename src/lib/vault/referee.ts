import { toText, type Bytes } from './envelope.ts';
import { derive, signingKeyOf, type SigningKey } from './keys.ts';

/**
 * Note: What a referee's link carries.
 * Behind the `#`: the call's id, and a secret of 16 bytes that officers keep in their circle. All else is derived from it:
 * by what the server finds the questions, what opens them, and what signs the answer. So the server can neither read the
 * questions nor put others in their place nor answer them; and officers know an answer as that of this link.
 */
export interface RefereeLink {
	readonly secret: Bytes;
	/** By what the server finds the questions, as base64url of 16 bytes. */
	readonly id: string;
	/** AES-256-GCM for the questions; cannot be read out. */
	readonly questions: CryptoKey;
	readonly signing: SigningKey;
}

export function newRefereeLink(): Promise<RefereeLink> {
	return refereeLinkOf(crypto.getRandomValues(new Uint8Array(16)));
}

/** The keys of a secret of 16 bytes. */
export async function refereeLinkOf(secret: Uint8Array): Promise<RefereeLink> {
	if (secret.length !== 16) throw new Error(`a referee's link of ${secret.length} bytes`);
	const [id, key, signing] = await Promise.all([derive(secret, 'referee/id', 16), derive(secret, 'referee/questions'), signingKeyOf(secret, 'referee/signing')]);
	return { secret: new Uint8Array(secret), id: toText(id), questions: await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']), signing };
}
