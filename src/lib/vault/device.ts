import { canonical, fromCanonical, joined, type Json, nonceBytes, utf8, type Bytes } from './envelope.ts';
import { decodeText } from './frame.ts';
import { paddedLength } from './padding.ts';

/**
 * What this browser remembers for an account between visits (the newest heads that it saw), sealed under a key that only
 * the unlocked account has: whoever takes the phone sees that something is kept, not for whom or what, nor, as it is padded
 * with spaces, of how many circles.
 */
export async function sealMemory(memory: Json, key: CryptoKey): Promise<Bytes> {
	const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
	const text = utf8(canonical(memory));
	const padded = new Uint8Array(paddedLength(text.length)).fill(0x20);
	padded.set(text);
	return joined(nonce, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, padded)));
}

/** Undefined where it is another account's, or damaged: then nothing is remembered, as on a new device. */
export async function openMemory(sealed: Uint8Array, key: CryptoKey): Promise<Json | undefined> {
	try {
		const bytes = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.slice(0, nonceBytes) }, key, sealed.slice(nonceBytes));
		return fromCanonical(decodeText(new Uint8Array(bytes)).trimEnd());
	} catch {
		return undefined;
	}
}
