import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { bech32 } from '@scure/base';
import { ed25519, ED25519_TORSION_SUBGROUP, x25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { beforeAll, expect, test, vi } from 'vitest';
import { bytesOfHex, flipped } from '../../../tests/sealing.ts';
import { bringVerifier, canonical, fromCanonical, fromText, isHybridRecipient, isId, isSignedBy, randomId, requestMessage, toText, utf8, type Json } from './envelope.ts';
import { isSignedByScript } from './ed25519-script.ts';
import { newAccount } from './index.ts';

/** RFC 8032, section 7.1: public key, message, signature. */
const rfc8032 = [
	['d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', '', 'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'],
	['3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', '72', '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'],
	['fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025', 'af82', '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'],
	['ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf', 'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f', 'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704']
] as const;

let recipient: string;

beforeAll(async () => {
	({ recipient } = await newAccount());
});

const noTexts = ['A', 'AB', 'AA==', 'AA=', 'A A', 'AA\n', ' AAAA', 'AAAA ', 'A===', '====', '+/+/', 'AAAB\u00e9', 'AAB'];

const anyJson = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);

test('a canonical text leads back to its value, and every other spelling of it to nothing', () => {
	fc.assert(
		fc.property(anyJson, (value) => {
			const text = canonical(value);

			expect(fromCanonical(text)).toEqual(value);
			expect(fromCanonical(` ${text}`)).toBeUndefined();
			expect(fromCanonical(`${text}\n`)).toBeUndefined();
		})
	);
	for (const other of ['{"b":1,"a":2}', '{"a":1,"a":1}', '[1, 2]', '1.0', '1e2', '-0', '9007199254740993', '"\\u0041"', '', 'nul', '{"a":1}x', '"\ud800"']) expect(fromCanonical(other)).toBeUndefined();
});

test('keys stand in one order whatever order they came in, and a key named like a prototype is a key', () => {
	expect(canonical({ b: 1, a: [true, null, 'x"\n'], 'é': 0, Z: {} })).toBe('{"Z":{},"a":[true,null,"x\\"\\n"],"b":1,"é":0}');
	expect(canonical(fromCanonical('{"__proto__":1,"a":2}') ?? null)).toBe('{"__proto__":1,"a":2}');
});

test('a text that is nested too deeply is no value, and no crash', () => {
	expect(fromCanonical('['.repeat(200_000) + ']'.repeat(200_000))).toBeUndefined();
});

test('what JSON cannot say is not signed as something else', () => {
	for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, { a: undefined }, [Number.NaN]]) expect(() => canonical(value as Json)).toThrow('JSON cannot say');
});

test('bytes have one text, and a text that is not exactly it has no bytes', () => {
	fc.assert(
		fc.property(fc.uint8Array(), (bytes) => {
			expect(fromText(toText(bytes))).toEqual(new Uint8Array(bytes));
		})
	);
	for (const wrong of noTexts) expect(fromText(wrong)).toBeUndefined();
});

test.each(['--js-base-64', '--no-js-base-64'])('so it is in a browser as well, one that has the web’s own way for it and one that has not (%s)', (flag) => {
	const inBrowser = `
		delete globalThis.Buffer;
		const { fromText, toText } = await import(${JSON.stringify(pathToFileURL('src/lib/vault/envelope.ts').href)});
		const all = [0, 1, 2, 3, 31, 32, 33, 1000].map((length) => crypto.getRandomValues(new Uint8Array(length)));
		const kept = all.map((bytes) => String(fromText(toText(bytes))) === String(bytes) && /^[\\w-]*$/.test(toText(bytes)));
		console.log(JSON.stringify([typeof Uint8Array.fromBase64, kept, ${JSON.stringify(noTexts)}.map((text) => fromText(text) === undefined)]));`;

	const found = execFileSync(process.execPath, [flag, '--input-type=module', '-e', inBrowser], { encoding: 'utf8', env: { ...process.env, NODE_NO_WARNINGS: '1' } });

	expect(JSON.parse(found)).toEqual([flag === '--js-base-64' ? 'function' : 'undefined', Array.from({ length: 8 }, () => true), noTexts.map(() => true)]);
});

test('an id is 16 bytes in the one spelling they have', () => {
	const id = randomId();

	expect([id, `${id}A`, id.slice(1), 'A'.repeat(22), `${'A'.repeat(21)}B`, ' '.repeat(22)].map(isId)).toEqual([true, false, false, true, false, false]);
});

test('a recipient is hybrid to the last bit: prefix, letters, length and checksum', () => {
	const other = (at: number): string => recipient.slice(0, at) + (recipient[at] === 'q' ? 'p' : 'q') + recipient.slice(at + 1);

	expect(isHybridRecipient(recipient)).toBe(true);
	for (const at of [10, 500, 1000, 1500, recipient.length - 1]) expect(isHybridRecipient(other(at))).toBe(false);
	for (const wrong of ['', recipient.toUpperCase(), `${recipient}q`, recipient.slice(0, -1), recipient.replace('age1pq1', 'age1tagpq1'), `${recipient}\n`]) expect(isHybridRecipient(wrong)).toBe(false);
});

