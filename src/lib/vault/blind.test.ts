import { readFileSync } from 'node:fs';
import { RSABSSA } from '@cloudflare/blindrsa-ts';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { ballotKeysOf, blinded, blindSigned, fitsBlinded, newIssuingKey, unblinded } from './blind.ts';
import { canonical, fromText, joined, toText, utf8, type Bytes } from './envelope.ts';
import { VaultFailure } from './failure.ts';
import { randomSecret } from './keys.ts';

const vector = v.parse(v.record(v.string(), v.string()), JSON.parse(readFileSync('tests/fixtures/rfc9474.json', 'utf8')));
const bytesOf = (name: string): Bytes => new Uint8Array(Buffer.from(vector[name] ?? '', 'hex'));
const textOf = (name: string): string => toText(bytesOf(name));
const numberOf = (name: string): bigint => BigInt(`0x${vector[name]}`);
const hexOf = (text: string): string => Buffer.from(fromText(text) ?? []).toString('hex');
const textOfNumber = (number: bigint): string => toText(new Uint8Array(Buffer.from(number.toString(16).padStart(2 * Math.ceil(number.toString(16).length / 2), '0'), 'hex')));

function inverse(number: bigint, modulus: bigint): bigint {
	let [a, b, x, y] = [number % modulus, modulus, 1n, 0n];
	while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
	return ((x % modulus) + modulus) % modulus;
}

test('blinding, signing and what is left of it are to the last bit those of RFC 9474', async () => {
	const [n, p, q, d] = [numberOf('n'), numberOf('p'), numberOf('q'), numberOf('d')];
	const issuing = textOf('n');
	const secret = canonical(Object.fromEntries(Object.entries({ n, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }).map(([name, part]) => [name, textOfNumber(part)])));
	const message = joined(bytesOf('msg_prefix'), bytesOf('msg'));
	const keys = { salt: bytesOf('salt'), blinding: fromText(textOfNumber(inverse(numberOf('inv'), n) - 1n)) ?? new Uint8Array() };

	const given = await blinded({ issuing, message, keys });
	const signed = blindSigned(secret, given);
	const signature = await unblinded({ issuing, message, keys, signature: signed });

	expect([given, signed, signature].map(hexOf)).toEqual([vector['blinded_msg'], vector['blind_sig'], vector['sig']]);
});

const message = utf8('a prepared message');

async function verifies(issuing: string, signature: string, of: Bytes): Promise<boolean> {
	const key = await crypto.subtle.importKey('jwk', { kty: 'RSA', n: issuing, e: 'AQAB', alg: 'PS384' }, { name: 'RSA-PSS', hash: 'SHA-384' }, false, ['verify']);
	return crypto.subtle.verify({ name: 'RSA-PSS', saltLength: 48 }, key, fromText(signature) ?? new Uint8Array(), of);
}

test('a blind signature under a key that a browser made is one that every RSA-PSS verifier takes, for that message alone', async () => {
	const [{ issuing, secret }, root] = [await newIssuingKey(), randomSecret()];
	const keys = await ballotKeysOf(root, { of: 'a round', issuing });

	const given = await blinded({ issuing, message, keys });
	const signed = blindSigned(secret, given);
	const signature = await unblinded({ issuing, message, keys, signature: signed });

	expect(await verifies(issuing, signature, message)).toBe(true);
	expect(await verifies(issuing, signature, utf8('another message'))).toBe(false);
	expect(fitsBlinded({ issuing, blinded: given, signature: signed })).toBe(true);
	expect(fitsBlinded({ issuing, blinded: await blinded({ issuing, message: utf8('another'), keys }), signature: signed })).toBe(false);
});

