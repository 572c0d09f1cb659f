import type { MemoryStore } from './memory.ts';

const databaseName = 'steadfast';
const storeName = 'memory';

/**
 * The browser's own store. Opened for each use and closed after it, so that a quick exit finds nothing that holds the
 * database when it deletes it. Where a browser keeps nothing (a private window may refuse), nothing is remembered.
 */
export const browserStore: MemoryStore & { readonly remove: (slot: string) => Promise<void> } = {
	all: async () => {
		const [slots, contents] = (await using('readonly', (store) => Promise.all([settled(store.getAllKeys()), settled(store.getAll() as IDBRequest<unknown[]>)]))) ?? [[], []];
		return slots.flatMap((slot, at) => {
			const sealed = contents[at];
			return typeof slot === 'string' && sealed instanceof Uint8Array ? [{ slot, sealed }] : [];
		});
	},
	put: async (slot, sealed) => {
		await using('readwrite', (store) => settled(store.put(sealed, slot)));
	},
	remove: async (slot) => {
		await using('readwrite', (store) => settled(store.delete(slot)));
	}
};

/** Undefined where the browser keeps nothing for us. */
async function using<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => Promise<T>): Promise<T | undefined> {
	try {
		return await usingKept(mode, work);
	} catch (error) {
		// Whatever a browser does not let us keep, nobody is shut out for it.
		if (error instanceof DOMException) return undefined;
		throw error;
	}
}

async function usingKept<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => Promise<T>): Promise<T> {
	const opening = indexedDB.open(databaseName, 1);
	opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(storeName));
	const database = await settled(opening);
	try {
		return await work(database.transaction(storeName, mode).objectStore(storeName));
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
