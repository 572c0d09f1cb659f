import { isId, sha256, toText, utf8 } from '#lib/vault/envelope.ts';

/** For so many days a link that lets one person in late can be used. */
export const lateDays = 7;

/** By what the server finds a late link, as base64url: its secret (16 bytes as base64url) stands in the link alone until it is used. */
export async function lateLinkHash(secret: string): Promise<string> {
	return toText(await sha256(utf8(`steadfast/late-link/1\n${secret}`)));
}

export function isLateSecret(text: string): boolean {
	return isId(text);
}