test('a recipient that looks right and that nothing can be sealed to is none, so that one member cannot keep the keys from all others', () => {
	const key = bech32.fromWords(bech32.decode(recipient as `${string}1${string}`, false).words);
	const altered = (change: (bytes: Uint8Array) => void): string => {
		const bytes = new Uint8Array(key);
		change(bytes);
		return bech32.encode('age1pq', bech32.toWords(bytes), false);
	};

	expect(altered(() => undefined)).toBe(recipient);
	// Numbers from 3,329 on in the first, the last and a middle place of the ML-KEM key.
	for (const at of [0, 576, 1149]) {
		expect(isHybridRecipient(altered((bytes) => bytes.set([0x01, 0x0d | (bytes[at + 1]! & 0xf0)], at)))).toBe(false);
		expect(isHybridRecipient(altered((bytes) => bytes.set([0xff, 0xff], at + 1)))).toBe(false);
		expect(isHybridRecipient(altered((bytes) => bytes.set([0x00, 0x0d], at)))).toBe(true);
	}
	for (const point of lowOrderPoints()) {
		expect(() => x25519.getSharedSecret(new Uint8Array(32).fill(7), point)).toThrow();
		expect(isHybridRecipient(altered((bytes) => bytes.set(point, 1184)))).toBe(false);
	}
});

test.each([['Web Crypto', isSignedBy], ['the script for browsers without Ed25519', isSignedByScript]] as const)('%s verifies the signatures that RFC 8032 prints, and none with a flipped bit', async (_, verify) => {
	for (const [key, message, signature] of rfc8032) {
		const [publicKey, said, signed] = [key, message, signature].map(bytesOfHex) as [Uint8Array, Uint8Array, Uint8Array];
		expect(await verify(publicKey, said, signed)).toBe(true);
		for (let bit = 0; bit < 512; bit += 37) expect(await verify(publicKey, said, flipped(signed, bit))).toBe(false);
		for (let bit = 0; bit < 256; bit += 37) expect(await verify(flipped(publicKey, bit), said, signed)).toBe(false);
		expect(await verify(publicKey, utf8('something else'), signed)).toBe(false);
	}
});

test('a signature by a key of small order, which fits many messages, is none', async () => {
	// R and S zero: by such a key it would be valid for whatever is said.
	const fitsAll = new Uint8Array(64);
	fitsAll[0] = 1;

	// Node refuses such keys by itself and Chromium does not; this stands for a browser that believes whatever it is shown.
	vi.spyOn(crypto.subtle, 'verify').mockResolvedValue(true);

	expect(ED25519_TORSION_SUBGROUP).toHaveLength(8);
	for (const hex of ED25519_TORSION_SUBGROUP) {
		const key = bytesOfHex(hex);
		for (const sign of [0, 0x80]) {
			const signed = new Uint8Array(key);
			signed[31] = signed[31]! ^ sign;
			for (const message of ['yes', 'no']) {
				expect(await isSignedBy(signed, utf8(message), fitsAll)).toBe(false);
				expect(isSignedByScript(signed, utf8(message), fitsAll)).toBe(false);
			}
		}
	}
	// 2^255 - 18 is a second way to write 1.
	const second = bytesOfHex(`ee${'ff'.repeat(30)}7f`);
	expect(await isSignedBy(second, utf8('yes'), fitsAll)).toBe(false);
	expect(ed25519.Point.fromBytes(second, true).isSmallOrder()).toBe(true);
});

test('keys and signatures of a wrong length, or that are no point, sign nothing', async () => {
	const [key, , signature] = rfc8032[0].map(bytesOfHex) as [Uint8Array, Uint8Array, Uint8Array];

	for (const [publicKey, signed] of [[key.subarray(1), signature], [new Uint8Array(), signature], [key, signature.subarray(1)], [key, new Uint8Array(65)], [new Uint8Array(32).fill(0xff), signature], [new Uint8Array(32).fill(2), signature]] as const) {
		expect(await isSignedBy(publicKey, new Uint8Array(), signed)).toBe(false);
	}
});

test('a key whose bytes are changed in place is another key, whatever was remembered of it', async () => {
	const [publicKey, said, signed] = rfc8032[1].map(bytesOfHex) as [Uint8Array, Uint8Array, Uint8Array];
	expect(await isSignedBy(publicKey, said, signed)).toBe(true);

	publicKey.set(bytesOfHex(rfc8032[2][0]));

	expect(await isSignedBy(publicKey, said, signed)).toBe(false);
});

test('a browser without Ed25519 verifies by script, and without the script says so instead of calling a signature forged', async () => {
	// A key that nobody here has met: of others a native one is remembered.
	const { signing } = await newAccount();
	const { publicKey } = signing;
	const said = utf8('signed');
	const signed = await signing.sign(said);
	vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new DOMException('Unrecognized name.', 'NotSupportedError'));

	expect(await isSignedBy(publicKey, said, signed)).toBe(true);
	expect(await isSignedBy(publicKey, said, flipped(signed, 9))).toBe(false);
	bringVerifier(() => Promise.reject(new Error('nothing here verifies')));
	await expect(isSignedBy(publicKey, said, signed)).rejects.toThrow('nothing here verifies');
});

test('what is signed of a request differs with each of its parts', () => {
	const request = { method: 'POST', path: '/api/circles?x=1', session: randomId(), bodyHash: 'h' };
	const texts = [request, { ...request, method: 'PUT' }, { ...request, path: '/api/circles?x=2' }, { ...request, session: randomId() }, { ...request, bodyHash: 'i' }].map((one) => toText(requestMessage(one)));

	expect(new Set(texts).size).toBe(5);
});

/** u of the points of small order, as RFC 7748's functions read them: the highest bit does not count, and some have two spellings. */
function lowOrderPoints(): Uint8Array[] {
	const plain = [
		'00'.repeat(32),
		`01${'00'.repeat(31)}`,
		'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
		'5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
		`ec${'ff'.repeat(30)}7f`,
		`ed${'ff'.repeat(30)}7f`,
		`ee${'ff'.repeat(30)}7f`
	].map(bytesOfHex);
	return plain.flatMap((point) => {
		const high = new Uint8Array(point);
		high[31] = high[31]! | 0x80;
		return [point, high];
	});
}
