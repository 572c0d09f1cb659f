import { createHash, pbkdf2Sync } from 'node:crypto';
import { wordlist as english } from '@scure/bip39/wordlists/english.js';
import { wordlist as french } from '@scure/bip39/wordlists/french.js';
import { wordlist as spanish } from '@scure/bip39/wordlists/spanish.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOfHex } from '../../../tests/sealing.ts';
import { randomId } from './envelope.ts';
import { randomWords, readSecretWords, safetyWords, secretWords } from './words.ts';

const lists = { en: english, es: spanish, fr: french };
const languages = ['en', 'es', 'fr', 'ar'] as const;

/** The 32-byte ones of the vectors that Trezor publishes for BIP-39. */
const vectors: [hex: string, words: string][] = [
	['00'.repeat(32), 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art'],
	['7f'.repeat(32), 'legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title'],
	['80'.repeat(32), 'letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic bless'],
	['ff'.repeat(32), 'zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote'],
	['68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c', 'hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel tennis maple dilemma loan word shrug inflict delay length'],
	['9f6a2878b2520799a44ef18bc7df394e7061a224d2c33cd015b157d746869863', 'panda eyebrow bullet gorilla call smoke muffin taste mesh discover soft ostrich alcohol speed nation flash devote level hobby quick inner drive ghost inside'],
	['066dca1a2bb7e8a1db2832148ce9933eea0f3ac9548d793112d9a95c9407efad', 'all hour make first leader extend hole alien behind guard gospel lava path output census museum junior mass reopen famous sing advance salt reform'],
	['f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f', 'void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point ten exist slush involve unfold']
];

test('the lists are those of BIP-39, to the last letter', () => {
	const digests = Object.values(lists).map((list) => createHash('sha256').update(`${list.join('\n')}\n`).digest('hex'));

	// The digests of english.txt, spanish.txt and french.txt in bitcoin/bips.
	expect(digests).toEqual(['2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda', '46846a5a0139d1e3cb77293e521c2865f7bcdb82c44e8d0a06a2cd0ecba48c0b', 'ebc3959ab7801a1df6bac4fa7d970652f1df76b683cd2f4003c941c63d517e59']);
});

test('the words of the published vectors are ours, and in the other lists those that stand at the same place', async () => {
	for (const [hex, words] of vectors) {
		const places = words.split(' ').map((word) => english.indexOf(word));
		for (const language of ['en', 'es', 'fr'] as const) {
			const own = await secretWords(bytesOfHex(hex), language);
			expect(own.map((word) => word.normalize('NFKD'))).toEqual(places.map((place) => lists[language][place]?.normalize('NFKD')));
			expect(await readSecretWords(own.join(' '), 24)).toEqual({ ok: true, secret: bytesOfHex(hex) });
		}
	}
});

test('a receipt of twelve words is read in any language, however it was typed, and is no kit', async () => {
	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.constantFrom(...languages), async (secret, language) => {
			const words = await secretWords(secret, language);

			expect(words).toHaveLength(12);
			expect(await readSecretWords(words.join(' ').toUpperCase(), 12)).toEqual({ ok: true, secret: new Uint8Array(secret) });
			expect(await readSecretWords(words.join(' '), 24)).toEqual({ ok: false, reason: 'wrong-count' });
		})
	);
});

test('a kit is read in any language, however it was typed', async () => {
	const typings: ((words: string[]) => string)[] = [
		(words) => words.join(' '),
		(words) => words.join('\n').toUpperCase(),
		(words) => words.map((word, at) => `${at + 1}. ${word}`).join(',\t'),
		(words) => words.join(' ').normalize('NFD'),
		(words) => words.join('\u00a0').normalize('NFD').replaceAll(/\p{M}/gu, ''),
		(words) => `  ${words.join(' — ')} .`.replaceAll('oe', 'œ').replaceAll('ae', 'æ')
	];

	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.constantFrom(...languages), fc.constantFrom(...typings), async (secret, language, typing) => {
			expect(await readSecretWords(typing(await secretWords(secret, language)), 24)).toEqual({ ok: true, secret: new Uint8Array(secret) });
		})
	);
});

test('words are shown composed, as keyboards type them and printers set them', async () => {
	for (const language of ['es', 'fr'] as const) {
		const words = [...(await secretWords(new Uint8Array(32), language)), ...(await randomWords(500, language)), ...(await safetyWords(randomId(), randomId(), language))];
		expect(words).toEqual(words.map((word) => word.normalize('NFC')));
	}
});

