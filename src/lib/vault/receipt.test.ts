import { expect, test } from 'vitest';
import { failureOf } from '../../../tests/sealing.ts';
import { isSignedBy, utf8 } from './envelope.ts';
import { newPartSecret, newReceipt, openLetter, openRecord, partRecords, readSecretWords, receiptOf, sealLetter, sealRecord, secretWords, steppedLength } from './index.ts';

test('the twelve words alone lead to the same mailbox, recipient and signing key', async () => {
	const receipt = await newReceipt();
	const read = await readSecretWords((await secretWords(receipt.secret, 'fr')).join(' '), 12);
	const again = await receiptOf(read.ok ? read.secret : new Uint8Array());

	expect(again.mailbox).toBe(receipt.mailbox);
	expect(again.recipient).toBe(receipt.recipient);
	const signature = await again.signing.sign(utf8('it is me'));
	expect(await isSignedBy(receipt.signing.publicKey, utf8('it is me'), signature)).toBe(true);
	await expect(receiptOf(receipt.secret.slice(1))).rejects.toThrow('15 bytes');
});

test('what is sealed to a receipt opens with it and with no other', async () => {
	const [receipt, other] = await Promise.all([newReceipt(), newReceipt()]);
	const letter = await sealLetter({ header: { kind: 'part-keys', circle: null, about: 'a', author: 'a', at: 0 }, body: utf8('keys'), recipients: [receipt.recipient], signing: receipt.signing });
	const expected = { kind: 'part-keys', circle: null, about: 'a', authorKey: () => receipt.signing.publicKey };

	expect((await openLetter({ letter, identity: receipt, expected })).body).toEqual(utf8('keys'));
	expect(await failureOf(() => openLetter({ letter, identity: other, expected }))).toBe('not-for-you');
});

test('two parts are two keys, and what is padded in steps has one length', async () => {
	const { signing } = await newReceipt();
	const [key, other] = await Promise.all([partRecords(newPartSecret()), partRecords(newPartSecret())]);
	const place = { kind: 'application-core', circle: 'c', record: 'r', epoch: 1, version: 1 };
	const seal = { author: 'r', at: 0, previous: null, head: { seq: 0, hash: 'A'.repeat(43) } };
	const sealed = (characters: number) => sealRecord({ place, seal, body: utf8('ش'.repeat(characters)), key, signing, lengths: steppedLength });
	const [short, long] = await Promise.all([sealed(900), sealed(3900)]);

	expect(short.length).toBe(long.length);
	const open = (with_: CryptoKey, lengths = steppedLength) => openRecord({ envelope: long, place, key: with_, authorKey: () => signing.publicKey, lengths });
	expect((await open(key)).body).toEqual(utf8('ش'.repeat(3900)));
	expect(await failureOf(() => open(other))).toBe('damaged');
	expect(await failureOf(() => open(key, (length) => length))).toBe('damaged');
});
