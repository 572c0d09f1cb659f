import { openMemory, sealMemory, type LogHead } from '#vault';
import type { Json } from '#lib/vault/envelope.ts';

/** Where sealed memories lie: a browser's IndexedDB. Each account has a slot whose random name tells nothing. */
export interface MemoryStore {
	all(): Promise<readonly { readonly slot: string; readonly sealed: Uint8Array }[]>;
	put(slot: string, sealed: Uint8Array): Promise<void>;
}

/** Kind and change are told for what a list must show again: empty and 0 where they are not. */
type Seen = readonly [version: number, hash: string, kind: string, change: number];

interface Remembered {
	own: string | undefined;
	readonly heads: Map<string, LogHead>;
	/** By circle, then by record. */
	readonly versions: Map<string, Map<string, Seen>>;
}

/**
 * What a browser remembers between visits, so that a server cannot show it an older state, or another one: the newest
 * head of each log, of accounts and of circles, and the newest version of each record that it saw. Sealed for the account alone. On a new
 * device, and after a quick exit, it begins anew: the first look is then believed as far as signatures go.
 */
export class Memory {
	readonly #store: MemoryStore;
	readonly #key: CryptoKey;
	#slot: string | undefined;
	#remembered: Remembered = nothing();
	#loaded: Promise<void> | undefined;
	#saving: Promise<void> | undefined;
	#changed = false;
	#ended = false;

	constructor(store: MemoryStore, key: CryptoKey) {
		this.#store = store;
		this.#key = key;
	}

	/** Opens what is kept for this account; before anything is compared. */
	load(): Promise<void> {
		return (this.#loaded ??= this.#read());
	}

	/** Of an account's log or a circle's: an id is a hash of the log's first entry, so no two have the same. */
	head(log: string): LogHead | undefined {
		return this.#remembered.heads.get(log);
	}

	/** Only ever goes forward. */
	keepHead(log: string, head: LogHead): void {
		this.#change(keepNewer(this.#remembered.heads, log, head, ({ seq }) => seq));
	}

	/** The newest version that was seen of a record. */
	version(circle: string, record: string): { readonly version: number; readonly hash: string } | undefined {
		const seen = this.#remembered.versions.get(circle)?.get(record);
		return seen && { version: seen[0], hash: seen[1] };
	}

	/** `change` is where it stands in the order of its circle, or before: each later version stands behind the earlier ones. */
	keepVersion(circle: string, record: string, { version, hash, kind = '', change = 0 }: { readonly version: number; readonly hash: string; readonly kind?: string; readonly change?: number }): void {
		const known = versionsIn(this.#remembered, circle);
		const before = known.get(record);
		const isNewer = before === undefined || version > before[0];
		const now: Seen = [isNewer ? version : before[0], isNewer ? hash : before[1], before?.[2] || kind, Math.max(before?.[3] ?? 0, change)];
		if (!isNewer && now[2] === before[2] && now[3] === before[3]) return;
		known.set(record, now);
		this.#changed = true;
	}

	/** What was seen of some kinds in a circle, by record: with where it stood then, or before. */
	seen(circle: string, kinds: readonly string[]): Map<string, { readonly kind: string; readonly version: number; readonly change: number }> {
		const seen = [...versionsIn(this.#remembered, circle)].filter(([, [, , kind]]) => kinds.includes(kind));
		return new Map(seen.map(([record, [version, , kind, change]]) => [record, { kind, version, change }]));
	}

	/** The circle of our own. */
	get own(): string | undefined {
		return this.#remembered.own;
	}

	keepOwn(circle: string): void {
		this.#change(this.#remembered.own !== circle);
		this.#remembered.own = circle;
	}

	/** Writes what is new, one time for all who ask meanwhile. */
	save(): Promise<void> {
		return (this.#saving ??= this.#write().finally(() => (this.#saving = undefined)));
	}

	/** Nothing is written any more: somebody left in a hurry, and what was kept is being deleted. */
	end(): void {
		this.#ended = true;
	}

	#change(isNew: boolean): void {
		this.#changed ||= isNew;
	}

	async #read(): Promise<void> {
		for (const { slot, sealed } of await this.#store.all()) {
			const found = rememberedOf(await openMemory(sealed, this.#key));
			if (found === undefined) continue;
			this.#slot = slot;
			this.#join(found);
		}
		this.#changed = false;
	}

	async #write(): Promise<void> {
		while (this.#changed && !this.#ended) {
			this.#changed = false;
			// Another tab may have seen more in the meantime.
			const there = (await this.#store.all()).find(({ slot }) => slot === this.#slot);
			const other = there && rememberedOf(await openMemory(there.sealed, this.#key));
			if (other) this.#join(other);
			this.#changed = false;
			const sealed = await sealMemory(jsonOf(this.#remembered), this.#key);
			if (this.#ended) return;
			await this.#store.put((this.#slot ??= crypto.randomUUID()), sealed);
		}
	}

	#join({ own, heads, versions }: Remembered): void {
		if (own !== undefined) this.#remembered.own ??= own;
		for (const [circle, head] of heads) this.keepHead(circle, head);
		for (const [circle, records] of versions) for (const [record, [version, hash, kind, change]] of records) this.keepVersion(circle, record, { version, hash, kind, change });
	}
}

function nothing(): Remembered {
	return { own: undefined, heads: new Map(), versions: new Map() };
}

function versionsIn({ versions }: Remembered, circle: string): Map<string, Seen> {
	const known = versions.get(circle) ?? new Map<string, Seen>();
	versions.set(circle, known);
	return known;
}

function keepNewer<T>(kept: Map<string, T>, name: string, value: T, ageOf: (value: T) => number): boolean {
	const before = kept.get(name);
	if (before !== undefined && ageOf(before) >= ageOf(value)) return false;
	kept.set(name, value);
	return true;
}

function jsonOf({ own, heads, versions }: Remembered): Json {
	return {
		own: own ?? null,
		heads: Object.fromEntries([...heads].map(([circle, { seq, hash }]) => [circle, [seq, hash]])),
		versions: Object.fromEntries([...versions].map(([circle, records]) => [circle, Object.fromEntries(records)]))
	};
}

/** Undefined for what this account did not write. */
function rememberedOf(found: Json | undefined): Remembered | undefined {
	if (typeof found !== 'object' || found === null || !('heads' in found) || !('versions' in found)) return undefined;
	const own = 'own' in found && typeof found.own === 'string' ? found.own : undefined;
	const heads = pairs(found.heads).flatMap(([circle, pair]) => (isPair(pair) ? [[circle, { seq: pair[0], hash: pair[1] }] as const] : []));
	const versions = pairs(found.versions).map(([circle, records]) => [circle, new Map(pairs(records).flatMap(([record, pair]) => (isSeen(pair) ? [[record, pair] as const] : [])))] as const);
	return { own, heads: new Map(heads), versions: new Map(versions) };
}

function pairs(found: Json | undefined): [string, Json][] {
	return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.entries(found as Readonly<Record<string, Json>>) : [];
}

function isPair(found: Json): found is readonly [number, string] {
	return Array.isArray(found) && found.length === 2 && typeof found[0] === 'number' && typeof found[1] === 'string';
}

function isSeen(found: Json): found is Seen {
	return Array.isArray(found) && found.length === 4 && typeof found[0] === 'number' && typeof found[1] === 'string' && typeof found[2] === 'string' && typeof found[3] === 'number';
}
