import type { AccountKeys } from '#vault';
import { browserStore } from './memory-store.ts';
import { Memory } from './memory.ts';

const memories = new WeakMap<AccountKeys, Memory>();

/** What this browser remembers for an account, one memory for all that the tab does with it. */
export function memoryOf(keys: AccountKeys): Memory {
	let memory = memories.get(keys);
	if (memory === undefined) {
		memory = new Memory(browserStore, keys.deviceKey);
		memories.set(keys, memory);
		// What is being deleted on a quick exit must not be written anew.
		addEventListener('steadfast:leave', memory.end.bind(memory), { once: true });
	}
	return memory;
}
