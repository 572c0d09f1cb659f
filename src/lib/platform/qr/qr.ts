/**
 * Note: QR codes are made here.
 * A link that is shown to a phone's camera carries a secret, so no service may draw it; and of the standard (ISO/IEC
 * 18004:2015) one mode, bytes, and one level of correction, M, are enough. The test reads every code back.
 */

/** Of version 1 to 20 at level M (table 9): bytes of correction in each block, and how many blocks. */
const correction: readonly (readonly [bytes: number, blocks: number])[] = [
	[10, 1], [16, 1], [26, 1], [18, 2], [24, 2], [16, 4], [18, 4], [22, 4], [22, 5], [26, 5],
	[30, 5], [22, 8], [22, 9], [24, 9], [24, 10], [28, 10], [28, 11], [26, 13], [26, 14], [26, 16]
];

/** Rows of modules, true for dark, without the quiet zone around them. Throws for what is longer than 660 bytes. */
export function qrOf(text: string): boolean[][] {
	const bytes = new TextEncoder().encode(text);
	const version = correction.findIndex((_, at) => roomOf(at + 1) >= 4 + (at + 1 < 10 ? 8 : 16) + 8 * bytes.length) + 1;
	if (version === 0) throw new Error(`A text of ${bytes.length} bytes does not fit.`);
	const board = boardOf(version);
	place(board, withCorrection(filled(bytes, version), version));
	let best: { readonly rows: boolean[][]; readonly penalty: number } | undefined;
	for (let mask = 0; mask < 8; mask++) {
		const rows = masked(board, mask);
		const penalty = penaltyOf(rows);
		if (best === undefined || penalty < best.penalty) best = { rows, penalty };
	}
	return best?.rows ?? [];
}

/** How many codewords a version has in all: what its functions leave of the square, in bytes. */
function codewordsOf(version: number): number {
	const { taken, size } = boardOf(version);
	return Math.floor((size * size - taken.flat().filter(Boolean).length) / 8);
}

/** Bits of data that a version holds at level M. */
function roomOf(version: number): number {
	const [bytes, blocks] = correction[version - 1] ?? [0, 0];
	return 8 * (codewordsOf(version) - bytes * blocks);
}

/** Mode and length before the text, zeros and two turns of padding behind it. */
function filled(bytes: Uint8Array, version: number): number[] {
	const bits: number[] = [];
	const put = (value: number, length: number): void => {
		for (let at = length - 1; at >= 0; at--) bits.push((value >> at) & 1);
	};
	put(0b0100, 4);
	put(bytes.length, version < 10 ? 8 : 16);
	for (const byte of bytes) put(byte, 8);
	const room = roomOf(version);
	put(0, Math.min(4, room - bits.length));
	put(0, (8 - (bits.length % 8)) % 8);
	for (let pad = 0xec; bits.length < room; pad ^= 0xec ^ 0x11) put(pad, 8);
	return Array.from({ length: bits.length / 8 }, (_, at) => bits.slice(8 * at, 8 * at + 8).reduce((byte, bit) => byte * 2 + bit, 0));
}

/** Powers of 2 and their logarithms in the field of 256 elements modulo x^8 + x^4 + x^3 + x^2 + 1. */
const power: number[] = [];
const logarithm: number[] = [];
for (let at = 0, value = 1; at < 255; at++, value = value < 128 ? value * 2 : (value * 2) ^ 0x11d) {
	power[at] = value;
	logarithm[value] = at;
}

function times(a: number, b: number): number {
	return a === 0 || b === 0 ? 0 : (power[((logarithm[a] ?? 0) + (logarithm[b] ?? 0)) % 255] ?? 0);
}

