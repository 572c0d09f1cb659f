import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paddedLength, steppedLength } from './padding.ts';

test('a padded length is the next one whose binary point form has a mantissa no longer than its exponent, as Padmé defines it', () => {
	fc.assert(
		fc.property(fc.integer({ min: 257, max: 2 ** 52 }), (length) => {
			const padded = paddedLength(length);
			const bits = length.toString(2).length - 1;
			const step = 2 ** (bits - (Math.floor(Math.log2(bits)) + 1));

			expect(padded % step).toBe(0);
			expect(padded - length).toBeGreaterThanOrEqual(0);
			expect(padded - length).toBeLessThan(step);
		})
	);
});

test('padding costs at most what its authors say, in whole parts: 12 % always, 6 % from a megabyte, 3 % from a gigabyte', () => {
	const worst = (from: number): number => {
		let share = 0;
		for (let length = from; length < from * 2; length += Math.ceil(from / 10_000)) share = Math.max(share, paddedLength(length) / length - 1);
		return share;
	};

	expect(worst(257)).toBeLessThan(1 / 8);
	expect(worst(1e6)).toBeLessThan(1 / 16);
	expect(worst(1e9)).toBeLessThan(1 / 32);
});

test('short texts all have one length, powers of two their own, and one byte more the next step', () => {
	expect([0, 1, 255, 256, 257, 272, 273, 511, 512, 513, 1024, 1025, 2 ** 20, 2 ** 20 + 1, 2 ** 48 - 1].map(paddedLength)).toEqual([
		256, 256, 256, 256, 272, 272, 288, 512, 512, 544, 1024, 1088, 2 ** 20, 2 ** 20 + 2 ** 15, 2 ** 48
	]);
});

test('what is no length is not padded', () => {
	for (const wrong of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) expect(() => paddedLength(wrong)).toThrow();
});

test('lengths in steps hold what they are for, and there are few of them', () => {
	const steps = Array.from({ length: 60 }, (_, at) => steppedLength(at * 10_000));

	expect([...new Set(steps)]).toEqual([16, 64, 256, 1024].map((kib) => kib * 1024));
	fc.assert(fc.property(fc.nat(2 ** 30), (length) => steppedLength(length) >= length && (length <= 16_384 || steppedLength(length) < 4 * length)));
	for (const none of [-1, 0.5, Number.NaN]) expect(() => steppedLength(none)).toThrow();
});
