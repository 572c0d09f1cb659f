import { deviceStoreOf, type DeviceStore } from '#lib/circles/client/device-store.ts';
import type { Parcel } from './sending.ts';

/**
 * Note: What a device keeps of an application.
 * Nothing, unless somebody wishes it. Then two things, each for itself. A *draft*: what was written so far, without files,
 * sealed (`drafts.ts`) under a key that the receipt's twelve words lead to and that is nowhere on the device: whoever takes it sees
 * that this site kept something, and how long it is, and needs the words for more. A *parcel*: the sealed application
 * while it is being sent; it opens for its readers alone, and whoever takes it sees which call it is for. Both go when the
 * application has arrived, by a button, and by a quick exit, which deletes every database of the site.
 */
export const deviceStore = deviceStoreOf('steadfast-apply');

/** What lies on this device, without opening it. */
export async function whatIsKept(store: DeviceStore): Promise<{ readonly draft: boolean; readonly parcel: Parcel | undefined }> {
	const [draft, parcel] = await Promise.all(['draft', 'parcel'].map((slot) => store.get(slot).catch(() => undefined)));
	return { draft: draft instanceof Uint8Array, parcel: isParcel(parcel) ? parcel : undefined };
}

export async function keepParcel(store: DeviceStore, parcel: Parcel): Promise<boolean> {
	return store.put('parcel', parcel).then(() => true, () => false);
}

/** Deletes draft and parcel. */
export async function keepNothing(store: DeviceStore): Promise<void> {
	await store.clear().catch(() => undefined);
}

/** Our own store, and nobody else writes there; an older version of this page may have. */
function isParcel(found: unknown): found is Parcel {
	return typeof found === 'object' && found !== null && 'commit' in found && 'bodySignature' in found && 'missingSignature' in found && 'files' in found && Array.isArray(found.files);
}
