import { session, type Unlocked } from '#lib/people/client/session.svelte.ts';
import { fromText, toText } from '#lib/vault/envelope.ts';
import { draftOf, dropDraft, keepDraft, type Draft } from '../client/drafts.ts';
import type { NoteDesk } from './note-desk.svelte.ts';

/** Words beside a note that somebody has not sent: reactive. */
export interface Beside {
	/** Empty where there are none. */
	readonly unsent: string;
	bringBack(kept: string): void;
}

const afterMs = 1000;

/**
 * What somebody wrote in a note, and beside it, and has not arrived: kept on this device, sealed for the account, only while they ask
 * for it and only as long as it has not arrived. A page tells it of changes (`changed`), takes up what was kept once the note is read, and keeps it at once where the tab locks.
 */
export class KeptNote {
	isWanted = $state(false);
	/** Something was written since this device kept it last. */
	#isAhead = $state(false);
	#changes = 0;
	#isKept = false;
	#isTaken = false;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#isWorking = false;
	readonly #place: Pick<Draft, 'circle' | 'page'>;
	readonly #desk: NoteDesk;
	readonly #beside: Beside | undefined;

	constructor(place: Pick<Draft, 'circle' | 'page'>, desk: NoteDesk, beside?: Beside) {
		this.#place = place;
		this.#desk = desk;
		this.#beside = beside;
	}

	/** Whoever leaves now loses something that they wrote. */
	get wouldLose(): boolean {
		return (this.#desk.hasUnsent || (this.#beside?.unsent ?? '') !== '') && !(this.isWanted && !this.#isAhead);
	}

	/** Something was written, has arrived, or is to be kept or no longer: dealt with a moment later. */
	changed(): void {
		this.#changes += 1;
		this.#isAhead = true;
		this.#timer ??= setTimeout(() => this.#later(), afterMs);
	}

	/** Puts back what was kept here; once, and once the note is read. */
	async takeUp(): Promise<void> {
		if (this.#isTaken) return;
		this.#isTaken = true;
		const draft = session.current && (await draftOf(session.current.keys, this.#place));
		if (draft === undefined) return;
		this.isWanted = this.#isKept = true;
		if (draft.title !== '') this.#beside?.bringBack(draft.title);
		const change = draft.text === '' ? undefined : fromText(draft.text);
		if (change === undefined) return;
		this.#desk.note.bringBack(change);
		await this.#desk.sendNow();
	}

	/** Keeps nothing more. */
	end(): void {
		clearTimeout(this.#timer);
	}

	#later(): void {
		this.#timer = undefined;
		if (this.#isWorking) this.#timer = setTimeout(() => this.#later(), afterMs);
		else if (session.current) void this.keep(session.current.keys);
	}

	/** Keeps it now, or takes away what is kept. Begins in the same moment, so that a quick exit finds it begun and ends it. */
	async keep(keys: Unlocked['keys']): Promise<void> {
		this.#isWorking = true;
		try {
			await this.#keep(keys);
		} finally {
			this.#isWorking = false;
		}
	}

	async #keep(keys: Unlocked['keys']): Promise<void> {
		const at = this.#changes;
		const change = this.isWanted ? this.#desk.note.unsent() : undefined;
		const beside = this.isWanted ? (this.#beside?.unsent ?? '') : '';
		const isSomething = change !== undefined || beside !== '';
		if (isSomething) await keepDraft(keys, { ...this.#place, record: null, basedOn: [], title: beside, text: change ? toText(change) : '', at: Date.now() });
		else if (this.#isKept) await dropDraft(keys, this.#place);
		this.#isKept = isSomething;
		if (at === this.#changes) this.#isAhead = false;
	}
}
