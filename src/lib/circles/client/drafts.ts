import { openMemory, sealMemory, type AccountKeys } from '#vault';
import { browserStore } from '#lib/people/client/memory-store.ts';
import type { Json } from '#lib/vault/envelope.ts';

/**
 * Words of a paper that were not saved when the tab locked. Sealed under the account's device key beside what the browser
 * remembers, so that whoever takes the device sees neither words nor circle; gone with a quick exit.
 */
export interface Draft {
	readonly circle: string;
	/** The paper whose page it was written on; null on the page of a new one. */
	readonly page: string | null;
	/** The paper, if some of it was saved already; else null. */
	readonly record: string | null;
	readonly basedOn: readonly number[];
	readonly title: string;
	readonly text: string;
	readonly at: number;
}

/** Keeps a draft in the place of an older one of the same page. */
export async function keepDraft(keys: AccountKeys, draft: Draft): Promise<void> {
	let left = false;
	addEventListener('steadfast:leave', () => (left = true), { once: true });
	const [sealed, before] = await Promise.all([sealMemory({ draft: { ...draft, basedOn: [...draft.basedOn] } }, keys.deviceKey), slotsOf(keys, draft)]);
	if (left) return;
	const [slot = crypto.randomUUID()] = before.map((one) => one.slot);
	await browserStore.put(slot, sealed);
}

/** The draft of a page, if there is one. */
export async function draftOf(keys: AccountKeys, place: Pick<Draft, 'circle' | 'page'>): Promise<Draft | undefined> {
	return (await slotsOf(keys, place))[0]?.draft;
}

/** Deletes it: its words are saved, or the person does not want them. */
export async function dropDraft(keys: AccountKeys, place: Pick<Draft, 'circle' | 'page'>): Promise<void> {
	for (const { slot } of await slotsOf(keys, place)) await browserStore.remove(slot);
}

async function slotsOf(keys: AccountKeys, { circle, page }: Pick<Draft, 'circle' | 'page'>): Promise<{ readonly slot: string; readonly draft: Draft }[]> {
	const found = await Promise.all((await browserStore.all()).map(async ({ slot, sealed }) => ({ slot, draft: readDraft(await openMemory(sealed, keys.deviceKey)) })));
	return found.flatMap(({ slot, draft }) => (draft?.circle === circle && draft.page === page ? [{ slot, draft }] : []));
}

/** Undefined for what is no draft of this account. */
function readDraft(found: Json | undefined): Draft | undefined {
	if (typeof found !== 'object' || found === null || !('draft' in found)) return undefined;
	const { circle, page, record, basedOn, title, text, at } = found.draft as { readonly [field: string]: Json };
	const isId = (one: Json | undefined): one is string | null => one === null || typeof one === 'string';
	if (typeof circle !== 'string' || !isId(page) || !isId(record) || !Array.isArray(basedOn) || typeof title !== 'string' || typeof text !== 'string' || typeof at !== 'number') return undefined;
	return { circle, page, record, basedOn: (basedOn as readonly Json[]).filter((one): one is number => typeof one === 'number'), title, text, at };
}
