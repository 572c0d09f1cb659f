import { expect, test } from 'vitest';
import { recentPresses } from './quick-exit.ts';

const pressesAt = (...times: number[]) => times.reduce(recentPresses, [] as number[]).length;

test('three presses count together only within two seconds', () => {
	expect(pressesAt(0, 900, 1999)).toBe(3);
	expect(pressesAt(0, 900, 2000)).toBe(2);
	expect(pressesAt(0, 2500, 5000)).toBe(1);
	expect(pressesAt(0, 1500, 2500, 3400)).toBe(3);
});
