import { onMount } from 'svelte';
import { draftOf, dropDraft, keepDraft } from '#lib/circles/client/drafts.ts';
import { session, whenLocking } from '#lib/people/client/session.svelte.ts';
import { editedFrom, type Edited } from '../../call-editing.ts';

/** Where a call is edited: a page of one circle, and the version that the fields were filled from. */
export interface EditedAt {
	readonly circle: string;
	/** A draft's record, the call that is revised, or a word for what is new. */
	readonly page: string;
	readonly basedOn: number;
}

/**
 * What stands in the editor of a call when the tab locks: sealed on this device in that moment, like words of a paper
 * (*The draft*), and in the fields again when the page is opened after unlocking. To be made while a component begins.
 */
export class UnsavedCall {
	/** When the lock came (milliseconds since 1970) that interrupted what the fields were filled with; undefined where none did. */
	from = $state.raw<number | undefined>();
	/** Something else was saved since the words were begun. */
	isBehind = $state(false);
	#at: EditedAt | undefined;
	#kept = '';

	/** `edited`: what stands in the fields; undefined while nothing is edited. */
	constructor(edited: () => Edited | undefined) {
		onMount(() =>
			whenLocking(({ keys }) => {
				const now = edited();
				const text = now && JSON.stringify(now);
				if (this.#at === undefined || text === undefined || text === this.#kept) return;
				const { circle, page, basedOn } = this.#at;
				void keepDraft(keys, { circle, page, record: null, basedOn: [basedOn], title: '', text, at: Date.now() });
			})
		);
	}

	/** Says what the fields were filled with, and gives back what they are filled with: that, or what a lock has interrupted. */
	async begin(at: EditedAt, opened: Edited): Promise<Edited> {
		this.#at = at;
		this.#kept = JSON.stringify(opened);
		[this.from, this.isBehind] = [undefined, false];
		const draft = session.current && (await draftOf(session.current.keys, at));
		const words = draft && editedFrom(draft.text);
		if (draft === undefined || words === undefined) return opened;
		[this.from, this.isBehind] = [draft.at, draft.basedOn[0] !== at.basedOn];
		return words;
	}

	/** Whether a lock has interrupted somebody here. */
	async isThere(at: Omit<EditedAt, 'basedOn'>): Promise<boolean> {
		return session.current !== undefined && (await draftOf(session.current.keys, at)) !== undefined;
	}

	/** Deletes what was brought, and gives back what the fields were opened with. */
	discard(): Edited | undefined {
		const at = this.#at;
		[this.from, this.isBehind] = [undefined, false];
		if (at && session.current) void dropDraft(session.current.keys, at);
		return editedFrom(this.#kept);
	}

	/** The words are saved, or nobody wants them: nothing is kept on the device. `next`: from where on they are edited further. */
	async done(next?: { readonly at: EditedAt; readonly saved: Edited }): Promise<void> {
		const before = this.#at;
		this.#at = next?.at;
		this.#kept = next ? JSON.stringify(next.saved) : '';
		[this.from, this.isBehind] = [undefined, false];
		if (before && session.current) await dropDraft(session.current.keys, before);
	}
}
