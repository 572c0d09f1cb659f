import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TextChange, TextDelta } from './note-text.ts';
import { shifted, throughDeltas, typedBetween, withDelta } from './typing.ts';

const applied = (text: string, changes: readonly TextChange[]): string => changes.reduce((now, { at, remove, insert }) => now.slice(0, at) + insert + now.slice(at + remove), text);

test('whatever somebody does to a field, the difference leads from what was there to what is there', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 12 }), fc.nat(14), (before, after, caret) => {
			const change = typedBetween(before, after, Math.min(caret, after.length));
			expect(change ? applied(before, [change]) : before).toBe(after);
			if (change) expect(change.insert.isWellFormed()).toBe(true);
		})
	);
});

test('of two equal letters the one at the cursor is the new one', () => {
	expect(typedBetween('ab', 'aab', 1)).toEqual({ at: 0, remove: 0, insert: 'a' });
	expect(typedBetween('ab', 'aab', 2)).toEqual({ at: 1, remove: 0, insert: 'a' });
});

test('a cursor stays at the word where it was while others write before and behind it', () => {
	const delta: TextDelta = [{ retain: 2 }, { insert: 'xyz' }, { retain: 4 }, { delete: 3 }];

	expect(withDelta('hello world', delta)).toBe('hexyzllo ld');
	expect([0, 2, 5, 7, 11].map((caret) => shifted(caret, delta))).toEqual([0, 2, 8, 9, 11]);
});

test('what was composed while others wrote takes away what it replaced, and nothing of theirs', () => {
	// "world" was composed anew as "earth", while somebody wrote "dear " into it and took "hello" away.
	const deltas: readonly TextDelta[] = [[{ retain: 8 }, { insert: 'DEAR' }], [{ delete: 5 }]];
	const now = deltas.reduce(withDelta, 'hello world');

	const changes = throughDeltas({ at: 6, remove: 5, insert: 'earth' }, 11, deltas);

	expect(now).toBe(' woDEARrld');
	expect(applied(now, changes)).toBe(' earthDEAR');
});
