import type { NoteText, TextDelta } from '../note-text.ts';
import { shifted, throughDeltas, typedBetween, withDelta } from '../typing.ts';

/** What a key in the field of a paragraph means for the whole note. */
export interface ParagraphKeys {
	/** What stands behind the cursor becomes the next paragraph. */
	split(at: number): void;
	/** Joined to the paragraph before. */
	join(): void;
	move(by: -1 | 1): void;
	undo(): void;
	redo(): void;
	/** Several lines at once: the first belongs here, the others are paragraphs behind it. */
	paste(lines: readonly string[]): void;
}

/**
 * Keeps a plain field and a paragraph the same, for as long as the field is there. What others write moves the cursor along.
 * While somebody composes a sign (Arabic, Chinese, most telephones) the field is left alone: what others wrote waits, and what was
 * composed is put where it belongs among it.
 */
export function paragraphField(text: NoteText, id: string, keys: ParagraphKeys): (field: HTMLTextAreaElement) => () => void {
	return (field) => {
		/** What the field shows, as far as the document knows of it. */
		let shown = text.textOf(id);
		let isComposing = false;
		let waiting: TextDelta[] = [];
		field.value = shown;
		fit();

		const show = (delta: TextDelta): void => {
			const [from, to] = [field.selectionStart, field.selectionEnd].map((caret) => shifted(caret, delta)) as [number, number];
			shown = withDelta(shown, delta);
			field.value = shown;
			fit();
			if (document.activeElement === field) field.setSelectionRange(from, to);
		};
		const forget = text.onText(id, (delta) => {
			if (isComposing) waiting.push(delta);
			else show(delta);
		});
		const take = (): void => {
			const change = typedBetween(shown, field.value, field.selectionEnd);
			const [before, deltas] = [shown.length, waiting];
			shown = field.value;
			waiting = [];
			if (change) text.type(id, throughDeltas(change, before, deltas));
			if (deltas.length === 0) return;
			const caret = deltas.reduce((at, delta) => shifted(at, delta), field.selectionEnd);
			shown = text.textOf(id);
			field.value = shown;
			field.setSelectionRange(caret, caret);
		};
		const atStart = (): boolean => field.selectionStart === 0 && field.selectionEnd === 0;

		const heard: Partial<{ [Kind in keyof HTMLElementEventMap]: (event: HTMLElementEventMap[Kind]) => void }> = {
			input: () => {
				if (!isComposing) take();
				fit();
			},
			compositionstart: () => {
				isComposing = true;
			},
			compositionend: () => {
				isComposing = false;
				take();
			},
			beforeinput: (event) => {
				const { inputType } = event;
				const instead = { insertLineBreak: () => keys.split(cut(field)), insertParagraph: () => keys.split(cut(field)), historyUndo: keys.undo, historyRedo: keys.redo }[inputType];
				if (instead === undefined || isComposing) return;
				event.preventDefault();
				instead();
			},
			keydown: (event) => {
				if (event.isComposing) return;
				const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
				const command = ctrlKey || metaKey;
				if (key === 'Backspace' && atStart() && !command && !altKey) keys.join();
				else if (altKey && (key === 'ArrowUp' || key === 'ArrowDown')) keys.move(key === 'ArrowUp' ? -1 : 1);
				else if (command && key.toLowerCase() === 'z') (shiftKey ? keys.redo : keys.undo)();
				else if (command && key.toLowerCase() === 'y') keys.redo();
				else return;
				event.preventDefault();
			},
			paste: (event) => {
				const lines = (event.clipboardData?.getData('text/plain') ?? '').split(/\r?\n/).filter((line) => line.trim() !== '');
				if (lines.length < 2) return;
				event.preventDefault();
				keys.paste(lines);
			}
		};
		const stop = new AbortController();
		// Each is called with the event of its own name.
		for (const [kind, hear] of Object.entries(heard)) field.addEventListener(kind, hear as (event: Event) => void, { signal: stop.signal });
		return () => {
			stop.abort();
			forget();
		};

		/** As high as its text, in browsers that do not see to it by themselves. */
		function fit(): void {
			if (CSS.supports('field-sizing', 'content')) return;
			field.style.blockSize = 'auto';
			field.style.blockSize = `${field.scrollHeight + 2}px`;
		}

		/** What is marked is taken away first; where the cursor stands then. */
		function cut(of: HTMLTextAreaElement): number {
			if (of.selectionStart !== of.selectionEnd) {
				of.setRangeText('');
				take();
			}
			return of.selectionStart;
		}
	};
}
