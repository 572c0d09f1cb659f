import { chanceFrom } from './chance.ts';
import { kMeans, nearestOf, singlePoints, type Clusters, type Points } from './clusters.ts';

/**
 * Note: Smallest group.
 * Fewer than five people are no group and no count: they could be told one by one.
 */
export const smallestGroup = 5;

/** One way to see people as groups. */
export interface Partition extends Clusters {
	/** x and y in turn, two numbers a person. */
	readonly positions: Float64Array;
}

const iterations = 20;
const mostGroups = 5;

/** Nobody is told apart: one group of all. */
const oneGroup = (people: number): Clusters => ({ of: new Int32Array(people), centres: Float64Array.of(0, 0) });

/**
 * The groups of people on a plane, each person counting once. From many fixed starts the one with the least inertia; of two
 * to five groups those that are furthest apart for their width. None is smaller than five.
 */
export function partitionOf(positions: Float64Array, starts: number): Partition {
	return { positions, ...groupsOf(singlePoints(positions), starts) };
}

function groupsOf(points: Points, starts: number): Clusters {
	const people = points.weights.length;
	let best = oneGroup(people);
	let bestWidth = 0;
	for (let groups = 2; groups <= Math.min(mostGroups, Math.floor(people / smallestGroup)); groups++) {
		const tried = largeEnough(points, tightest(points, groups, starts));
		const width = apartness(points, tried);
		if (width > bestWidth + 1e-9) {
			best = tried;
			bestWidth = width;
		}
	}
	return best;
}

function tightest(points: Points, groups: number, starts: number): Clusters {
	let best: Clusters | null = null;
	let least = Number.POSITIVE_INFINITY;
	for (let start = 0; start < starts; start++) {
		const tried = kMeans(points, spreadCentres(points, groups, chanceFrom(start * 31 + groups)), iterations);
		const found = inertia(points, tried);
		if (found < least * (1 - 1e-12)) {
			best = tried;
			least = found;
		}
	}
	return best ?? oneGroup(points.weights.length);
}

/** Centres that lie far from each other: each next one is drawn by the square of the distance to the nearest so far. */
function spreadCentres({ positions }: Points, groups: number, chance: () => number): Float64Array {
	const people = positions.length / 2;
	const centres: number[] = [];
	const squares = new Float64Array(people).fill(1);
	for (let group = 0; group < groups; group++) {
		const sum = squares.reduce((total, square) => total + square, 0);
		if (!(sum > 0)) break;
		let left = chance() * sum;
		let drawn = 0;
		while (drawn < people - 1 && (left -= squares[drawn] ?? 0) >= 0) drawn++;
		const x = positions[drawn * 2] ?? 0;
		const y = positions[drawn * 2 + 1] ?? 0;
		centres.push(x, y);
		for (let person = 0; person < people; person++) {
			const dx = (positions[person * 2] ?? 0) - x;
			const dy = (positions[person * 2 + 1] ?? 0) - y;
			const square = dx * dx + dy * dy;
			squares[person] = group === 0 ? square : Math.min(squares[person] ?? 0, square);
		}
	}
	return Float64Array.from(centres);
}

function inertia({ positions }: Points, { of, centres }: Clusters): number {
	let sum = 0;
	for (let person = 0; person < of.length; person++) {
		const group = of[person] ?? 0;
		sum += ((positions[person * 2] ?? 0) - (centres[group * 2] ?? 0)) ** 2 + ((positions[person * 2 + 1] ?? 0) - (centres[group * 2 + 1] ?? 0)) ** 2;
	}
	return sum;
}

/** Takes the smallest group into the nearest until none is smaller than five. */
function largeEnough(points: Points, { of, centres }: Clusters): Clusters {
	let now: Clusters = { of, centres };
	for (;;) {
		const sizes = sizesOf(now);
		const smallest = sizes.indexOf(Math.min(...sizes));
		if (sizes.length < 2 || (sizes[smallest] ?? 0) >= smallestGroup) return now;
		const others = now.centres.filter((_, at) => Math.floor(at / 2) !== smallest);
		const to = nearestOf(others, now.centres[smallest * 2] ?? 0, now.centres[smallest * 2 + 1] ?? 0);
		const merged = now.of.map((group) => (group === smallest ? to : group > smallest ? group - 1 : group));
		now = { of: merged, centres: means(points, merged, others.length) };
	}
}

/** How many are in each. */
export function sizesOf({ of, centres }: Clusters): number[] {
	const sizes = Array.from({ length: centres.length / 2 }, () => 0);
	for (const group of of) sizes[group] = (sizes[group] ?? 0) + 1;
	return sizes;
}

function means({ positions }: Points, of: Int32Array, width: number): Float64Array {
	const sums = new Float64Array(width);
	const sizes = new Float64Array(width / 2);
	for (let person = 0; person < of.length; person++) {
		const group = of[person] ?? 0;
		sums[group * 2] = (sums[group * 2] ?? 0) + (positions[person * 2] ?? 0);
		sums[group * 2 + 1] = (sums[group * 2 + 1] ?? 0) + (positions[person * 2 + 1] ?? 0);
		sizes[group] = (sizes[group] ?? 0) + 1;
	}
	return sums.map((sum, at) => sum / Math.max(1, sizes[Math.floor(at / 2)] ?? 0));
}

/** The silhouette by centres instead of by pairs, so that it is linear: 0 where there is one group, towards 1 the clearer. */
function apartness({ positions }: Points, { of, centres }: Clusters): number {
	if (centres.length < 4) return 0;
	let sum = 0;
	for (let person = 0; person < of.length; person++) {
		let own = 0;
		let next = Number.POSITIVE_INFINITY;
		for (let at = 0; at < centres.length; at += 2) {
			const distance = Math.sqrt(((positions[person * 2] ?? 0) - (centres[at] ?? 0)) ** 2 + ((positions[person * 2 + 1] ?? 0) - (centres[at + 1] ?? 0)) ** 2);
			if (at / 2 === of[person]) own = distance;
			else next = Math.min(next, distance);
		}
		const larger = Math.max(own, next);
		if (larger > 0) sum += (next - own) / larger;
	}
	return sum / of.length;
}

/** Groups named anew, the largest first, and of two as large the one whose people stand first. */
export function largestFirst(partition: Partition): Partition {
	const sizes = sizesOf(partition);
	const firsts = sizes.map((_, group) => partition.of.indexOf(group));
	const order = sizes.map((_, group) => group).sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || (firsts[a] ?? 0) - (firsts[b] ?? 0));
	const named = new Int32Array(sizes.length);
	for (const [now, before] of order.entries()) named[before] = now;
	return {
		positions: partition.positions,
		of: partition.of.map((group) => named[group] ?? 0),
		centres: Float64Array.from(order.flatMap((group) => [partition.centres[group * 2] ?? 0, partition.centres[group * 2 + 1] ?? 0]))
	};
}