test.each(['en', 'es', 'fr'] as const)('the word that is told to be unknown is the mistyped one (%s)', async (language) => {
	for (const [hex] of vectors) {
		const words = await secretWords(bytesOfHex(hex), language);
		words[7] = 'ñxyzá';
		expect(await readSecretWords(words.join(' '), 24)).toEqual({ ok: false, reason: 'unknown-word', word: 'ñxyzá' });
	}
});

test('another word of the list, or two that changed places, are found out by the checksum', async () => {
	const words = await secretWords(bytesOfHex(vectors[4]![0]), 'fr');
	const other = [...words];
	other[3] = french[(french.indexOf(words[3]!.normalize('NFKD')) + 1) % 2048]!;
	const changed = [words[1]!, words[0]!, ...words.slice(2)];

	expect(await readSecretWords(other.join(' '), 24)).toEqual({ ok: false, reason: 'wrong-checksum' });
	expect(await readSecretWords(changed.join(' '), 24)).toEqual({ ok: false, reason: 'wrong-checksum' });
});

test('more or fewer than 24 words are no kit', async () => {
	const words = await secretWords(new Uint8Array(32), 'en');

	for (const typed of ['', '1 2 3', words.slice(1).join(' '), [...words, 'art'].join(' '), words.slice(0, 12).join(' ')]) expect(await readSecretWords(typed, 24)).toEqual({ ok: false, reason: 'wrong-count' });
});

test('no list has two words that differ in accents alone, and any two lists have at most 123 words in common', () => {
	const bare = Object.values(lists).map((list) => new Set(list.map((word) => word.normalize('NFKD').replaceAll(/\p{M}/gu, ''))));
	const common = [[0, 1], [0, 2], [1, 2]].map(([a, b]) => [...bare[a!]!].filter((word) => bare[b!]!.has(word)).length);

	expect(bare.map(({ size }) => size)).toEqual([2048, 2048, 2048]);
	expect(common).toEqual([12, 123, 13]);
});

test('words in two lists at once are read by the list whose checksum they carry', async () => {
	const common = french.filter((word) => english.includes(word));
	const phrase = async (language: 'en' | 'fr'): Promise<string> => {
		for (const before of common) {
			for (const last of common) {
				const words = [...common.slice(0, 22), before, last].join(' ');
				const read = await readSecretWords(words, 24);
				if (read.ok && (await secretWords(read.secret, language)).join(' ') === words) return words;
			}
		}
		throw new Error('no phrase of common words in this list');
	};

	expect((await phrase('en')).split(' ')).toHaveLength(24);
	expect((await phrase('fr')).split(' ')).toHaveLength(24);
});

test('two people see the same twelve words, whoever of them looks, and a third sees others', async () => {
	const [one, other, third] = [randomId(), randomId(), randomId()];
	const words = await safetyWords(one, other, 'en');

	expect(words).toHaveLength(12);
	expect(await safetyWords(other, one, 'en')).toEqual(words);
	expect(await safetyWords(one, third, 'en')).not.toEqual(words);
	expect(await safetyWords(one, other, 'ar')).toEqual(words);
	expect((await safetyWords(one, other, 'es')).map((word) => spanish.indexOf(word.normalize('NFKD')))).toEqual(words.map((word) => english.indexOf(word)));
});

test('safety words are the first 132 bits of 600,000 rounds of PBKDF2, as OpenSSL makes them', async () => {
	const [one, other] = ['AAAAAAAAAAAAAAAAAAAAAA', 'BAAAAAAAAAAAAAAAAAAAAA'];
	const bits = [...pbkdf2Sync(`${one}\n${other}`, 'steadfast/safety/1', 600_000, 32, 'sha256')].map((byte) => byte.toString(2).padStart(8, '0')).join('');

	expect(await safetyWords(one, other, 'en')).toEqual(Array.from({ length: 12 }, (_, at) => english[Number.parseInt(bits.slice(at * 11, at * 11 + 11), 2)]));
});

test('random words come from the whole list, as many as are asked for', async () => {
	const words = await randomWords(30_000, 'es');

	expect(words).toHaveLength(30_000);
	// Each of 2,048 words is drawn about 15 times, and one in three million never.
	expect(new Set(words).size).toBeGreaterThan(2040);
});
