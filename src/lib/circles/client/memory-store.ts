import type { MemoryStore } from './memory.ts';

const databaseName = 'steadfast';
const storeName = 'memory';

/**
 * The browser's own store. Opened for each use and closed after it, so that a quick exit finds nothing that holds the
 * database when it deletes it. Where a browser keeps nothing (a private window may refuse), nothing is remembered.
 */
export const browserStore: MemoryStore = {
	all: async () => {
		const found = await using((store) => [store.getAllKeys(), store.getAll()], 'readonly');
		const [slots = [], contents = []] = found as [unknown[], unknown[]];
		return slots.flatMap((slot, at) => {
			const sealed = contents[at];
			return typeof slot === 'string' && sealed instanceof Uint8Array ? [{ slot, sealed }] : [];
		});
	},
	put: async (slot, sealed) => {
		await using((store) => [store.put(sealed, slot)], 'readwrite');
	}
};

async function using(work: (store: IDBObjectStore) => IDBRequest[], mode: IDBTransactionMode): Promise<unknown[]> {
	const opening = indexedDB.open(databaseName, 1);
	opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(storeName));
	const database = await settled(opening);
	try {
		const requests: readonly IDBRequest<unknown>[] = work(database.transaction(storeName, mode).objectStore(storeName));
		return await Promise.all(requests.map((request) => settled(request)));
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
