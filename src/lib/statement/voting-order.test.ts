import { expect, test } from 'vitest';
import { nextProposition } from './opinion/index.ts';
import { knownByAge } from './voting-order.ts';

const opensAt = Date.UTC(2026, 10, 1);
const now = new Date(Date.UTC(2026, 10, 11));
const old = Array.from({ length: 20 }, (_, at) => ({ short: `old-${String(at).padStart(4, '0')}`, at: new Date(opensAt) }));
const fresh = { short: 'fresh-00', at: new Date(now.getTime() - 60_000) };

const firstFor = (seed: number): string | null => nextProposition(knownByAge([...old, fresh], { opensAt, now }), new Set(), seed);

test('what came last, and so was seen by fewest, is asked far more often than its share, and still not of everybody', () => {
	const asked = Array.from({ length: 1000 }, (_, seed) => firstFor(seed));

	const times = asked.filter((one) => one === fresh.short).length;

	// By its share it would be 48 times in a thousand.
	expect(times).toBeGreaterThan(200);
	expect(new Set(asked).size).toBe(21);
});

test('everybody is asked everything once, in an order of their own', () => {
	const order = (seed: number): (string | null)[] => {
		const seen = new Set<string>();
		const known = knownByAge([...old, fresh], { opensAt, now });
		const asked: (string | null)[] = [];
		for (let next = nextProposition(known, seen, seed); next !== null; next = nextProposition(known, seen, seed)) {
			asked.push(next);
			seen.add(next);
		}
		return asked;
	};

	expect(new Set(order(1)).size).toBe(21);
	expect(order(1)).not.toEqual(order(2));
});

test('a clock that is wrong, of whoever wrote or of whoever reads, keeps nothing from being asked', () => {
	const odd = [{ short: 'tomorrow', at: new Date(now.getTime() + 86_400_000) }, { short: 'long-ago', at: new Date(0) }];

	const pulls = [...knownByAge(odd, { opensAt, now }).pull, ...knownByAge(odd, { opensAt: now.getTime() + 1, now }).pull];

	expect(pulls.every((pull) => pull > 0 && Number.isFinite(pull))).toBe(true);
});
