import { expect, test } from 'vitest';
import { newReceipt } from '#vault';
import type { DeviceStore } from '#lib/circles/client/device-store.ts';
import { keepDraft, openDraft } from './drafts.ts';
import { keepNothing, keepParcel, whatIsKept } from './kept.ts';
import type { Parcel } from './sending.ts';

/** What a browser's IndexedDB does, for as long as the test. */
function memoryStore(): DeviceStore & { readonly slots: Map<string, unknown> } {
	const slots = new Map<string, unknown>();
	return {
		slots,
		get: (slot) => Promise.resolve(slots.get(slot)),
		put: (slot, value) => Promise.resolve(void slots.set(slot, value)),
		clear: () => Promise.resolve(slots.clear())
	};
}

const refusing: DeviceStore = { get: () => Promise.reject(new Error('no')), put: () => Promise.reject(new Error('no')), clear: () => Promise.reject(new Error('no')) };
const parcel: Parcel = { slug: 'a', application: 'b', commit: new Uint8Array(1), body: new Uint8Array(1), bodySignature: '', missingSignature: '', files: [], sizeBytes: 1 };
const written = { typed: { situation: { text: 'A canary: they came on Tuesday.' } } };

test('a draft opens with the words of its receipt and no others, and nothing of it can be read without', async () => {
	const store = memoryStore();
	const [receipt, other] = await Promise.all([newReceipt(), newReceipt()]);

	expect(await keepDraft(store, { at: 5, call: 'c', written }, receipt.secret)).toBe(true);

	expect(await openDraft(store, receipt.secret)).toEqual({ at: 5, call: 'c', written });
	expect(await openDraft(store, other.secret)).toBe('locked');
	expect([...store.slots.keys()]).toEqual(['draft']);
	expect(Buffer.from(store.slots.get('draft') as Uint8Array).toString('latin1')).not.toContain('canary');
});

test('drafts of about one length have one size', async () => {
	const { secret } = await newReceipt();
	const sizeOf = async (text: string): Promise<number> => {
		const store = memoryStore();
		await keepDraft(store, { at: 5, call: 'c', written: { text } }, secret);
		return (store.slots.get('draft') as Uint8Array).length;
	};

	expect(await sizeOf('x'.repeat(2100))).toBe(await sizeOf('x'.repeat(2130)));
});

test('what lies on the device is told without opening it, and deleted as a whole', async () => {
	const store = memoryStore();
	const { secret } = await newReceipt();
	expect(await whatIsKept(store)).toEqual({ draft: false, parcel: undefined });
	await keepDraft(store, { at: 5, call: 'c', written }, secret);
	await keepParcel(store, parcel);
	expect(await whatIsKept(store)).toEqual({ draft: true, parcel });

	await keepNothing(store);

	expect(store.slots.size).toBe(0);
	expect(await openDraft(store, secret)).toBeUndefined();
});

test('a browser that keeps nothing breaks nothing', async () => {
	const { secret } = await newReceipt();

	expect([await keepDraft(refusing, { at: 5, call: 'c', written }, secret), await keepParcel(refusing, parcel), await whatIsKept(refusing), await openDraft(refusing, secret), await keepNothing(refusing)]).toEqual([false, false, { draft: false, parcel: undefined }, undefined, undefined]);
});
