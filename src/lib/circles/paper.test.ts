import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { branches, readPaper } from './paper.ts';

const version = (number: number, ...basedOn: number[]): { version: number; basedOn: number[] } => ({ version: number, basedOn });

test('a paper that was always changed by one person at a time has one newest version', () => {
	expect(branches([version(1), version(2, 1), version(3, 2)])).toEqual({ tips: [3], common: 3, merged: undefined });
});

test('what two people wrote at once from the same version stands side by side until somebody merges it', () => {
	const written = [version(1), version(2, 1), version(3, 1)];

	expect(branches(written)).toEqual({ tips: [2, 3], common: 1, merged: undefined });
	expect(branches([...written, version(4, 3)])).toEqual({ tips: [2, 4], common: 1, merged: undefined });
	expect(branches([...written, version(4, 2, 3)])).toEqual({ tips: [4], common: 4, merged: 4 });
});

test('two papers that were begun under one id share nothing, and both are shown', () => {
	expect(branches([version(1), version(2)])).toEqual({ tips: [1, 2], common: undefined, merged: undefined });
	expect(branches([])).toEqual({ tips: [], common: undefined, merged: undefined });
});

test('nobody’s words are lost: every version is what is shown, or is what something shown was made from', () => {
	const histories = fc.array(fc.array(fc.nat(100), { maxLength: 3 }), { minLength: 1, maxLength: 30 }).map((drawn) => drawn.map((draws, at) => version(at + 1, ...new Set(at === 0 ? [] : draws.map((draw) => (draw % at) + 1)))));
	fc.assert(
		fc.property(histories, (versions) => {
			const { tips, common } = branches(versions);
			const reached = new Set<number>();
			const reach = (number: number): void => {
				if (reached.has(number)) return;
				reached.add(number);
				versions[number - 1]?.basedOn.forEach(reach);
			};
			tips.forEach(reach);

			expect(reached.size).toBe(versions.length);
			expect(tips).toContain(versions.length);
			expect(common === undefined || tips.length > 1 || common === tips[0]).toBe(true);
		})
	);
});

test('a body that is no paper, or claims to come from a later version, is not read as one', () => {
	const good = { title: 'Hearing', text: 'Tuesday', basedOn: [1], restores: null };

	expect(readPaper(good, 2)).toEqual(good);
	for (const bad of [null, [], { ...good, more: 1 }, { ...good, text: 7 }, { ...good, basedOn: [2] }, { ...good, basedOn: [1, 1] }, { ...good, basedOn: [0] }, { ...good, restores: 2 }, { title: 'x', text: 'y', basedOn: [] }]) {
		expect(readPaper(bad, 2)).toBeUndefined();
	}
});
