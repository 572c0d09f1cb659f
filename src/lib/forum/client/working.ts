import { isFound, searches, spanOf, workText } from '../work.ts';

/** A secret of sixteen bytes, as base64url. */
export function newToken(): string {
	return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const atOnce = 64;

/** Does the work for a question or a vote (see *Work before a question*), and gives it as it is sent. */
export async function doWork({ about, token }: { readonly about: string; readonly token: string }): Promise<string> {
	const span = spanOf(new Date());
	const found: number[] = [];
	for (let search = 0; search < searches; search++) found.push(await oneFound({ about, span, token, search }));
	return [span, ...found].join(' ');
}

async function oneFound(of: { readonly about: string; readonly span: number; readonly token: string; readonly search: number }): Promise<number> {
	const encoder = new TextEncoder();
	for (let from = 0; ; from += atOnce) {
		const hashes = await Promise.all(Array.from({ length: atOnce }, (_, at) => crypto.subtle.digest('SHA-256', encoder.encode(workText({ ...of, found: from + at })))));
		const at = hashes.findIndex((hash) => isFound(new Uint8Array(hash)));
		if (at >= 0) return from + at;
	}
}