/** What is left of a block, moved up by `length` places, after dividing by the product of all x + 2^n, n below `length`. */
function correctionOf(block: readonly number[], length: number): number[] {
	let divisor = [1];
	for (let root = 0; root < length; root++) divisor = [...divisor, 0].map((value, at) => value ^ times(divisor[at - 1] ?? 0, power[root] ?? 0));
	const rest = [...block, ...Array.from({ length }, () => 0)];
	for (let at = 0; at < block.length; at++) {
		const factor = rest[at] ?? 0;
		for (const [offset, value] of divisor.entries()) rest[at + offset] = (rest[at + offset] ?? 0) ^ times(value, factor);
	}
	return rest.slice(block.length);
}

/** Cut into blocks, the shorter ones first, each with its correction; then the first byte of each, the second, and so on. */
function withCorrection(data: readonly number[], version: number): number[] {
	const [length, count] = correction[version - 1] ?? [0, 1];
	const short = Math.floor(data.length / count);
	const longer = data.length % count;
	let at = 0;
	const blocks = Array.from({ length: count }, (_, number) => data.slice(at, (at += short + (number < count - longer ? 0 : 1))));
	const corrections = blocks.map((block) => correctionOf(block, length));
	const inTurns = (lists: readonly (readonly number[])[], most: number): number[] => Array.from({ length: most }, (_, place) => lists.flatMap((list) => list[place] ?? [])).flat();
	return [...inTurns(blocks, short + 1), ...inTurns(corrections, length)];
}

interface Board {
	readonly size: number;
	readonly version: number;
	readonly dark: boolean[][];
	/** What belongs to a function: no data stands there. */
	readonly taken: boolean[][];
}

/** The square of a version with its finders, timing and alignment; places of the format are taken. */
function boardOf(version: number): Board {
	const size = 17 + 4 * version;
	const grid = () => Array.from({ length: size }, () => Array.from({ length: size }, () => false));
	const board: Board = { size, version, dark: grid(), taken: grid() };
	for (let at = 0; at < size; at++) {
		set(board, 6, at, at % 2 === 0);
		set(board, at, 6, at % 2 === 0);
	}
	for (const [row, column] of [[3, 3], [3, size - 4], [size - 4, 3]] as const) square(board, row, column, 4, (ring) => ring !== 2 && ring !== 4);
	const places = alignments(version);
	const last = places.at(-1);
	for (const row of places) {
		for (const column of places) {
			const inFinder = (row === 6 && (column === 6 || column === last)) || (row === last && column === 6);
			if (!inFinder) square(board, row, column, 2, (ring) => ring !== 1);
		}
	}
	format(board, 0);
	if (version >= 7) writeVersion(board);
	return board;
}

function set({ size, dark, taken }: Board, row: number, column: number, isDark: boolean): void {
	const [darkRow, takenRow] = [dark[row], taken[row]];
	if (!darkRow || !takenRow || column < 0 || column >= size) return;
	darkRow[column] = isDark;
	takenRow[column] = true;
}

/** Rings around a centre, by their distance. */
function square(board: Board, row: number, column: number, reach: number, isDark: (ring: number) => boolean): void {
	for (let down = -reach; down <= reach; down++) for (let right = -reach; right <= reach; right++) set(board, row + down, column + right, isDark(Math.max(Math.abs(down), Math.abs(right))));
}

/** Centres of alignment patterns (annex E): 6, and from the far end back in even steps. */
function alignments(version: number): number[] {
	if (version === 1) return [];
	const count = Math.floor(version / 7) + 2;
	const step = 2 * Math.ceil((4 * version + 4) / (2 * count - 2));
	return [6, ...Array.from({ length: count - 1 }, (_, at) => 4 * version + 10 - step * (count - 2 - at))];
}

/** Level M and the mask, with ten bits of correction, twice (section 7.9). */
function format(board: Board, mask: number): void {
	const bits = ((mask << 10) | remainder(mask << 10, 0x537, 10)) ^ 0x5412;
	const { size } = board;
	const bit = (at: number): boolean => ((bits >> at) & 1) === 1;
	for (let at = 0; at < 15; at++) {
		set(board, at < 6 ? at : at < 8 ? at + 1 : 8, at < 8 ? 8 : at === 8 ? 7 : 14 - at, bit(at));
		if (at < 8) set(board, 8, size - 1 - at, bit(at));
		else set(board, size - 15 + at, 8, bit(at));
	}
	set(board, size - 8, 8, true);
}

