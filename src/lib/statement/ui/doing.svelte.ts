import { untrack } from 'svelte';
import type { Outcome, Refused } from '#lib/circles/client/open-circle.ts';
import { shownError, type Failed } from '#lib/circles/ui/failed.ts';

/** One thing that somebody does on a page: whether it goes on, and why it did not come about. */
export class Doing {
	busy = $state(false);
	failed = $state.raw<Failed | undefined>();
	#wanted: (() => Promise<Outcome<object>>) | undefined;

	/** Does it, unless it is being done; what came of it, or undefined where it did not come about. */
	async do<Done extends object>(work: () => Promise<({ readonly ok: true } & Done) | { readonly ok: false; readonly reason: Refused }>): Promise<({ readonly ok: true } & Done) | undefined> {
		// An effect that loads by this must not run again because it loads.
		if (untrack(() => this.busy)) return undefined;
		this.busy = true;
		this.failed = undefined;
		try {
			const done = await work();
			if (done.ok) return done;
			this.failed = done.reason;
		} catch (error) {
			this.failed = shownError(error);
		} finally {
			this.busy = false;
		}
		return undefined;
	}

	/** Reads what a page shows, in the order in which it is wanted: what is wanted while something is being read comes after it, and of several the last. */
	async load(work: () => Promise<Outcome<object>>): Promise<void> {
		this.#wanted = work;
		if (untrack(() => this.busy)) return;
		for (let next = this.#take(); next !== undefined; next = this.#take()) await this.do(next);
	}

	#take(): (() => Promise<Outcome<object>>) | undefined {
		const wanted = this.#wanted;
		this.#wanted = undefined;
		return wanted;
	}
}
