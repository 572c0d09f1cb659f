import fc from 'fast-check';
import { expect, test } from 'vitest';
import { regions } from '#lib/platform/text/region.ts';
import { lastDayOf, leastGrants, pool, quarterOf, type GrantRow, type PooledCell } from './pooling.ts';

const some = (count: number, region: GrantRow['region'], awardedOn: string, amountMinor = 500_000): GrantRow[] => Array.from({ length: count }, () => ({ region, awardedOn, amountMinor }));
const pooled = (rows: readonly GrantRow[], upTo = '2026-Q4', after: string | null = null) => pool(rows, { after, upTo, minorPerMajor: 100 });

test('a lone grant stands in no cell of its own, and cannot be had by subtracting', () => {
	const lone: GrantRow = { region: 'oceania', awardedOn: '2026-11-20', amountMinor: 500_000 };
	const { cells } = pooled([...some(30, 'africa', '2026-10-05'), ...some(12, 'asia', '2026-12-01'), lone]);

	// Asia would be enough alone, but then the lone one would be what is left.
	expect(cells).toEqual([
		{ region: 'africa', from: '2026-Q4', to: '2026-Q4', grants: 30, thousands: 150 },
		{ region: null, from: '2026-Q4', to: '2026-Q4', grants: 13, thousands: 65 }
	]);
	expect(JSON.stringify(cells)).not.toContain('oceania');
});

test('fewer than ten are told later, with those that follow', () => {
	const few = some(9, 'europe', '2026-07-01');

	expect(pooled(few)).toEqual({ cells: [], told: [], heldBack: few });
	expect(pooled([...few, ...some(1, 'europe', '2026-12-31')]).cells).toEqual([{ region: 'europe', from: '2026-Q3', to: '2026-Q4', grants: 10, thousands: 50 }]);
});

test('one grant that is most of the money makes a cell too small', () => {
	const rows = [...some(15, 'asia', '2026-10-05', 10_000), { region: 'asia' as const, awardedOn: '2026-10-06', amountMinor: 9_000_000 }];

	expect(pooled(rows)).toEqual({ cells: [], told: [], heldBack: rows });
});

test('what comes too late counts in the first quarter that is open, and a closed one stays as it was', () => {
	const first = pooled(some(11, 'africa', '2026-08-01'), '2026-Q3');
	const late = pooled([...some(3, 'africa', '2026-08-15'), ...some(9, 'africa', '2026-10-15')], '2026-Q4', '2026-Q3');

	expect(first.cells).toMatchObject([{ from: '2026-Q3', to: '2026-Q3', grants: 11 }]);
	expect(late.cells).toMatchObject([{ from: '2026-Q4', to: '2026-Q4', grants: 12 }]);
});

test('whatever was granted, every cell and every rest has ten, and each grant is told once or held back', () => {
	const row = fc.record({
		region: fc.constantFrom(...regions),
		awardedOn: fc.integer({ min: 0, max: 729 }).map((day) => new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10)),
		amountMinor: fc.integer({ min: 1, max: 10_000_000 })
	});
	fc.assert(
		fc.property(fc.array(row, { maxLength: 150 }), (rows) => {
			const { cells, told: inCells, heldBack } = pooled(rows, '2026-Q4');
			const told = cells.reduce((sum, { grants }) => sum + grants, 0);

			expect(cells.every(({ grants }) => grants >= leastGrants)).toBe(true);
			expect([told, inCells.length + heldBack.length, new Set([...inCells, ...heldBack]).size]).toEqual([inCells.length, rows.length, rows.length]);
			expect(overlaps(cells)).toBe(false);
		})
	);
});

/** Two cells of one region, or of all, that have a quarter in common could be subtracted. */
function overlaps(cells: readonly PooledCell[]): boolean {
	return cells.some((one, at) => cells.slice(at + 1).some((other) => one.region === other.region && one.from <= other.to && other.from <= one.to));
}

test('quarters begin and end where calendars say', () => {
	expect(['2026-01-01', '2026-03-31', '2026-04-01', '2028-02-29', '2026-12-31'].map(quarterOf)).toEqual(['2026-Q1', '2026-Q1', '2026-Q2', '2028-Q1', '2026-Q4']);
	expect(['2028-Q1', '2026-Q2', '2026-Q4'].map(lastDayOf)).toEqual(['2028-03-31', '2026-06-30', '2026-12-31']);
});
