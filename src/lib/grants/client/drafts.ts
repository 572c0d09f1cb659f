import { draftKeyOf, openMemory, sealMemory } from '#vault';
import type { DeviceStore } from '#lib/circles/client/device-store.ts';
import type { Json } from '#lib/vault/envelope.ts';

export interface KeptDraft {
	/** When it was sealed last, by this device's clock. */
	readonly at: number;
	readonly call: string;
	readonly written: Json;
}

/** Seals what was written; false where the browser keeps nothing (a private window may refuse). */
export async function keepDraft(store: DeviceStore, draft: KeptDraft, secret: Uint8Array): Promise<boolean> {
	const sealed = await sealMemory({ at: draft.at, call: draft.call, written: draft.written }, await draftKeyOf(secret));
	return store.put('draft', sealed).then(() => true, () => false);
}

/** `locked`: there is one, and these words do not open it. */
export async function openDraft(store: DeviceStore, secret: Uint8Array): Promise<KeptDraft | 'locked' | undefined> {
	const sealed = await store.get('draft').catch(() => undefined);
	if (!(sealed instanceof Uint8Array)) return undefined;
	const found = await openMemory(sealed, await draftKeyOf(secret));
	if (typeof found !== 'object' || found === null || !('call' in found) || !('at' in found) || !('written' in found)) return 'locked';
	const { at, call, written } = found as { readonly at: Json; readonly call: Json; readonly written: Json };
	return typeof at === 'number' && typeof call === 'string' ? { at, call, written } : 'locked';
}
