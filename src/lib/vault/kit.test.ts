import { expect, test } from 'vitest';
import { isHybridRecipient, isId, isSignedBy, utf8 } from './envelope.ts';
import { kitOf, newKit, readSecretWords, secretWords } from './index.ts';

test('the words of a kit lead back to the same keys', async () => {
	const kit = await newKit();

	const read = await readSecretWords((await secretWords(kit.secret, 'fr')).join(' '), 24);

	if (!read.ok) throw new Error(read.reason);
	const again = await kitOf(read.secret);
	expect([again.identity, again.recipient, again.lookup, again.signing.publicKey]).toEqual([kit.identity, kit.recipient, kit.lookup, kit.signing.publicKey]);
	expect(isHybridRecipient(kit.recipient)).toBe(true);
	expect(await isSignedBy(kit.signing.publicKey, utf8('here I am'), await again.signing.sign(utf8('here I am')))).toBe(true);
});

test('what the server finds an account by says nothing of the kit, and no two kits share anything', async () => {
	const [one, other] = await Promise.all([newKit(), newKit()]);

	expect(isId(one.lookup)).toBe(true);
	expect(new Set([one.identity, other.identity, one.lookup, other.lookup]).size).toBe(4);
});
