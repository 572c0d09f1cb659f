import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packed, unpacked } from './packed.ts';

const values = fc.letrec((tie) => ({
	value: fc.oneof({ depthSize: 'small' }, fc.uint8Array({ maxLength: 40 }), fc.string(), fc.integer(), fc.constant(null), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.string().filter((key) => key !== 'bytes' && key !== '__proto__'), tie('value'), { maxKeys: 4, noNullPrototype: true }))
})).value;

test('what is packed comes back as it was, bytes and all', () => {
	fc.assert(
		fc.property(values, (value) => {
			expect(unpacked(packed(value))).toEqual(value);
		})
	);
});

test('an answer that was cut short, made longer or is none at all is not read', () => {
	const whole = packed({ envelopes: [new Uint8Array([1, 2, 3]), new Uint8Array([4])], more: false });
	const longer = new Uint8Array([...whole, 0]);
	const lying = whole.slice();
	lying[3] = 255;

	for (let length = 0; length < whole.length; length++) expect(unpacked(whole.slice(0, length))).toBeUndefined();
	expect([unpacked(longer), unpacked(lying), unpacked(new Uint8Array([0, 0, 0, 1, 0xff]))]).toEqual([undefined, undefined, undefined]);
});
