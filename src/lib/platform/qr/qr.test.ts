import { expect, test } from 'vitest';
import { isTurned, qrOf } from './qr.ts';

/** Blocks of level M by version, of which the bytes of correction and all bytes are told here anew (ISO/IEC 18004, table 9). */
const blocksOf: Readonly<Record<number, readonly (readonly [count: number, all: number, data: number])[]>> = {
	1: [[1, 26, 16]], 2: [[1, 44, 28]], 3: [[1, 70, 44]], 4: [[2, 50, 32]], 5: [[2, 67, 43]], 6: [[4, 43, 27]], 7: [[4, 49, 31]],
	8: [[2, 60, 38], [2, 61, 39]], 9: [[3, 58, 36], [2, 59, 37]], 10: [[4, 69, 43], [1, 70, 44]], 11: [[1, 80, 50], [4, 81, 51]]
};

/** Reads a code as a camera's program does once it has the square, and says whether every block is whole. */
function read(rows: boolean[][]): { readonly text: string; readonly whole: boolean } {
	const size = rows.length;
	const version = (size - 17) / 4;
	const at = (row: number, column: number): number => (rows[row]?.[column] === true ? 1 : 0);
	const format = [[8, 0], [8, 1], [8, 2], [8, 3], [8, 4], [8, 5], [8, 7], [8, 8], [7, 8], [5, 8], [4, 8], [3, 8], [2, 8], [1, 8], [0, 8]].reduce((bits, [row = 0, column = 0]) => bits * 2 + at(row, column), 0) ^ 0b101010000010010;
	expect(format >> 13, 'level M').toBe(0);
	const mask = (format >> 10) & 7;
	const centres = version === 1 ? [] : { 2: [6, 18], 3: [6, 22], 4: [6, 26], 5: [6, 30], 6: [6, 34], 7: [6, 22, 38], 8: [6, 24, 42], 9: [6, 26, 46], 10: [6, 28, 50], 11: [6, 30, 54] }[version] ?? [];
	const last = centres.at(-1) ?? 0;
	const isFunction = (row: number, column: number): boolean =>
		row === 6 || column === 6 || (row < 9 && (column < 9 || column >= size - 8)) || (row >= size - 8 && column < 9) ||
		(version >= 7 && ((row < 6 && column >= size - 11) || (column < 6 && row >= size - 11))) ||
		centres.some((y) => centres.some((x) => !((y === 6 && (x === 6 || x === last)) || (y === last && x === 6)) && Math.abs(row - y) <= 2 && Math.abs(column - x) <= 2));
	const bits: number[] = [];
	for (let right = size - 1, up = true; right > 0; right -= right === 8 ? 3 : 2, up = !up) {
		for (let step = 0; step < size; step++) {
			const row = up ? size - 1 - step : step;
			for (const column of [right, right - 1]) if (!isFunction(row, column)) bits.push(at(row, column) ^ (isTurned(mask, row, column) ? 1 : 0));
		}
	}
	const stream = Array.from({ length: Math.floor(bits.length / 8) }, (_, place) => Number.parseInt(bits.slice(8 * place, 8 * place + 8).join(''), 2));
	const shapes = (blocksOf[version] ?? []).flatMap(([count, all, data]) => Array.from({ length: count }, () => ({ all, data })));
	const blocks = shapes.map((): number[] => []);
	for (let place = 0; place < Math.max(...shapes.map(({ data }) => data)); place++) shapes.forEach(({ data }, block) => place < data && blocks[block]?.push(stream.shift() ?? 0));
	const data = blocks.flat();
	while (blocks[0] && blocks[0].length < (shapes[0]?.all ?? 0)) for (const block of blocks) block.push(stream.shift() ?? 0);
	const length = version < 10 ? ((data[0] ?? 0) & 15) * 16 + ((data[1] ?? 0) >> 4) : ((data[0] ?? 0) & 15) * 4096 + (data[1] ?? 0) * 16 + ((data[2] ?? 0) >> 4);
	const begin = version < 10 ? 1 : 2;
	const bytes = Uint8Array.from({ length }, (_, place) => (((data[place + begin] ?? 0) & 15) << 4) | ((data[place + begin + 1] ?? 0) >> 4));
	expect((data[0] ?? 0) >> 4, 'bytes').toBe(4);
	return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), whole: blocks.every((block, number) => isWhole(block, (shapes[number]?.all ?? 0) - (shapes[number]?.data ?? 0))) };
}

/** A block is whole when it is zero at every root of its divisor. */
function isWhole(block: readonly number[], correction: number): boolean {
	const double = (value: number): number => (value < 128 ? value * 2 : (value * 2) ^ 0x11d);
	const times = (a: number, b: number): number => {
		let product = 0;
		for (let bit = 128; bit > 0; bit >>= 1) product = double(product) ^ (b & bit ? a : 0);
		return product;
	};
	for (let root = 1, at = 0; at < correction; at++, root = double(root)) if (block.reduce((sum, value) => times(sum, root) ^ value, 0) !== 0) return false;
	return true;
}

test('what a camera reads is the link and not another one, for every length of link', () => {
	for (let length = 1; length <= 250; length += 3) {
		const text = `https://vault.example.org/ar/refer#${'aB3-_.xY'.repeat(40)}`.slice(0, length);

		expect(read(qrOf(text)), `${length} signs`).toEqual({ text, whole: true });
	}
	expect(read(qrOf('رابط · enlace')).text).toBe('رابط · enlace');
});

test('a text that fits into no code is refused instead of cut', () => {
	expect(() => qrOf('x'.repeat(700))).toThrow('does not fit');
});
