/**
 * Note: What was read stays read until a publication.
 * The public record changes a few times a year and is asked for all the time. What a page read of it is kept in memory
 * under a name and dropped, like the finished pages, by the tags of what it shows. Nothing personal is ever kept here.
 */
export class Recall {
	readonly #kept = new Map<string, { readonly value: Promise<unknown>; readonly tags: readonly string[] }>();
	readonly #most: number;
	#trusted = true;

	constructor(most = 300) {
		this.#most = most;
	}

	/** What `read` gives, or gave when the same name was last asked for. A reading that fails is forgotten. */
	async remember<Value>(name: string, tags: readonly string[], read: () => Promise<Value>): Promise<Value> {
		const known = this.#kept.get(name);
		// A name is asked for with one kind of value only: it begins with the reading function's own.
		if (known) return known.value as Promise<Value>;
		const value = read();
		if (!this.#trusted) return value;
		const entry = { value, tags };
		this.#kept.set(name, entry);
		value.catch(() => {
			if (this.#kept.get(name) === entry) this.#kept.delete(name);
		});
		for (const oldest of this.#kept.keys()) {
			if (this.#kept.size <= this.#most) break;
			this.#kept.delete(oldest);
		}
		return value;
	}

	drop(tags: readonly string[]): void {
		for (const [name, entry] of this.#kept) {
			if (entry.tags.some((tag) => tags.includes(tag))) this.#kept.delete(name);
		}
	}

	/** Whether news of publications arrive; while they do not, nothing is kept. */
	trust(trusted: boolean): void {
		this.#trusted = trusted;
		this.#kept.clear();
	}
}
