import type { Ballots } from './ballots.ts';

/** What was voted, each less the mean of its column; cells that nobody filled are 0 and are not here. */
export interface Centred {
	readonly ballots: Ballots;
	/** By proposition: the mean over the votes cast, a pass being 0. */
	readonly centre: Float64Array;
	/** Beside `ballots.columns`. */
	readonly values: Float64Array;
}

/** The votes less the means of their columns. Moderated columns are 0. */
export function centredOf(ballots: Ballots): Centred {
	const { columns, choices, moderated } = ballots;
	const width = ballots.propositions.length;
	const sums = new Int32Array(width);
	const seen = new Int32Array(width);
	for (let at = 0; at < columns.length; at++) {
		const column = columns[at] ?? 0;
		sums[column] = (sums[column] ?? 0) + (choices[at] ?? 0);
		seen[column] = (seen[column] ?? 0) + 1;
	}
	const centre = Float64Array.from(sums, (sum, column) => (moderated[column] === 1 ? 0 : sum / Math.max(1, seen[column] ?? 0)));
	const values = new Float64Array(columns.length);
	for (let at = 0; at < columns.length; at++) {
		const column = columns[at] ?? 0;
		if (moderated[column] !== 1) values[at] = (choices[at] ?? 0) - (centre[column] ?? 0);
	}
	return { ballots, centre, values };
}

/** Two directions in the space of propositions, each of length 1, or 0 where nothing is left to tell apart. */
export type Components = readonly [Float64Array, Float64Array];

/**
 * The two principal components, by so many steps of power iteration each. The second is of what the first leaves: rows are
 * never written anew, what the first explains is taken away on the way, so that a step costs two products for each vote cast.
 */
export function componentsOf({ ballots, values }: Centred, steps: number): Components {
	const width = ballots.propositions.length;
	const first = new Float64Array(width).fill(1);
	const second = new Float64Array(width).fill(1);
	iterate({ ballots, values, steps, found: first, without: null });
	iterate({ ballots, values, steps, found: second, without: first });
	return [first, second];
}

interface Iteration {
	readonly ballots: Ballots;
	readonly values: Float64Array;
	readonly steps: number;
	readonly found: Float64Array;
	readonly without: Float64Array | null;
}

/** Makes `found` what it should be, from what it is; where that is blind to everything, from what differs from column to column. */
function iterate({ ballots, values, steps, found, without }: Iteration): void {
	const next = new Float64Array(found.length);
	for (let attempt = 0; attempt < 2; attempt++) {
		if (attempt > 0 || !normalise(found)) for (let column = 0; column < found.length; column++) found[column] = ((column * 0.618033988749895) % 1) - 0.5;
		let moved = true;
		let left = true;
		for (let step = 0; step < steps && moved; step++) {
			if (without) takeAway(found, without);
			multiply(ballots, values, found, next);
			if (without) takeAway(next, without);
			left = normalise(next);
			if (!left) break;
			// Once a step changes nothing but rounding, none of the rest would.
			moved = false;
			for (let column = 0; column < next.length; column++) {
				if (Math.abs((found[column] ?? 0) - (next[column] ?? 0)) > rounding) moved = true;
				found[column] = next[column] ?? 0;
			}
		}
		if (left) return;
	}
	found.fill(0);
}

/** `to` is the product of the transposed matrix, the matrix and `by`: each row is used for both while it is at hand. */
function multiply({ starts, columns }: Ballots, values: Float64Array, by: Float64Array, to: Float64Array): void {
	to.fill(0);
	for (let row = 0; row + 1 < starts.length; row++) {
		const from = starts[row] ?? 0;
		const end = starts[row + 1] ?? 0;
		let sum = 0;
		for (let at = from; at < end; at++) sum += (values[at] ?? 0) * (by[columns[at] ?? 0] ?? 0);
		if (sum === 0) continue;
		for (let at = from; at < end; at++) {
			const column = columns[at] ?? 0;
			to[column] = (to[column] ?? 0) + sum * (values[at] ?? 0);
		}
	}
}

function takeAway(from: Float64Array, direction: Float64Array): void {
	let along = 0;
	for (let column = 0; column < from.length; column++) along += (from[column] ?? 0) * (direction[column] ?? 0);
	for (let column = 0; column < from.length; column++) from[column] = (from[column] ?? 0) - along * (direction[column] ?? 0);
}

const rounding = 1e-15;

/** Below this nothing but rounding is left of votes, which differ by whole numbers. */
const nothing = 1e-12;

function normalise(vector: Float64Array): boolean {
	let square = 0;
	for (const entry of vector) square += entry * entry;
	const length = Math.sqrt(square);
	if (!(length > nothing)) return false;
	for (let column = 0; column < vector.length; column++) vector[column] = (vector[column] ?? 0) / length;
	return true;
}

/**
 * People on the plane of two components: x and y in turn, two numbers a person. Never NaN. Who voted on little is stretched
 * outwards, since unseen cells draw towards the centre; a moderated column is one that everybody has seen.
 */
export function positionsOf({ ballots, values }: Centred, [first, second]: Components): Float64Array {
	const { starts, columns, propositions, moderated } = ballots;
	const positions = new Float64Array((starts.length - 1) * 2);
	const seenByAll = moderated.reduce((sum, one) => sum + one, 0);
	for (let row = 0; row + 1 < starts.length; row++) {
		const from = starts[row] ?? 0;
		const end = starts[row + 1] ?? 0;
		let x = 0;
		let y = 0;
		let seen = seenByAll;
		for (let at = from; at < end; at++) {
			const column = columns[at] ?? 0;
			seen += 1 - (moderated[column] ?? 0);
			x += (values[at] ?? 0) * (first[column] ?? 0);
			y += (values[at] ?? 0) * (second[column] ?? 0);
		}
		const stretch = Math.sqrt(propositions.length / Math.max(1, seen));
		positions[row * 2] = x * stretch;
		positions[row * 2 + 1] = y * stretch;
	}
	return positions;
}
