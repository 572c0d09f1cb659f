// The bare baseline of bench/opinion.ts: the same pipeline up to people's places, written over whole matrices.
import type { Ballots } from '../src/lib/statement/opinion/index.ts';

const steps = 100;

/** People's places on two components, x and y in turn, by whole matrices: unseen cells are put in, and deflation rewrites every row. */
export function densePlaces({ people, propositions, starts, columns, choices, moderated }: Ballots): Float64Array {
	const [rows, width] = [people.length, propositions.length];
	const matrix = new Float64Array(rows * width).fill(Number.NaN);
	for (let row = 0; row < rows; row++) for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) matrix[row * width + (columns[at] ?? 0)] = choices[at] ?? 0;
	const seen = new Float64Array(rows);
	for (let column = 0; column < width; column++) {
		let [sum, votes] = [0, 0];
		for (let row = 0; row < rows; row++) {
			if (moderated[column] === 1) matrix[row * width + column] = 0;
			const cell = matrix[row * width + column] ?? 0;
			if (Number.isNaN(cell)) continue;
			sum += cell;
			votes += 1;
			seen[row] = (seen[row] ?? 0) + 1;
		}
		for (let row = 0; row < rows; row++) {
			const cell = matrix[row * width + column] ?? 0;
			matrix[row * width + column] = Number.isNaN(cell) ? 0 : cell - sum / Math.max(1, votes);
		}
	}
	const left = matrix.slice();
	const places = new Float64Array(rows * 2);
	for (let component = 0; component < 2; component++) {
		const vector = powered(left, rows, width);
		for (let row = 0; row < rows; row++) {
			let [along, whole] = [0, 0];
			for (let column = 0; column < width; column++) {
				along += (left[row * width + column] ?? 0) * (vector[column] ?? 0);
				whole += (matrix[row * width + column] ?? 0) * (vector[column] ?? 0);
			}
			for (let column = 0; column < width; column++) left[row * width + column] = (left[row * width + column] ?? 0) - along * (vector[column] ?? 0);
			places[row * 2 + component] = whole * Math.sqrt(width / Math.max(1, seen[row] ?? 0));
		}
	}
	return places;
}

function powered(matrix: Float64Array, rows: number, width: number): Float64Array {
	let vector = new Float64Array(width).fill(1);
	for (let step = 0; step < steps; step++) {
		const next = new Float64Array(width);
		for (let row = 0; row < rows; row++) {
			let along = 0;
			for (let column = 0; column < width; column++) along += (matrix[row * width + column] ?? 0) * (vector[column] ?? 0);
			for (let column = 0; column < width; column++) next[column] = (next[column] ?? 0) + along * (matrix[row * width + column] ?? 0);
		}
		const length = Math.hypot(...next);
		vector = next.map((entry) => entry / length);
	}
	return vector;
}
