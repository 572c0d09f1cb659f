import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groundOf, madeBallots, twoCamps } from './fixtures.ts';
import { commonGroundCsv, polisFiles } from './index.ts';
import { talliesOf, type Tally } from './tallies.ts';

const count = (agrees: number, disagrees: number, passes: number) => ({ agrees, disagrees, seen: agrees + disagrees + passes });
const numbers = (tally: Tally | null): number[] => (tally === null ? [] : [tally.seen, tally.agrees, tally.disagrees, tally.passes].filter((number) => number !== null));

test('everything is told where nothing is small', () => {
	expect(talliesOf([count(20, 6, 5), count(9, 30, 8)])).toEqual({
		everyone: { seen: 78, agrees: 29, disagrees: 36, passes: 13 },
		nearlyAll: null,
		groups: [{ seen: 31, agrees: 20, disagrees: 6, passes: 5 }, { seen: 47, agrees: 9, disagrees: 30, passes: 8 }]
	});
});

test('where one group has a small count the others hold it back, too, for the total is known', () => {
	const { everyone, groups } = talliesOf([count(20, 6, 5), count(9, 30, 1)]);

	expect(everyone).toEqual({ seen: 71, agrees: 29, disagrees: 36, passes: 6 });
	expect(groups).toEqual([{ seen: 31, agrees: 20, disagrees: null, passes: null }, { seen: 40, agrees: 9, disagrees: null, passes: null }]);
});

test('that all of a group agree is not told of the group', () => {
	expect(talliesOf([count(20, 0, 0), count(9, 30, 8)]).groups?.map(({ agrees }) => agrees)).toEqual([null, null]);
	expect(talliesOf([count(20, 0, 0), count(30, 2, 1)])).toMatchObject({ everyone: { seen: 53, agrees: null }, nearlyAll: 'agree' });
});

test('whatever was voted, no count under five is given, nor one that others take from each other', () => {
	const cell = fc.tuple(fc.nat(12), fc.nat(12), fc.nat(12)).map(([agrees, disagrees, passes]) => count(agrees, disagrees, passes));
	fc.assert(
		fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), (groups) => {
			const { everyone, groups: given } = talliesOf(groups);
			for (const tally of [everyone, ...(given ?? [])]) {
				expect(numbers(tally).filter((number) => number < 5)).toEqual([]);
				if (tally !== null && tally.agrees !== null) expect(tally.seen - tally.agrees).toBeGreaterThanOrEqual(5);
				// Either both of the rest are told or none: one would give away the other.
				expect(tally?.disagrees === null).toBe(tally?.passes === null);
			}
			// A column of groups is told whole or not at all, so that no total fills a gap.
			for (const what of ['agrees', 'disagrees', 'passes'] as const) expect(new Set((given ?? []).map((tally) => tally[what] === null)).size).toBeLessThan(2);
		})
	);
});

test('what is exported holds no count under five, no person, and nothing that a spreadsheet would calculate', () => {
	const ballots = madeBallots({ people: 67, propositions: 24, seen: 0.7, agrees: twoCamps, seed: 3 });
	const ground = groundOf(ballots);
	const texts = new Map(ballots.propositions.map((proposition, at) => [proposition, at === 0 ? '=HYPERLINK("https://x.example")' : at === 1 ? 'One, "two"\nthree' : `Text ${at}`]));

	const table = commonGroundCsv(ground, { topic: 'A topic', texts });
	const files = polisFiles(ground, { topic: '+topic', texts });

	expect(ground.groups.length).toBe(2);
	expect([...files.keys()]).toEqual(['summary.csv', 'comment-groups.csv']);
	expect(files.get('summary.csv')).toBe("topic,'+topic\r\nvoters-in-conv,67\r\ncomments,24\r\ngroups,2\r\n");
	expect(table).toContain('"\'=HYPERLINK(""https://x.example"")"');
	expect(table).toContain('"One, ""two""\nthree"');
	for (const text of [table, files.get('comment-groups.csv') ?? '']) {
		for (const person of ballots.people) expect(text).not.toMatch(new RegExp(`\\b${person}\\b`));
	}
	const [head = '', ...rows] = (files.get('comment-groups.csv') ?? '').split('\r\n');
	expect(head).toBe('comment-id,comment,total-votes,total-agrees,total-disagrees,total-passes,group-a-votes,group-a-agrees,group-a-disagrees,group-a-passes,group-b-votes,group-b-agrees,group-b-disagrees,group-b-passes');
	const counts = rows.filter((row) => /^q\d+,Text/.test(row)).flatMap((row) => row.split(',').slice(2)).filter((cell) => cell !== '').map(Number);
	expect(counts.length).toBeGreaterThan(30);
	expect(counts.filter((number) => number < 5)).toEqual([]);
});
