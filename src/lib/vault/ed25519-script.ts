import { ed25519 } from '@noble/curves/ed25519.js';

// Loaded only by browsers that have no Ed25519 of their own.
export { ed25519 };

/** As strict as Web Crypto: no second spelling of a key or a signature, no key of small order. */
export function isSignedByScript(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
	return ed25519.verify(signature, message, publicKey, { zip215: false });
}
