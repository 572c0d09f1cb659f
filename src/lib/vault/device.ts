import { canonical, fromCanonical, joined, type Json, nonceBytes, utf8, type Bytes } from './envelope.ts';

/**
 * What this browser remembers for an account between visits (the newest heads that it saw), sealed under a key that only
 * the unlocked account has: whoever takes the phone sees that something is kept, not for whom or what.
 */
export async function sealMemory(memory: Json, key: CryptoKey): Promise<Bytes> {
	const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
	return joined(nonce, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, utf8(canonical(memory)))));
}

/** Undefined where it is another account's, or damaged: then nothing is remembered, as on a new device. */
export async function openMemory(sealed: Uint8Array, key: CryptoKey): Promise<Json | undefined> {
	try {
		const bytes = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.slice(0, nonceBytes) as Bytes }, key, sealed.slice(nonceBytes) as Bytes);
		return fromCanonical(new TextDecoder().decode(bytes));
	} catch {
		return undefined;
	}
}
