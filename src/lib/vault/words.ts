import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import type { Bytes } from './envelope.ts';
import { slowHash } from './keys.ts';

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

/** Composed letters ("á" as one sign), as people type and printers set them; the lists themselves are decomposed. */
async function wordList(language: WordLanguage): Promise<string[]> {
	return (await lists[language === 'ar' ? 'en' : language]()).map((word) => word.normalize('NFC'));
}

/** 32 bytes as 24 words, or 16 as 12, with a checksum (BIP-39). */
export async function secretWords(secret: Uint8Array, language: WordLanguage): Promise<string[]> {
	return entropyToMnemonic(secret, await wordList(language)).normalize('NFC').split(' ');
}

export type ReadWords = { readonly ok: true; readonly secret: Bytes } | { readonly ok: false; readonly reason: 'unknown-word' | 'wrong-count' | 'wrong-checksum'; readonly word?: string };

/**
 * The 32 bytes of 24 typed words, or the 16 of 12: any case, any spaces, numbers and commas between them, accents typed or not, in any of
 * the lists. Says which word is unknown, by the list that knows most of the others; `wrong-checksum` when all are known
 * but one is not what was written down. Two lists have at most 123 words in common, so that 24 words which both know are
 * rarer (2^-97) than a kit that somebody guesses; twelve of them (2^-48) open no other receipt but one that does not exist.
 */
export async function readSecretWords(typed: string, count: 12 | 24): Promise<ReadWords> {
	const words = typed
		.normalize('NFKD')
		.toLowerCase()
		.split(/[^\p{L}\p{M}]+/u)
		.filter(Boolean);
	if (words.length !== count) return { ok: false, reason: 'wrong-count' };
	const readings = await Promise.all(Object.values(lists).map(async (load) => readingIn(await load(), words)));
	const [best] = readings.sort((a, b) => Number(b.secret !== undefined) - Number(a.secret !== undefined) || a.unknown.length - b.unknown.length);
	if (best?.secret !== undefined) return { ok: true, secret: best.secret };
	const word = best?.unknown[0];
	return word === undefined ? { ok: false, reason: 'wrong-checksum' } : { ok: false, reason: 'unknown-word', word: word.normalize('NFC') };
}

function readingIn(list: string[], words: readonly string[]): { unknown: string[]; secret?: Bytes } {
	const byBare = new Map(list.map((word) => [bare(word), word]));
	const unknown = words.filter((word) => !byBare.has(bare(word)));
	if (unknown.length > 0) return { unknown };
	try {
		return { unknown, secret: new Uint8Array(mnemonicToEntropy(words.map((word) => byBare.get(bare(word))).join(' '), list)) };
	} catch {
		return { unknown }; // The checksum is the only thing that can still be wrong.
	}
}

/** Without accents; and two letters where a French keyboard makes one of them ("œ"), which the lists do not use. */
function bare(word: string): string {
	return word.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll('œ', 'oe').replaceAll('æ', 'ae');
}

/** `count` random words for a passphrase: six are 66 bits, which the slow hash of sign-in makes enough. */
export async function randomWords(count: number, language: WordLanguage): Promise<string[]> {
	const list = await wordList(language);
	// 2,048 divides 65,536: every word is as likely as any other.
	return Array.from(crypto.getRandomValues(new Uint16Array(count)), (number) => list[number % 2048] ?? '');
}

/**
 * Twelve words (132 bits) that two people compare to know that no server stands between them; both see the same, if both
 * see them in one language.
 *
 * Note: Why twelve words and a slow hash.
 * A server that stands between shows each of them an account of its own making, and may make as many for either side as
 * it likes until both sides see the same words. Of 88 bits it finds such a pair after 2^44 accounts, an hour's work for
 * one graphics card; of 132 bits after 2^66, each of which costs 600,000 rounds.
 */
export async function safetyWords(one: string, other: string, language: WordLanguage): Promise<string[]> {
	const bytes = await slowHash({ text: [one, other].sort().join('\n'), salt: 'steadfast/safety/1' });
	const list = await wordList(language);
	const bits = BigInt(`0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`);
	return Array.from({ length: 12 }, (_, at) => list[Number((bits >> BigInt(256 - 11 * (at + 1))) & 2047n)] ?? '');
}
