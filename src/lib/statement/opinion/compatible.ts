import { ballotsOf, entering, type Ballots } from './ballots.ts';
import { firstDistinct, kMeans, silhouette, singlePoints, type Clusters, type Points } from './clusters.ts';
import { centredOf, componentsOf, positionsOf } from './positions.ts';

/** Who is in which opinion group. */
export interface Grouping {
	/** By person: the number of their group, or -1 for who has not entered. */
	readonly groupOf: Int32Array;
	/** How many groups there are; 0 where nobody entered. */
	readonly groups: number;
}

const powerSteps = 100;
const mostBases = 100;
const iterations = 20;
const mostGroups = 5;

/**
 * The opinion groups of the compatible pipeline, to compare with what others published: it depends on the order in which
 * people stand, and other starts give other groups. `commonGround` is what pages show.
 */
export function compatibleGroups(ballots: Ballots): Grouping {
	const entered = entering(ballots, 'first');
	const groupOf = new Int32Array(ballots.people.length).fill(-1);
	if (entered.length === 0) return { groupOf, groups: 0 };
	const centred = centredOf(ballotsOf(ballots, entered));
	const people = singlePoints(positionsOf(centred, componentsOf(centred, powerSteps)));
	// Up to a hundred people, each place that is not yet taken is a cluster of its own.
	const bases = kMeans(people, firstDistinct(people, mostBases), iterations);
	const weights = new Float64Array(bases.centres.length / 2);
	for (const base of bases.of) weights[base] = (weights[base] ?? 0) + 1;
	const groups = groupsOf({ positions: bases.centres, weights });
	for (const [at, person] of entered.entries()) groupOf[person] = groups.of[bases.of[at] ?? 0] ?? 0;
	return { groupOf, groups: groups.centres.length / 2 };
}

function groupsOf(bases: Points): Clusters {
	const most = Math.min(mostGroups, 2 + Math.floor(bases.weights.length / 12));
	let best = kMeans(bases, firstDistinct(bases, 1), iterations);
	let bestSilhouette = Number.NEGATIVE_INFINITY;
	for (let groups = 2; groups <= most; groups++) {
		const starts = firstDistinct(bases, groups);
		if (starts.length < groups * 2) break;
		const tried = kMeans(bases, starts, iterations);
		const found = silhouette(bases, tried);
		if (found < bestSilhouette) continue;
		best = tried;
		bestSilhouette = found;
	}
	return best;
}
