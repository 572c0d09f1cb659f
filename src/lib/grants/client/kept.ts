import type { Parcel } from './sending.ts';

/**
 * Note: What a device keeps of an application.
 * Nothing, unless somebody wishes it. Then two things, each for itself. A *draft*: what was written so far, without files,
 * sealed (`drafts.ts`) under a key that the receipt's twelve words lead to and that is nowhere on the device: whoever takes it sees
 * that this site kept something, and how long it is, and needs the words for more. A *parcel*: the sealed application
 * while it is being sent; it opens for its readers alone, and whoever takes it sees which call it is for. Both go when the
 * application has arrived, by a button, and by a quick exit, which deletes every database of the site.
 */
const databaseName = 'steadfast-apply';
const storeName = 'kept';

/** Where a call's draft and parcel lie; tests bring one of their own. */
export interface DeviceStore {
	get(slot: string): Promise<unknown>;
	put(slot: string, value: unknown): Promise<void>;
	/** Leaves nothing, not even an empty store. */
	clear(): Promise<void>;
}

export const deviceStore: DeviceStore = {
	get: async (slot) => using('readonly', (store) => store.get(slot) as IDBRequest<unknown>),
	put: async (slot, value) => void (await using('readwrite', (store) => store.put(value, slot))),
	clear: async () => void (await settled(indexedDB.deleteDatabase(databaseName)))
};

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

/** Opened for each use and closed after it, so that a quick exit finds nothing that holds the database. */
async function using<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
	const opening = indexedDB.open(databaseName, 1);
	opening.addEventListener('upgradeneeded', () => {
		// Looking leaves nothing behind: a store is made by who keeps something, and by nobody else.
		if (mode === 'readonly') opening.transaction?.abort();
		else opening.result.createObjectStore(storeName);
	});
	const database = await settled(opening);
	try {
		return await settled(work(database.transaction(storeName, mode).objectStore(storeName)));
	} finally {
		database.close();
	}
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.addEventListener('success', () => resolve(request.result));
		request.addEventListener('error', () => reject(request.error ?? new Error('The browser could not keep something.')));
	});
}
