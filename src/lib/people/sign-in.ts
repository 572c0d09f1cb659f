import { sha256, toText, utf8, type Bytes } from '#lib/vault/envelope.ts';

/** What OPAQUE binds both sides to as the server's name (RFC 9807, section 3.2): the same for every installation. */
export const opaqueServer = 'steadfast';

/**
 * Which installation this is: the first 16 bytes of SHA-256 of its OPAQUE public key, as base64url. Invitation links
 * carry it, so that a server with other keys is refused before a passphrase is made for it. It is also the salt under
 * which names are hashed: public, and another one for each installation.
 */
export async function fingerprintOf(serverPublicKey: Uint8Array): Promise<string> {
	return toText((await sha256(serverPublicKey)).subarray(0, 16));
}

/** What the key of a recovery kit signs to show that somebody holds it: a challenge of this origin's, used once. */
export function kitMessage(origin: string, challenge: string): Bytes {
	return utf8(`steadfast/kit/1\n${origin}\n${challenge}`);
}

/** What is evaluated by a passkey's PRF (WebAuthn Level 3, section 10.1.4). Constant: the key differs by passkey. */
export function passkeySalt(): Bytes {
	return utf8('steadfast/passkey/1');
}
