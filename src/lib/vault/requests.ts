import { requestMessage, sha256, toText } from './envelope.ts';
import type { SigningKey } from './keys.ts';

/** The value of `steadfast-signature` for a request of a signed-in person. `path` is the address without its origin. */
export async function signRequest({ method, path, session, body, signing }: { method: string; path: string; session: string; body: Uint8Array; signing: SigningKey }): Promise<string> {
	return toText(await signing.sign(requestMessage({ method, path, session, bodyHash: toText(await sha256(body)) })));
}