/** The version with twelve bits of correction, twice (section 7.10). */
function writeVersion(board: Board): void {
	const bits = (board.version << 12) | remainder(board.version << 12, 0x1f25, 12);
	for (let at = 0; at < 18; at++) {
		const [short, long] = [Math.floor(at / 3), board.size - 11 + (at % 3)];
		set(board, short, long, ((bits >> at) & 1) === 1);
		set(board, long, short, ((bits >> at) & 1) === 1);
	}
}

/** What is left of a polynomial over two elements. */
function remainder(value: number, divisor: number, length: number): number {
	let rest = value;
	for (let at = 31 - Math.clz32(value); at >= length; at--) if ((rest >> at) & 1) rest ^= divisor << (at - length);
	return rest;
}

/** Every place that no function takes, in the order of data: two columns at a time from the right, up and down in turn. */
function* places({ size, taken }: Board): Generator<readonly [row: number, column: number]> {
	for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
		if (right === 6) right -= 1;
		for (let step = 0; step < size; step++) {
			const row = up ? size - 1 - step : step;
			for (const column of [right, right - 1]) if (taken[row]?.[column] === false) yield [row, column];
		}
	}
}

function place(board: Board, codewords: readonly number[]): void {
	let at = 0;
	for (const [row, column] of places(board)) {
		const darkRow = board.dark[row];
		if (darkRow) darkRow[column] = (((codewords[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1;
		at += 1;
	}
}

/** Whether a mask turns a place over (table 10). */
export function isTurned(mask: number, row: number, column: number): boolean {
	const product = row * column;
	switch (mask) {
		case 0:
			return (row + column) % 2 === 0;
		case 1:
			return row % 2 === 0;
		case 2:
			return column % 3 === 0;
		case 3:
			return (row + column) % 3 === 0;
		case 4:
			return (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0;
		case 5:
			return (product % 2) + (product % 3) === 0;
		case 6:
			return ((product % 2) + (product % 3)) % 2 === 0;
		default:
			return (((row + column) % 2) + (product % 3)) % 2 === 0;
	}
}

function masked(board: Board, mask: number): boolean[][] {
	const own: Board = { ...board, dark: board.dark.map((row) => [...row]), taken: board.taken };
	for (const [row, column] of places(board)) {
		const darkRow = own.dark[row];
		if (darkRow) darkRow[column] = darkRow[column] !== isTurned(mask, row, column);
	}
	format(own, mask);
	return own.dark;
}

/** How hard a code is to read: long runs, squares of one colour, what looks like a finder, too much of one colour (section 7.8.3). */
function penaltyOf(rows: readonly (readonly boolean[])[]): number {
	const size = rows.length;
	const columns = rows.map((_, column) => rows.map((row) => row[column] === true));
	let penalty = 0;
	for (const line of [...rows, ...columns]) {
		const signs = line.map((dark) => (dark ? '1' : '0')).join('');
		for (const [run] of signs.matchAll(/0{5,}|1{5,}/g)) penalty += run.length - 2;
		for (const finder of ['10111010000', '00001011101']) for (let at = signs.indexOf(finder); at >= 0; at = signs.indexOf(finder, at + 1)) penalty += 40;
	}
	for (let row = 1; row < size; row++) {
		for (let column = 1; column < size; column++) {
			const dark = rows[row]?.[column];
			if (dark === rows[row - 1]?.[column] && dark === rows[row]?.[column - 1] && dark === rows[row - 1]?.[column - 1]) penalty += 3;
		}
	}
	const dark = rows.flat().filter(Boolean).length;
	return penalty + 10 * Math.floor(Math.abs((dark * 100) / (size * size) - 50) / 5);
}
