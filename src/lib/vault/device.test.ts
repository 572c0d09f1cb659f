import { expect, test } from 'vitest';
import { flipped } from '../../../tests/sealing.ts';
import type { Json } from './envelope.ts';
import { newAccount, openMemory, sealMemory } from './index.ts';

const memory: Json = { heads: [{ circle: 'AAAAAAAAAAAAAAAAAAAAAA', seq: 3, hash: 'x' }], name: 'ñ ' };

test('what a browser remembers opens for the same account and for no other', async () => {
	const [account, other] = await Promise.all([newAccount(), newAccount()]);
	const sealed = await sealMemory(memory, account.deviceKey);

	expect(await openMemory(sealed, account.deviceKey)).toEqual(memory);
	expect(await openMemory(sealed, other.deviceKey)).toBeUndefined();
	expect(await openMemory(flipped(sealed, 200), account.deviceKey)).toBeUndefined();
	for (const length of [0, 5, 12, 20, sealed.length - 1]) expect(await openMemory(sealed.subarray(0, length), account.deviceKey)).toBeUndefined();
});

test('its length does not tell how much is remembered', async () => {
	const { deviceKey } = await newAccount();
	const lengths = await Promise.all([{}, memory, null, [memory, memory]].map(async (one) => (await sealMemory(one, deviceKey)).length));

	expect(new Set(lengths).size).toBe(1);
});
