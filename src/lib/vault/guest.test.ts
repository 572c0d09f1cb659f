import { expect, test } from 'vitest';
import { fromText } from './envelope.ts';
import { guestKeysOf, guestLinkOf, newGuestKeys, newGuestLink } from './guest.ts';

test('a link and a guest’s words lead to the same keys wherever they are typed, and never to each other’s', async () => {
	const [link, keys] = [await newGuestLink(), await newGuestKeys()];
	const crossed = [await guestLinkOf(keys.secret), await guestKeysOf(link.secret)] as const;

	expect((await guestLinkOf(link.secret)).id).toBe(link.id);
	expect((await guestKeysOf(keys.secret)).mailbox).toBe(keys.mailbox);
	const found = [link.id, crossed[0].id, keys.mailbox, crossed[1].mailbox];
	const publicKeys = [link.signing, keys.signing, keys.showing, crossed[0].signing, crossed[1].signing, crossed[1].showing].map(({ publicKey }) => publicKey.join());
	expect(new Set(found).size).toBe(4);
	expect(new Set(publicKeys).size).toBe(6);
	expect(found.map((id) => fromText(id)?.length)).toEqual([16, 16, 16, 16]);
});

test('keys that open a letter or what a device keeps cannot be read out, and a secret of another length is refused', async () => {
	const [link, keys] = [await newGuestLink(), await newGuestKeys()];

	expect([link.letter.extractable, link.device.extractable, keys.own.extractable]).toEqual([false, false, false]);
	await expect(guestLinkOf(new Uint8Array(15))).rejects.toThrow('15 bytes');
	await expect(guestKeysOf(new Uint8Array(32))).rejects.toThrow('32 bytes');
});
