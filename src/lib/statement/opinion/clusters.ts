/** Points of the plane, x and y in turn, each with how many it stands for. */
export interface Points {
	readonly positions: Float64Array;
	readonly weights: Float64Array;
}

export interface Clusters {
	/** The cluster of each point. */
	readonly of: Int32Array;
	/** x and y in turn, two numbers a cluster. */
	readonly centres: Float64Array;
}

/** Points that each stand for one. */
export function singlePoints(positions: Float64Array): Points {
	return { positions, weights: new Float64Array(positions.length / 2).fill(1) };
}

/** The positions of the first `most` points that differ from every earlier one. */
export function firstDistinct({ positions }: Points, most: number): Float64Array {
	const met = new Set<string>();
	const centres: number[] = [];
	for (let at = 0; at < positions.length && met.size < most; at += 2) {
		const x = positions[at] ?? 0;
		const y = positions[at + 1] ?? 0;
		// 0 and -0 are one place, and are written alike.
		const place = `${x} ${y}`;
		if (met.has(place)) continue;
		met.add(place);
		centres.push(x, y);
	}
	return Float64Array.from(centres);
}

/**
 * Weighted k-means from given centres: at most so many iterations, each with the nearest centre (of two as near, the first)
 * and then the means. A centre that nobody is nearest to goes; the rest keep their order.
 */
export function kMeans({ positions, weights }: Points, centres: Float64Array, iterations: number): Clusters {
	const of = new Int32Array(positions.length / 2).fill(-1);
	let now: Float64Array = centres.slice();
	for (let step = 0; step < iterations; step++) {
		const changed = assign(positions, now, of);
		const next = meansOf({ positions, weights }, of, now);
		const fewer = next.length < now.length;
		now = next;
		if (!changed && !fewer) break;
	}
	assign(positions, now, of);
	const used = new Set(of);
	// Who is left empty by the last look goes, too: the others' order stays, and so does who is nearest.
	if (used.size < now.length / 2) {
		now = now.filter((_, at) => used.has(Math.floor(at / 2)));
		assign(positions, now, of);
	}
	return { of, centres: now };
}

function assign(positions: Float64Array, centres: Float64Array, of: Int32Array): boolean {
	let changed = false;
	for (let point = 0; point < of.length; point++) {
		const nearest = nearestOf(centres, positions[point * 2] ?? 0, positions[point * 2 + 1] ?? 0);
		if (of[point] !== nearest) {
			changed = true;
			of[point] = nearest;
		}
	}
	return changed;
}

/** Which centre is nearest to a place. */
export function nearestOf(centres: Float64Array, x: number, y: number): number {
	let nearest = 0;
	let least = Number.POSITIVE_INFINITY;
	for (let at = 0; at < centres.length; at += 2) {
		const dx = x - (centres[at] ?? 0);
		const dy = y - (centres[at + 1] ?? 0);
		const square = dx * dx + dy * dy;
		if (square < least) {
			least = square;
			nearest = at >> 1;
		}
	}
	return nearest;
}

/** Each cluster's mean; empty ones are gone, and who pointed to a later one points to it still. */
function meansOf({ positions, weights }: Points, of: Int32Array, centres: Float64Array): Float64Array {
	const sums = new Float64Array(centres.length);
	const total = new Float64Array(centres.length / 2);
	for (let point = 0; point < of.length; point++) {
		const cluster = of[point] ?? 0;
		const weight = weights[point] ?? 0;
		sums[cluster * 2] = (sums[cluster * 2] ?? 0) + weight * (positions[point * 2] ?? 0);
		sums[cluster * 2 + 1] = (sums[cluster * 2 + 1] ?? 0) + weight * (positions[point * 2 + 1] ?? 0);
		total[cluster] = (total[cluster] ?? 0) + weight;
	}
	const kept: number[] = [];
	for (let cluster = 0; cluster < total.length; cluster++) {
		const weight = total[cluster] ?? 0;
		if (weight > 0) kept.push((sums[cluster * 2] ?? 0) / weight, (sums[cluster * 2 + 1] ?? 0) / weight);
	}
	return Float64Array.from(kept);
}

/**
 * The mean silhouette over points, each counting once: how much nearer it is to its own cluster's points than to the next
 * cluster's, from -1 to 1. A point alone in its cluster counts 0. Quadratic, for at most a hundred points.
 */
export function silhouette({ positions }: Points, { of, centres }: Clusters): number {
	const points = of.length;
	const clusters = centres.length / 2;
	if (points === 0 || clusters < 2) return 0;
	const sizes = new Int32Array(clusters);
	for (const cluster of of) sizes[cluster] = (sizes[cluster] ?? 0) + 1;
	const distances = new Float64Array(clusters);
	let sum = 0;
	for (let point = 0; point < points; point++) {
		const own = of[point] ?? 0;
		const ownSize = sizes[own] ?? 0;
		if (ownSize < 2) continue;
		distances.fill(0);
		for (let other = 0; other < points; other++) {
			const cluster = of[other] ?? 0;
			distances[cluster] = (distances[cluster] ?? 0) + Math.hypot((positions[point * 2] ?? 0) - (positions[other * 2] ?? 0), (positions[point * 2 + 1] ?? 0) - (positions[other * 2 + 1] ?? 0));
		}
		const within = (distances[own] ?? 0) / (ownSize - 1);
		let nearest = Number.POSITIVE_INFINITY;
		for (let cluster = 0; cluster < clusters; cluster++) {
			const size = sizes[cluster] ?? 0;
			if (cluster !== own && size > 0) nearest = Math.min(nearest, (distances[cluster] ?? 0) / size);
		}
		const larger = Math.max(within, nearest);
		if (larger > 0 && nearest < Number.POSITIVE_INFINITY) sum += (nearest - within) / larger;
	}
	return sum / points;
}
