import type { Centred } from './positions.ts';

/** The two directions that tell most people apart, entry by entry in turn: two numbers a proposition. */
export type Plane = Float64Array;

interface Asked {
	readonly centred: Centred;
	/** By proposition: how often it counts. */
	readonly weights: Float64Array;
	/** Where to begin. */
	readonly from: Plane;
	readonly steps: number;
}

/**
 * The plane of the two principal components of weighted propositions, by so many steps of orthogonal iteration: each row is
 * read once a step, for both directions and both products. A weight of 2 is as good as a second, equal column.
 */
export function planeOf({ centred: { ballots, values }, weights, from, steps }: Asked): Plane {
	const { starts, columns } = ballots;
	const roots = weights.map((weight) => Math.sqrt(weight));
	const plane = from.map((entry, at) => entry * (roots[at >> 1] ?? 0));
	orthonormal(plane);
	const by = new Float64Array(plane.length);
	const to = new Float64Array(plane.length);
	for (let step = 0; step < steps; step++) {
		for (let at = 0; at < plane.length; at++) by[at] = (plane[at] ?? 0) * (roots[at >> 1] ?? 0);
		to.fill(0);
		for (let row = 0; row + 1 < starts.length; row++) {
			const begin = starts[row] ?? 0;
			const end = starts[row + 1] ?? 0;
			let x = 0;
			let y = 0;
			for (let at = begin; at < end; at++) {
				const entry = (columns[at] ?? 0) * 2;
				const value = values[at] ?? 0;
				x += value * (by[entry] ?? 0);
				y += value * (by[entry + 1] ?? 0);
			}
			for (let at = begin; at < end; at++) {
				const entry = (columns[at] ?? 0) * 2;
				const value = values[at] ?? 0;
				to[entry] = (to[entry] ?? 0) + value * x;
				to[entry + 1] = (to[entry + 1] ?? 0) + value * y;
			}
		}
		let moved = 0;
		for (let at = 0; at < plane.length; at++) to[at] = (to[at] ?? 0) * (roots[at >> 1] ?? 0);
		orthonormal(to);
		for (let at = 0; at < plane.length; at++) {
			moved = Math.max(moved, Math.abs((to[at] ?? 0) - (plane[at] ?? 0)));
			plane[at] = to[at] ?? 0;
		}
		if (moved < rounding) break;
	}
	return plane.map((entry, at) => entry * (roots[at >> 1] ?? 0));
}

const rounding = 1e-12;

/** Makes the first direction as long as 1, and the second, too, at a right angle to it; 0 where nothing is left. */
function orthonormal(plane: Plane): void {
	scale(plane, 0, along(plane, 0, 0));
	const shared = along(plane, 0, 1);
	for (let at = 0; at < plane.length; at += 2) plane[at + 1] = (plane[at + 1] ?? 0) - shared * (plane[at] ?? 0);
	scale(plane, 1, along(plane, 1, 1));
}

function along(plane: Plane, one: number, other: number): number {
	let sum = 0;
	for (let at = 0; at < plane.length; at += 2) sum += (plane[at + one] ?? 0) * (plane[at + other] ?? 0);
	return sum;
}

function scale(plane: Plane, direction: number, square: number): void {
	const by = square > rounding * rounding ? 1 / Math.sqrt(square) : 0;
	for (let at = direction; at < plane.length; at += 2) plane[at] = (plane[at] ?? 0) * by;
}

/**
 * Where people stand on a plane, x and y in turn. Who voted on little is stretched outwards by what share of the weight
 * they have seen. Never NaN.
 */
export function placesOn(plane: Plane, { ballots: { starts, columns }, values }: Centred, weights: Float64Array): Float64Array {
	const places = new Float64Array((starts.length - 1) * 2);
	const all = weights.reduce((sum, weight) => sum + weight, 0);
	for (let row = 0; row + 1 < starts.length; row++) {
		const end = starts[row + 1] ?? 0;
		let x = 0;
		let y = 0;
		let seen = 0;
		for (let at = starts[row] ?? 0; at < end; at++) {
			const column = columns[at] ?? 0;
			seen += weights[column] ?? 0;
			x += (values[at] ?? 0) * (plane[column * 2] ?? 0);
			y += (values[at] ?? 0) * (plane[column * 2 + 1] ?? 0);
		}
		const stretch = Math.sqrt(all / Math.max(1, seen));
		places[row * 2] = x * stretch;
		places[row * 2 + 1] = y * stretch;
	}
	return places;
}
