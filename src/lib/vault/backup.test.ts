import { Encrypter, generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, test } from 'vitest';
import { identitiesOf, isBackupRecipient, openBackup, sealBackup } from './backup.ts';

const kinds = [['X25519', generateX25519Identity], ['hybrid', generateHybridIdentity]] as const;

test.each(kinds)('what was sealed to a recipient comes back with its identity, whatever the pieces, and with no other (%s)', async (_, generate) => {
	const [identity, other] = [await generate(), await generate()];
	const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => n % 251));

	const sealed = await collected(await sealBackup(pieces(bytes, 70_001), await identityToRecipient(identity)));

	expect(await collected(await openBackup(pieces(sealed, 999), [other, identity]))).toEqual(bytes);
	expect(await openBackup(pieces(sealed, 999), [other])).toBeUndefined();
});

test('a sealed backup that was altered or cut short fails before its end', async () => {
	const identity = await generateX25519Identity();
	const sealed = await collected(await sealBackup(pieces(Buffer.alloc(200_000, 1), 5000), await identityToRecipient(identity)));
	const flipped = Buffer.from(sealed);
	flipped[150_000] = (flipped[150_000] ?? 0) ^ 1;

	for (const spoilt of [flipped, sealed.subarray(0, -1), sealed.subarray(0, sealed.length - 3424)]) {
		await expect((async () => collected(await openBackup(pieces(spoilt, 5000), [identity])))()).rejects.toThrow();
	}
});

test('only the two kinds of recipient that an operator can keep a key for are taken', async () => {
	const recipients = await Promise.all(kinds.map(async ([, generate]) => identityToRecipient(await generate())));
	// A recipient of a hardware token, from the public key of the P-256 generator.
	const tag = 'age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e';
	expect(() => new Encrypter().addRecipient(tag)).not.toThrow();

	const [plain = ''] = recipients;
	const mistyped = plain.slice(0, -1) + (plain.endsWith('x') ? 'y' : 'x');

	expect(recipients.map(isBackupRecipient)).toEqual([true, true]);
	expect(['', 'age1', `${plain} `, plain.toUpperCase(), mistyped, tag, 'ssh-ed25519 AAAA', await generateX25519Identity()].map(isBackupRecipient)).toEqual(Array(8).fill(false));
	await expect(sealBackup(pieces(Buffer.alloc(1), 1), tag)).rejects.toThrow('no age recipient');
});

test('an identity file is read as age-keygen writes it, and anything else in it is refused', async () => {
	const [one, two] = [await generateX25519Identity(), await generateHybridIdentity()];

	expect(identitiesOf(`# created: 2024-05-01\r\n# public key: age1\r\n${one}\r\n\n  ${two}\n`)).toEqual([one, two]);
	expect(['', '# only a comment\n', `${one}\nword`, one.toLowerCase(), await identityToRecipient(one), `${one}${one}`].map(identitiesOf)).toEqual(Array(6).fill(undefined));
});

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
	for (let from = 0; from < bytes.length; from += size) yield await Promise.resolve(bytes.subarray(from, from + size));
}

async function collected(bytes: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
	const found: Uint8Array[] = [];
	for await (const piece of bytes ?? []) found.push(piece);
	return Buffer.concat(found);
}
