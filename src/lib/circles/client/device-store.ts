const storeName = 'kept';

/** A few values that a device keeps for somebody without an account; tests bring one of their own. */
export interface DeviceStore {
	get(slot: string): Promise<unknown>;
	put(slot: string, value: unknown): Promise<void>;
	/** Leaves nothing, not even an empty store. */
	clear(): Promise<void>;
}

/** The store in this browser's database of that name. A quick exit deletes it, as every database of the site. */
export function deviceStoreOf(databaseName: string): DeviceStore {
	return {
		get: async (slot) => using(databaseName, 'readonly', (store) => store.get(slot) as IDBRequest<unknown>),
		put: async (slot, value) => void (await using(databaseName, 'readwrite', (store) => store.put(value, slot))),
		clear: async () => void (await settled(indexedDB.deleteDatabase(databaseName)))
	};
}

/** Opened for each use and closed after it, so that a quick exit finds nothing that holds the database. */
async function using<T>(databaseName: string, mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
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
