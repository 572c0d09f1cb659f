import fc from 'fast-check';
import * as Y from 'yjs';
import { expect, test } from 'vitest';
import { NoteText, placeBetween } from './note-text.ts';
import { OwnChanges } from './own-changes.ts';

interface Writer {
	readonly text: NoteText;
	readonly own: OwnChanges;
}

function writers(count: number): Writer[] {
	return Array.from({ length: count }, () => {
		const text = new NoteText();
		return { text, own: new OwnChanges(text.doc) };
	});
}

/** Everybody gets what everybody has written; how many bytes that was. */
function exchange(all: readonly Writer[]): number {
	const taken = all.map(({ own }) => own.take());
	for (const [at, change] of taken.entries()) {
		if (!change) continue;
		all[at]?.own.wereKept(change);
		for (const [other, { text }] of all.entries()) if (other !== at) Y.applyUpdate(text.doc, change.change, 'line');
	}
	return taken.reduce((sum, change) => sum + (change?.change.length ?? 0), 0);
}

const shown = ({ text }: Writer): string[] => text.paragraphs.map((one) => one.text);

test('two who begin an empty note at once write in one paragraph', () => {
	const [ana, ben] = writers(2) as [Writer, Writer];
	ana.text.type('first', [{ at: 0, remove: 0, insert: 'Peace. ' }]);
	ben.text.type('first', [{ at: 0, remove: 0, insert: 'سلام. ' }]);

	exchange([ana, ben]);

	expect(shown(ana)).toEqual(shown(ben));
	expect(shown(ana)).toHaveLength(1);
	expect(shown(ana)[0]).toContain('Peace. ');
	expect(shown(ana)[0]).toContain('سلام. ');
});

test('what somebody types into a paragraph while another takes it out, joins or moves it is not lost', () => {
	const [ana, ben] = writers(2) as [Writer, Writer];
	ana.text.type('first', [{ at: 0, remove: 0, insert: 'onetwo' }]);
	const second = ana.text.split('first', 3);
	const third = ana.text.split(second, 3);
	ana.text.type(third, [{ at: 0, remove: 0, insert: 'three' }]);
	exchange([ana, ben]);
	expect(shown(ben)).toEqual(['one', 'two', 'three']);

	ana.text.join(second);
	ben.text.type(second, [{ at: 3, remove: 0, insert: ' and more' }]);
	ana.text.move(third, -1);
	ben.text.type(third, [{ at: 5, remove: 0, insert: '!' }]);
	exchange([ana, ben]);

	expect(shown(ana)).toEqual(shown(ben));
	expect(shown(ana).join(' ')).toContain('onetwo');
	expect(shown(ana).join(' ')).toContain(' and more');
	expect(shown(ana)).toContain('three!');
});

test('undo takes back what was done here and nothing of what others did', () => {
	const [ana, ben] = writers(2) as [Writer, Writer];
	ana.text.type('first', [{ at: 0, remove: 0, insert: 'hers' }]);
	exchange([ana, ben]);
	ben.text.type('first', [{ at: 4, remove: 0, insert: ' his' }]);
	exchange([ana, ben]);

	ana.text.undo();
	exchange([ana, ben]);

	expect(shown(ana)).toEqual([' his']);
	ana.text.redo();
	exchange([ana, ben]);
	expect(shown(ben)).toEqual(['hers his']);
});

test('however three people write, split, join, move and undo at once, and however late they hear of each other, all have the same in the end', () => {
	const step = fc.record({ who: fc.nat(2), what: fc.constantFrom('type', 'type', 'type', 'take', 'split', 'join', 'move', 'propose', 'undo', 'exchange'), paragraph: fc.nat(5), at: fc.nat(20), by: fc.constantFrom(-1 as const, 1 as const) });
	fc.assert(
		fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
			const all = writers(3);
			for (const { who, what, paragraph, at, by } of steps) {
				const { text } = all[who]!;
				const { paragraphs } = text;
				const { id, text: words } = paragraphs[paragraph % paragraphs.length]!;
				const place = at % (words.length + 1);
				if (what === 'type') text.type(id, [{ at: place, remove: 0, insert: 'ab' }]);
				else if (what === 'take') text.type(id, [{ at: 0, remove: place, insert: '' }]);
				else if (what === 'split') text.split(id, place);
				else if (what === 'join') text.join(id);
				else if (what === 'move') text.move(id, by);
				else if (what === 'propose') text.propose(id, by > 0);
				else if (what === 'undo') text.undo();
				else exchange(all);
			}
			exchange(all);

			const [first, ...others] = all.map(({ text }) => text.paragraphs);
			for (const other of others) expect(other).toEqual(first);
			for (const { text, own } of all) expect([text.doc.store.pendingStructs, own.isEmpty]).toEqual([null, true]);
		}),
		{ numRuns: 150 }
	);
});

test('a batch is as long as what was typed since, and not as what was ever taken away', () => {
	const [ana, ben] = writers(2) as [Writer, Writer];
	for (let round = 0; round < 200; round++) {
		ana.text.type('first', [{ at: 0, remove: 0, insert: 'wrong' }]);
		ben.text.type('first', [{ at: 0, remove: 0, insert: 'x' }]);
		exchange([ana, ben]);
		const at = ana.text.textOf('first').indexOf('wrong');
		if (at >= 0) ana.text.type('first', [{ at, remove: 5, insert: '' }]);
		exchange([ana, ben]);
	}
	for (const [at, letter] of [...'thirty keys, one after another'].entries()) ana.text.type('first', [{ at, remove: 0, insert: letter }]);

	expect(exchange([ana, ben])).toBeLessThan(30 + 40);
});

test('between two places there is always another one', () => {
	fc.assert(
		fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (turns) => {
			let [low, high]: [string | undefined, string | undefined] = [undefined, undefined];
			for (const isLow of turns) {
				const made = placeBetween(low, high);
				expect(low === undefined || low < made).toBe(true);
				expect(high === undefined || made < high).toBe(true);
				if (isLow) low = made;
				else high = made;
			}
		})
	);
});
