import * as v from 'valibot';
import type { Beside } from '#lib/circles/ui/kept-note.svelte.ts';

const unsentShape = v.strictObject({
	comment: v.string(),
	/** Other words for the clause, and the clause as it stood when they were begun; null: none were begun. */
	words: v.nullable(v.string()),
	base: v.string(),
	reason: v.string()
});
export type Unsent = v.InferOutput<typeof unsentShape>;

const none: Unsent = { comment: '', words: null, base: '', reason: '' };

/** What somebody writes about the clauses of a draft and has not sent: stays while they go from part to part of it. */
export class UnsentWords implements Beside {
	#byClause = $state.raw<Readonly<Record<string, Unsent>>>({});

	of(clause: string): Unsent {
		return this.#byClause[clause] ?? none;
	}

	write(clause: string, part: Partial<Unsent>): void {
		const now = { ...this.of(clause), ...part };
		const { [clause]: _, ...others } = this.#byClause;
		const isNothing = now.comment === '' && now.words === null && now.reason === '';
		this.#byClause = isNothing ? others : { ...others, [clause]: now };
	}

	/** The clauses about which something is unsent. */
	get clauses(): readonly string[] {
		return Object.keys(this.#byClause);
	}

	get unsent(): string {
		return this.clauses.length === 0 ? '' : JSON.stringify(this.#byClause);
	}

	/** What was written here since stands. */
	bringBack(kept: string): void {
		const { success, output } = v.safeParse(v.record(v.string(), unsentShape), JSON.parse(kept));
		if (success) this.#byClause = { ...output, ...this.#byClause };
	}
}