test('what ours blinds somebody else’s program signs, and what theirs blinds ours signs', async () => {
	const [suite, { issuing, secret }] = [RSABSSA.SHA384.PSS.Randomized(), await newIssuingKey()];
	const keys = await ballotKeysOf(randomSecret(), { of: 'a round', issuing });
	const parts = v.parse(v.record(v.string(), v.string()), JSON.parse(secret));
	const [p, q] = [parts['p'], parts['q']].map((text) => BigInt(`0x${hexOf(text ?? '')}`)) as [bigint, bigint];
	const d = textOfNumber(inverse(65_537n, (p - 1n) * (q - 1n)));
	const algorithm = { name: 'RSA-PSS', hash: 'SHA-384' };
	const theirs = {
		privateKey: await crypto.subtle.importKey('jwk', { ...parts, d, kty: 'RSA', e: 'AQAB' }, algorithm, true, ['sign']),
		publicKey: await crypto.subtle.importKey('jwk', { n: issuing, kty: 'RSA', e: 'AQAB' }, algorithm, true, ['verify'])
	};
	const own = joined(keys.prefix, message);

	const signedByThem = toText(await suite.blindSign(theirs.privateKey, fromText(await blinded({ issuing, message: own, keys })) ?? new Uint8Array()));
	const prepared = suite.prepare(message);
	const asked = await suite.blind(theirs.publicKey, prepared);
	const signedByUs = fromText(blindSigned(secret, toText(asked.blindedMsg))) ?? new Uint8Array();

	expect(await suite.verify(theirs.publicKey, fromText(await unblinded({ issuing, message: own, keys, signature: signedByThem })) ?? new Uint8Array(), own)).toBe(true);
	expect(await suite.verify(theirs.publicKey, await suite.finalize(theirs.publicKey, prepared, signedByUs, asked.inv), prepared)).toBe(true);
});

test('asking twice asks for the same, and in another round or under another key for something that has nothing to do with it', async () => {
	const [one, other, root] = [await newIssuingKey(), await newIssuingKey(), randomSecret()];
	const ask = async (of: string, issuing: string): Promise<readonly string[]> => {
		const keys = await ballotKeysOf(root, { of, issuing });
		return [await blinded({ issuing, message, keys }), ...[keys.signing.publicKey, keys.prefix, keys.salt].map(toText)];
	};

	const first = await ask('a round', one.issuing);

	expect(await ask('a round', one.issuing)).toEqual(first);
	for (const another of [await ask('another round', one.issuing), await ask('a round', other.issuing)]) expect(another.filter((part) => first.includes(part))).toEqual([]);
});

test('whoever signs, and keeps all that they saw, cannot tell whose signature comes back: each fits each that was asked', async () => {
	const { issuing, secret } = await newIssuingKey();
	const asked = await Promise.all([1, 2].map(async () => {
		const keys = await ballotKeysOf(randomSecret(), { of: 'a round', issuing });
		const own = joined(keys.prefix, message);
		const given = await blinded({ issuing, message: own, keys });
		return { given, signature: await unblinded({ issuing, message: own, keys, signature: blindSigned(secret, given) }) };
	}));

	// For each pair there is a factor that would have led from one to the other, so that no pair is likelier.
	const n = BigInt(`0x${hexOf(issuing)}`);
	for (const { given } of asked) {
		for (const { signature } of asked) {
			const [z, s] = [BigInt(`0x${hexOf(blindSigned(secret, given))}`), BigInt(`0x${hexOf(signature)}`)];
			const factor = (z * inverse(s, n)) % n;
			expect((s * factor) % n === z && inverse(factor, n) > 0n).toBe(true);
		}
	}
	expect(new Set(asked.flatMap(({ given, signature }) => [given, signature])).size).toBe(4);
});

test('a signature that does not fit, a message larger than the key and half a key are refused by name', async () => {
	const [{ issuing, secret }, other] = [await newIssuingKey(), await newIssuingKey()];
	const keys = await ballotKeysOf(randomSecret(), { of: 'a round', issuing });
	const given = await blinded({ issuing, message, keys });
	const kindOf = async (work: () => unknown): Promise<unknown> => {
		try {
			return await work();
		} catch (error) {
			return error instanceof VaultFailure ? error.kind : error;
		}
	};

	expect(await kindOf(() => unblinded({ issuing, message, keys, signature: given }))).toBe('forged');
	expect(await kindOf(() => blindSigned(secret, toText(new Uint8Array(256).fill(0xff))))).toBe('damaged');
	expect(await kindOf(() => blindSigned(secret.replace(/"qi":"[^"]+"/, `"qi":"${other.issuing}"`), given))).toBe('damaged');
	expect(await kindOf(() => blindSigned('nothing', given))).toBe('damaged');
});
