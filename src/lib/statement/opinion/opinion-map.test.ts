import { expect, test } from 'vitest';
import { groundOf, madeBallots, twoCamps } from './fixtures.ts';
import { opinionMap } from './index.ts';
import { outlineOf } from './opinion-map.ts';

test('everybody who entered has a dot on the square, and groups lie inside of their outlines, apart from each other', () => {
	const map = opinionMap(groundOf(madeBallots({ people: 60, propositions: 30, seen: 0.8, agrees: twoCamps })));

	expect(map.dots).toHaveLength(60);
	expect(map.dots.filter(({ x, y }) => !(x >= 0 && x <= 1 && y >= 0 && y <= 1))).toEqual([]);
	expect(map.groups.map(({ size }) => size)).toEqual([30, 30]);
	for (const [at, { outline, middle }] of map.groups.entries()) {
		expect(outline.length).toBeGreaterThan(2);
		expect(inside(outline, middle)).toBe(true);
		for (const dot of map.dots) expect(inside(outline, dot)).toBe(dot.group === at);
	}
});

test('an outline leaves out who stands within or on a line, and is there for one place and for two', () => {
	const place = (x: number, y: number) => ({ x, y });

	expect(outlineOf([place(0, 0), place(2, 0), place(1, 0), place(1, 1), place(2, 2), place(0, 2), place(0, 0)])).toEqual([place(0, 0), place(2, 0), place(2, 2), place(0, 2)]);
	expect([outlineOf([]), outlineOf([place(1, 1), place(1, 1)]), outlineOf([place(0, 0), place(1, 1)])]).toEqual([[], [place(1, 1)], [place(0, 0), place(1, 1)]]);
	expect(outlineOf([place(0, 0), place(1, 1), place(2, 2), place(3, 3)])).toEqual([place(0, 0), place(3, 3)]);
});

test('where no groups are to be trusted the map has dots alone', () => {
	const map = opinionMap(groundOf(madeBallots({ people: 60, propositions: 20, agrees: () => 0.5 })));

	expect([map.groups, map.dots.length, [...new Set(map.dots.map(({ group }) => group))]]).toEqual([[], 60, [null]]);
});

function inside(outline: readonly { readonly x: number; readonly y: number }[], { x, y }: { readonly x: number; readonly y: number }): boolean {
	return outline.every((from, at) => {
		const to = outline[(at + 1) % outline.length] ?? from;
		return (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x) >= -1e-9;
	});
}
