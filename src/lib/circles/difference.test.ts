import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparedLines, comparedWords, differences } from './difference.ts';
import { joinedText, piecesOf, proposedChoice, type Choice } from './joining.ts';

const letters = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 25 });

describe('what changed between two versions', () => {
	test('both versions can be put together again from what is shown, whatever they are', () => {
		fc.assert(
			fc.property(letters, letters, (older, newer) => {
				const changes = differences(older, newer);

				expect(changes.filter(({ kind }) => kind !== 'new').flatMap(({ items }) => items)).toEqual(older);
				expect(changes.filter(({ kind }) => kind !== 'gone').flatMap(({ items }) => items)).toEqual(newer);
			}),
			{ numRuns: 2_000 }
		);
	});

	test('no shorter way was there', () => {
		const longest = (a: readonly string[], b: readonly string[]): number => {
			let row = Array.from({ length: b.length + 1 }, () => 0);
			for (const x of a) {
				const next = [0];
				b.forEach((y, j) => next.push(x === y ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0)));
				row = next;
			}
			return row.at(-1) ?? 0;
		};
		fc.assert(
			fc.property(letters, letters, (older, newer) => {
				const kept = differences(older, newer).filter(({ kind }) => kind === 'same').flatMap(({ items }) => items).length;

				expect(kept).toBe(longest(older, newer));
			}),
			{ numRuns: 500 }
		);
	});

	test('a changed word is named in its line, and the line before is untouched', () => {
		expect(comparedLines('Dear all,\nwe meet on Monday.', 'Dear all,\nwe meet on Friday.')).toEqual([
			{ kind: 'same', text: 'Dear all,' },
			{ kind: 'gone', words: [{ kind: 'same', items: ['we', ' ', 'meet', ' ', 'on', ' '] }, { kind: 'gone', items: ['Monday'] }, { kind: 'same', items: ['.'] }] },
			{ kind: 'new', words: [{ kind: 'same', items: ['we', ' ', 'meet', ' ', 'on', ' '] }, { kind: 'new', items: ['Friday'] }, { kind: 'same', items: ['.'] }] }
		]);
	});

	test('two books that have nothing in common are compared, and time does not run away', () => {
		const [one, other] = [0, 1].map((book) => Array.from({ length: 100_000 }, (_, line) => `${book} ${line}`));
		const begun = performance.now();

		const changes = differences(one ?? [], other ?? []);

		expect(changes.map(({ kind, items }) => [kind, items.length])).toEqual([['gone', 100_000], ['new', 100_000]]);
		expect(performance.now() - begun).toBeLessThan(20_000);
	});
});

describe('two people who edited at once', () => {
	const was = 'Intro\n\nPlan\n\nEnd';

	test('what only one of them changed is kept, what both changed is kept twice', () => {
		const pieces = piecesOf({ was, one: 'Intro, better\n\nPlan A\n\nEnd', other: 'Intro\n\nPlan B\n\nEnd\n\nP.S.' });

		expect(pieces).toEqual([
			{ kind: 'both', was: 'Intro\n\nPlan', one: 'Intro, better\n\nPlan A', other: 'Intro\n\nPlan B' },
			{ kind: 'same', text: 'End' },
			{ kind: 'other', was: '', text: 'P.S.' }
		]);
		expect(joinedText(pieces, [])).toBe('Intro, better\n\nPlan A\n\nIntro\n\nPlan B\n\nEnd\n\nP.S.');
		expect(joinedText(pieces, ['one', 'was'])).toBe('Intro, better\n\nPlan A\n\nEnd');
	});

	test('two new papers of one name without an earlier text stand one behind the other', () => {
		expect(joinedText(piecesOf({ was: '', one: 'mine', other: 'theirs' }), [])).toBe('mine\n\ntheirs');
	});

	test('nobody\'s words are lost, whatever the three texts are, unless somebody chooses so', () => {
		const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 12 }).map((paragraphs) => paragraphs.join('\n\n'));
		fc.assert(
			fc.property(text, text, text, (before, one, other) => {
				const pieces = piecesOf({ was: before, one, other });
				const changed = pieces.filter(({ kind }) => kind !== 'same');
				const chosen = (choice: 'one' | 'other'): string => joinedText(pieces, changed.map((piece): Choice => (piece.kind === 'both' ? choice : piece.kind === choice ? choice : 'was')));

				expect(chosen('one')).toBe(one);
				expect(chosen('other')).toBe(other);
				const joined = joinedText(pieces, changed.map(proposedChoice));
				for (const piece of pieces) for (const words of piece.kind === 'both' ? [piece.one, piece.other] : [piece.text]) expect(joined).toContain(words);
			}),
			{ numRuns: 2_000 }
		);
	});
});

test('in a script without spaces only the signs that differ are told apart, and the pieces joined are both texts', () => {
	const [older, newer] = ['เราขอให้รัฐบาลหยุด', 'เราขอให้ตำรวจหยุด'];

	const changes = comparedWords(older, newer);

	expect(changes[0]).toEqual({ kind: 'same', items: ['เ', 'ร', 'า', 'ข', 'อ', 'ใ', 'ห้'] });
	for (const [kind, text] of [['gone', older], ['new', newer]] as const) expect(changes.flatMap((change) => (change.kind === 'same' || change.kind === kind ? change.items : [])).join('')).toBe(text);
	expect(comparedWords('يجب على الوزارة', 'يجب على الحكومة')).toEqual([{ kind: 'same', items: ['يجب', ' ', 'على', ' '] }, { kind: 'gone', items: ['الوزارة'] }, { kind: 'new', items: ['الحكومة'] }]);
});
