import { tick } from 'svelte';
import type { KeptPlan } from '../client/plans.ts';
import { conflictChanges, conflictCounts, conflictKey, conflictsOf, type Conflict } from '../conflicts.ts';
import { beginning, daysOf, edited, redone, undone, type History } from '../editing.ts';
import { mergedPlans } from '../merging.ts';
import { readPlan, type ForumPlan, type PlannedItem } from '../plan.ts';

/** A conflict with the key by which it is let stand. */
export interface SeenConflict {
	readonly conflict: Conflict;
	readonly key: string;
}

/** What an edit was, and what it has begun and ended: to be said to those who do not see the grid. */
export interface Told {
	readonly what: string;
	readonly begun: readonly Conflict[];
	readonly ended: readonly Conflict[];
}

/** A plan while a convenor works on it: what it is now, what can be taken back, and what does not fit. */
export class Planner {
	#history: History;
	/** The version that our edits began with. */
	kept: KeptPlan;
	/** The item whose form is open. */
	opened: string | undefined = $state.raw();
	told: Told | undefined = $state.raw();
	#mark: string | undefined;

	readonly plan = $derived.by(() => this.#history.now);
	readonly days = $derived(daysOf(this.plan));
	readonly #conflicts = $derived(conflictsOf(this.plan));
	readonly #seen = $derived(this.#conflicts.map((conflict): SeenConflict => ({ conflict, key: conflictKey(this.plan, conflict) })));
	/** What a convenor still has to look at, and what they let stand. */
	readonly open = $derived(this.#seen.filter(({ key }) => !this.plan.acknowledged.includes(key)));
	readonly standing = $derived(this.#seen.filter(({ key }) => this.plan.acknowledged.includes(key)));
	/** How many conflicts an item is in that nobody let stand. */
	readonly troubled = $derived(conflictCounts(this.open.map(({ conflict }) => conflict)));

	constructor(kept: KeptPlan, plan: ForumPlan = kept.plan) {
		this.kept = $state.raw(kept);
		this.#history = $state.raw(beginning(plan));
	}

	get isChanged(): boolean {
		return this.plan !== this.kept.plan;
	}

	get canUndo(): boolean {
		return this.#history.before.length > 0;
	}

	get canRedo(): boolean {
		return this.#history.after.length > 0;
	}

	/** An edit. Several with the same `mark`, one after the other, are taken back as one: the letters of a word. */
	edit(next: ForumPlan, { mark, what = '' }: { readonly mark?: string; readonly what?: string } = {}): void {
		if (next === this.plan) return;
		const isSameField = mark !== undefined && mark === this.#mark;
		this.#set(isSameField ? { ...this.#history, now: next, after: [] } : edited(this.#history, next), what);
		this.#mark = mark;
	}

	undo(what: string): void {
		this.#set(undone(this.#history), what);
	}

	redo(what: string): void {
		this.#set(redone(this.#history), what);
	}

	#set(history: History, what: string): void {
		const before = this.#conflicts;
		this.#history = history;
		this.#mark = undefined;
		if (this.opened !== undefined && this.item(this.opened) === undefined) this.opened = undefined;
		this.told = { what, ...conflictChanges(before, this.#conflicts) };
	}

	/** Whether the plan may be kept as it is: whoever opens it later reads it by this shape. */
	get isWhole(): boolean {
		return readPlan(this.plan) !== undefined;
	}

	/** After `saved` was kept, and came back as `kept`, with what others had changed in it. What was edited meanwhile stays an edit. */
	wasKept(saved: ForumPlan, kept: KeptPlan): void {
		const ours = this.plan;
		this.kept = kept;
		if (kept.plan === saved) return;
		// Taking back what others did would be no undo of ours.
		this.#set(beginning(ours === saved ? kept.plan : mergedPlans({ base: saved, ours, theirs: kept.plan }).plan), '');
	}

	item(id: string): PlannedItem | undefined {
		return this.plan.items.find((one) => one.id === id);
	}

	/** Opens an item's form, and closes it when there is none. */
	show(id: string | undefined): void {
		const before = this.opened;
		this.opened = id;
		if (id === undefined && before !== undefined) void focusBlock(before);
	}
}

/** Puts the focus on the block of an item, wherever it stands by now. */
export async function focusBlock(id: string): Promise<void> {
	await tick();
	const block = document.getElementById(blockId(id));
	block?.focus({ preventScroll: true });
	block?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** The id of an item's block in the page. */
export function blockId(id: string): string {
	return `block-${id}`;
}
