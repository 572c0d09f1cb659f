import * as Y from 'yjs';
import { toText } from '#lib/vault/envelope.ts';

/** A paragraph of a note, in the order of the note. */
export interface Paragraph {
	readonly id: string;
	readonly text: string;
	/** Somebody proposes it for the report. */
	readonly proposed: boolean;
}

/** One place of a text: `remove` signs at `at` become `insert`. Counted as JavaScript counts them. */
export interface TextChange {
	readonly at: number;
	readonly remove: number;
	readonly insert: string;
}

/** How a text changed, from its beginning on: skip so many signs, take so many away, put some in. */
export type TextDelta = readonly { readonly retain?: number; readonly delete?: number; readonly insert?: string }[];

/**
 * Note: Paragraphs that several write at once.
 * Each paragraph has a random id and a text of its own; where it stands is another fact, so that it can be moved while somebody
 * types in it. One that is taken out keeps its place: what somebody else types into it meanwhile brings it back instead of being lost.
 * Numbers follow from the order. The document never knows who somebody is: Yjs numbers its writers, at random for each opening.
 */
export class NoteText {
	readonly doc = new Y.Doc();
	/** Takes back what was done here, and nothing of what others did. */
	readonly #undo: Y.UndoManager;
	readonly #places: Y.Map<string>;
	readonly #proposed: Y.Map<boolean>;

	constructor() {
		this.#places = this.doc.getMap('places');
		this.#proposed = this.doc.getMap('proposed');
		this.#undo = new Y.UndoManager(this.doc, { trackedOrigins: new Set([here, typing]), captureTimeout: 700 });
	}

	get paragraphs(): readonly Paragraph[] {
		const standing = this.#standing();
		// Everybody's empty note begins with the same paragraph, so that two who begin at once share it.
		return standing.length === 0 ? [{ id: first, text: this.textOf(first), proposed: false }] : standing.map(({ id }) => ({ id, text: this.textOf(id), proposed: this.#proposed.get(id) === true }));
	}

	textOf(id: string): string {
		return this.#text(id).toJSON();
	}

	/** Calls it with whatever `type` did not do to a paragraph, until the function that it gives back is called. */
	onText(id: string, heard: (delta: TextDelta) => void): () => void {
		const text = this.#text(id);
		const listen = (event: Y.YTextEvent, { origin }: Y.Transaction): void => {
			// A text of ours has no formats and nothing embedded.
			if (origin !== typing) heard(event.delta as TextDelta);
		};
		text.observe(listen);
		return () => text.unobserve(listen);
	}

	/** Calls it after every change, with whether it was made by others. */
	onChange(heard: (byOthers: boolean) => void): () => void {
		const listen = ({ local, changed }: Y.Transaction): void => {
			if (changed.size > 0) heard(!local);
		};
		this.doc.on('afterTransaction', listen);
		return () => this.doc.off('afterTransaction', listen);
	}

	/** What somebody did in the field of a paragraph, which shows it already. */
	type(id: string, changes: readonly TextChange[]): void {
		this.doc.transact(() => {
			this.#settle(id);
			const text = this.#text(id);
			for (const { at, remove, insert } of changes) {
				if (remove > 0) text.delete(at, remove);
				if (insert !== '') text.insert(at, insert);
			}
		}, typing);
	}

	/** What stands behind `at` becomes the next paragraph; its id. */
	split(id: string, at: number): string {
		const made = newId();
		this.#do(() => {
			this.#settle(id);
			this.#places.set(made, this.#placeAfter(id));
			const text = this.#text(id);
			const behind = text.toJSON().slice(at);
			if (behind === '') return;
			text.delete(at, behind.length);
			this.#text(made).insert(0, behind);
		});
		return made;
	}

	/** Joins a paragraph to the one before it; where the cursor is then. Undefined for the first. */
	join(id: string): { readonly id: string; readonly at: number } | undefined {
		const all = this.paragraphs;
		const before = all[all.findIndex((one) => one.id === id) - 1];
		if (before === undefined) return undefined;
		const at = before.text.length;
		this.#do(() => {
			const text = this.#text(id);
			const words = text.toJSON();
			if (words !== '') {
				text.delete(0, words.length);
				this.#text(before.id).insert(at, words);
			}
			this.#places.set(id, gone + (this.#places.get(id) ?? ''));
		});
		return { id: before.id, at };
	}

	/** Puts a paragraph before the one above it, or behind the one below it. False where there is none. */
	move(id: string, by: -1 | 1): boolean {
		const all = this.#standing();
		const from = all.findIndex((one) => one.id === id);
		const to = from + by;
		if (from < 0 || to < 0 || to >= all.length) return false;
		const [low, high] = by < 0 ? [all[to - 1], all[to]] : [all[to], all[to + 1]];
		this.#do(() => this.#places.set(id, placeBetween(low?.place, high?.place)));
		return true;
	}

	propose(id: string, is: boolean): void {
		this.#do(() => {
			this.#settle(id);
			if (is) this.#proposed.set(id, true);
			else this.#proposed.delete(id);
		});
	}

	undo(): void {
		this.#undo.undo();
	}

	redo(): void {
		this.#undo.redo();
	}

	/** The next change is another step of undoing. */
	endStep(): void {
		this.#undo.stopCapturing();
	}

	#do(work: () => void): void {
		this.doc.transact(work, here);
	}

	#text(id: string): Y.Text {
		return this.doc.getText(`p${id}`);
	}

	/** Gives the first paragraph of an empty note its place, and takes back that one was taken out. */
	#settle(id: string): void {
		const place = this.#places.get(id);
		if (place === undefined) this.#places.set(id, id === first ? middle : this.#placeAfter(undefined));
		else if (place.startsWith(gone)) this.#places.set(id, place.slice(gone.length));
	}

	#placeAfter(id: string | undefined): string {
		const all = this.#standing();
		const at = id === undefined ? all.length - 1 : all.findIndex((one) => one.id === id);
		return placeBetween(all[at]?.place, all[at + 1]?.place);
	}

	#standing(): { readonly id: string; readonly place: string }[] {
		return [...this.#places]
			.filter(([id, place]) => !place.startsWith(gone) || this.#text(id).length > 0)
			.map(([id, place]) => ({ id, place: place.startsWith(gone) ? place.slice(gone.length) : place }))
			.sort((a, b) => (a.place === b.place ? (a.id < b.id ? -1 : 1) : a.place < b.place ? -1 : 1));
	}
}

const here = Symbol('here');
const typing = Symbol('typing');
const first = 'first';
const gone = '-';
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const middle = 'U';

function newId(): string {
	return toText(crypto.getRandomValues(new Uint8Array(6)));
}

/** A text that sorts between two others, so that nobody else's place changes; never ends in the smallest digit. Random, so that two who do this at once rarely meet. */
export function placeBetween(low = '', high?: string): string {
	let made = '';
	let isBelow = high !== undefined && low < high;
	for (let at = 0; ; at++) {
		const from = digits.indexOf(low[at] ?? '0');
		const to = isBelow ? digits.indexOf(high?.[at] ?? '0') : digits.length;
		if (to - from > 1) return made + random(from + 1, to) + random(1, digits.length);
		made += digits[from] ?? '0';
		if (from < to) isBelow = false;
	}
}

function random(from: number, to: number): string {
	const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
	return digits[from + (number % (to - from))] ?? '1';
}
