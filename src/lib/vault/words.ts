import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { joined, sha256, type Bytes, utf8 } from './envelope.ts';

/**
 * Note: Words for secrets.
 * BIP-39 lists of 2,048 words, 11 bits each, in the person's language where a list exists (English, Spanish, French; for
 * Arabic there is none, so English). A list is loaded when it is needed. Reading tries every list: people change language.
 */
export type WordLanguage = 'en' | 'es' | 'fr' | 'ar';

const lists = {
	en: async () => (await import('@scure/bip39/wordlists/english.js')).wordlist,
	es: async () => (await import('@scure/bip39/wordlists/spanish.js')).wordlist,
	fr: async () => (await import('@scure/bip39/wordlists/french.js')).wordlist
};

export function wordList(language: WordLanguage): Promise<string[]> {
	return lists[language === 'ar' ? 'en' : language]();
}

/** 32 bytes as 24 words with a checksum (BIP-39). */
export async function kitWords(secret: Uint8Array, language: WordLanguage): Promise<string[]> {
	return entropyToMnemonic(secret, await wordList(language)).split(' ');
}

export type ReadWords = { readonly ok: true; readonly secret: Bytes } | { readonly ok: false; readonly reason: 'unknown-word' | 'wrong-count' | 'wrong-checksum'; readonly word?: string };

/**
 * The 32 bytes of 24 typed words: any case, any spaces, numbers and commas between them, accents typed or not, in any of
 * the lists. Says which word is in no list; `wrong-checksum` when all are known but one is not what was written down.
 */
export async function readKit(typed: string): Promise<ReadWords> {
	const words = typed
		.normalize('NFKD')
		.toLowerCase()
		.split(/[^\p{L}\p{M}]+/u)
		.filter(Boolean);
	if (words.length !== 24) return { ok: false, reason: 'wrong-count' };
	let best: ReadWords | undefined;
	for (const language of ['en', 'es', 'fr'] as const) {
		const list = await wordList(language);
		const byBare = new Map(list.map((word) => [bare(word), word]));
		const known = words.map((word) => byBare.get(bare(word)));
		const missing = known.indexOf(undefined);
		if (missing >= 0) {
			best ??= { ok: false, reason: 'unknown-word', word: words[missing] ?? '' };
			continue;
		}
		try {
			return { ok: true, secret: new Uint8Array(mnemonicToEntropy(known.join(' '), list)) };
		} catch {
			best = { ok: false, reason: 'wrong-checksum' };
		}
	}
	return best ?? { ok: false, reason: 'wrong-count' };
}

function bare(word: string): string {
	return word.normalize('NFKD').replaceAll(/\p{M}/gu, '');
}

/** `count` random words for a passphrase: six are 66 bits, which the slow hash of sign-in makes enough. */
export async function randomWords(count: number, language: WordLanguage): Promise<string[]> {
	const list = await wordList(language);
	// 2,048 divides 65,536: every word is as likely as any other.
	return Array.from(crypto.getRandomValues(new Uint16Array(count)), (number) => list[number % 2048] ?? '');
}

/**
 * Eight words (88 bits) that two people compare to know that no server stands between them: SHA-256 of both account ids
 * in order, so both see the same.
 */
export async function safetyWords(one: string, other: string, language: WordLanguage): Promise<string[]> {
	const digest = await sha256(joined(utf8('steadfast/safety/1\n'), utf8([one, other].sort().join('\n'))));
	const list = await wordList(language);
	let bits = 0n;
	for (const byte of digest.subarray(0, 11)) bits = (bits << 8n) | BigInt(byte);
	return Array.from({ length: 8 }, (_, at) => list[Number((bits >> BigInt(77 - at * 11)) & 2047n)] ?? '');
}
