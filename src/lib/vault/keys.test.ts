import { createPrivateKey, createPublicKey, hkdfSync, pbkdf2Sync, sign } from 'node:crypto';
import { identityToRecipient } from 'age-encryption';
import { expect, test, vi } from 'vitest';
import { someBytes } from '../../../tests/sealing.ts';
import { isSignedBy, toText, utf8 } from './envelope.ts';
import { derive, identityOf, nameKey, signingKeyOf, type Label } from './keys.ts';

/** Each of them: one that is left out here is an error of types. */
const known: Record<Label, true> = {
	'account/identity': true,
	'account/signing': true,
	'account/device': true,
	'circle/inbox': true,
	'circle/records': true,
	'circle/check': true,
	'unlock/passphrase': true,
	'unlock/passkey': true,
	'kit/identity': true,
	'kit/lookup': true,
	'kit/signing': true,
	'invitation/token': true,
	'invitation/proof': true,
	'receipt/identity': true,
	'receipt/mailbox': true,
	'receipt/signing': true,
	'receipt/draft': true,
	'part/records': true,
	'part/files': true,
	'call/signing': true,
	'statement/signing': true,
	'referee/id': true,
	'referee/questions': true,
	'referee/signing': true,
	'guest-link/id': true,
	'guest-link/letter': true,
	'guest-link/signing': true,
	'guest-link/device': true,
	'guest/mailbox': true,
	'guest/signing': true,
	'guest/showing': true,
	'guest/own': true,
	'ballot/signing': true,
	'ballot/prefix': true,
	'ballot/salt': true,
	'ballot/blinding': true
};
const labels = Object.keys(known) as Label[];
const secret = someBytes(32);

test('what we derive is HKDF-SHA-256 as OpenSSL makes it, for every label and length', async () => {
	for (const label of labels) {
		for (const bytes of [16, 32, 64]) {
			for (const from of [someBytes(16), secret, someBytes(64)]) {
				expect(toText(await derive(from, label, bytes))).toBe(toText(new Uint8Array(hkdfSync('sha256', from, 'steadfast/1', label, bytes))));
			}
		}
	}
});

test('no two labels lead to the same key, nor does a secret that differs in one bit', async () => {
	const other = new Uint8Array(secret);
	other[31] = other[31]! ^ 1;
	const keys = await Promise.all([secret, other].flatMap((from) => labels.map(async (label) => toText(await derive(from, label)))));

	expect(new Set(keys).size).toBe(labels.length * 2);
});

test('nothing is derived from nothing, or from too little', async () => {
	for (const length of [0, 1, 15]) await expect(derive(new Uint8Array(length), 'account/identity')).rejects.toThrow(`a secret of ${length} bytes`);
});

test('a key identity is the hybrid kind of age, and the library agrees on its recipient', async () => {
	const { identity, recipient } = await identityOf(secret, 'circle/inbox');

	expect(identity).toMatch(/^AGE-SECRET-KEY-PQ-1[02-9AC-HJ-NP-Z]{58}$/);
	expect(recipient).toMatch(/^age1pq1/);
	expect(await identityToRecipient(identity)).toBe(recipient);
});

test('what we sign is what OpenSSL signs with the same derived seed', async () => {
	const key = await signingKeyOf(secret, 'account/signing');
	const seed = Buffer.from(hkdfSync('sha256', secret, 'steadfast/1', 'account/signing', 32));
	const openssl = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });

	expect(toText(key.publicKey)).toBe(createPublicKey(openssl).export({ format: 'jwk' }).x);
	expect(toText(await key.sign(utf8('signed')))).toBe(toText(sign(null, Buffer.from('signed'), openssl)));
});

test('a browser without Ed25519 has the same signing key and makes the same signatures by script', async () => {
	const native = await signingKeyOf(secret, 'account/signing');
	const importKey = crypto.subtle.importKey.bind(crypto.subtle) as (...args: unknown[]) => Promise<CryptoKey>;
	const withoutEd25519 = (...args: unknown[]): Promise<CryptoKey> => (args[2] === 'Ed25519' ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError')) : importKey(...args));
	vi.spyOn(crypto.subtle, 'importKey').mockImplementation(withoutEd25519 as typeof crypto.subtle.importKey);

	const script = await signingKeyOf(secret, 'account/signing');
	vi.restoreAllMocks();

	expect(script.publicKey).toEqual(native.publicKey);
	expect(await script.sign(utf8('signed'))).toEqual(await native.sign(utf8('signed')));
	expect(await isSignedBy(native.publicKey, utf8('signed'), await script.sign(utf8('signed')))).toBe(true);
});

test('a name leads to one key however it was typed: capitals, composed letters, wide letters, spaces, marks that nobody sees', async () => {
	const salt = someBytes(16);
	const key = async (name: string): Promise<string> => toText(await nameKey(name, salt));
	const same = [
		['Amélie  Núñez', 'ame\u0301lie nu\u0301n\u0303ez', ' AMÉLIE\u00a0NÚÑEZ\n', 'ＡＭÉＬＩＥ Núñez'],
		['فاطمة', '\u200fفاطمة\u200e', 'ﻓﺎﻃﻤﺔ'],
		['İpek', 'i\u0307pek']
	];

	for (const names of same) expect(new Set(await Promise.all(names.map(key))).size).toBe(1);
	expect(new Set(await Promise.all(['ana', 'aña', 'an a', 'ana1', ''].map(key))).size).toBe(5);
});

test('the key of a name is PBKDF2 with 600,000 rounds as OpenSSL makes it, and another under another salt', async () => {
	expect(toText(await nameKey('Ana', someBytes(16)))).toBe(toText(pbkdf2Sync('ana', Buffer.concat([Buffer.from('steadfast/name/1'), someBytes(16)]), 600_000, 32, 'sha256')));
	expect(toText(await nameKey('Ana', someBytes(17)))).not.toBe(toText(await nameKey('Ana', someBytes(16))));
});
