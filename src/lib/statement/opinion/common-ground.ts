import { adjustedRand } from './agreement.ts';
import { ballotsOf, entering, type Ballots } from './ballots.ts';
import { chanceFrom } from './chance.ts';
import type { Grouping } from './compatible.ts';
import { countOf, countsOf, lowerWilson, type Count, type Counts } from './counts.ts';
import { largestFirst, partitionOf, sizesOf, smallestGroup, type Partition } from './partition.ts';
import { placesOn, planeOf, type Plane } from './plane.ts';
import { centredOf, type Centred } from './positions.ts';
import { sayingsOf, type Saying } from './representativeness.ts';
import { sortedPeople } from './sorted.ts';
import { talliesOf, type Tallies } from './tallies.ts';

/** Whether groups are to be spoken of: they come again whichever propositions are asked, come roughly, or do not. */
export type Trust = 'firm' | 'loose' | 'not to be trusted';

export interface Stability {
	readonly trust: Trust;
	/** Of the adjusted Rand indexes between these groups and those of each round: the middle, and what nine in ten reach. */
	readonly median: number;
	readonly tenth: number;
	readonly rounds: number;
}

/**
 * How a proposition stands. *supported*: more than half of every group agrees, and that is no chance, here and over all
 * rounds. *divides*: it is so for one group and not for all. *not supported*: for none. *too few votes*: fewer than five of a
 * group have seen it.
 */
export type Standing = 'supported' | 'divides' | 'not supported' | 'too few votes';

export interface RankedProposition {
	readonly proposition: string;
	readonly standing: Standing;
	/**
	 * What propositions are ranked by, from 0 to 1, to the hundredth: how large a share of the worst group agrees at least
	 * (Wilson's lower bound at 95 %), the mean over all rounds. Null with too few votes: it could be turned back into them.
	 */
	readonly support: number | null;
	readonly tallies: Tallies;
}

export interface OpinionGroup {
	readonly size: number;
	/** What it says that others do not, the most telling first; only what at least five of it say. */
	readonly sayings: readonly { readonly proposition: string; readonly choice: Saying['choice'] }[];
}

export interface CommonGround {
	/** How many people entered, and how many voted too little to. See "Who enters". */
	readonly people: number;
	readonly tooFewVotes: number;
	readonly stability: Stability;
	/** The largest first. None where they are not to be trusted, or where nobody is told apart. */
	readonly groups: readonly OpinionGroup[];
	/** The best supported first; those with too few votes last. Moderated propositions are not here. */
	readonly propositions: readonly RankedProposition[];
	/**
	 * For a map on the device that opened the ballots, and never to be given out: by person whether they entered (1), the
	 * number of their group (-1: none) and their place, x and y in turn.
	 */
	readonly entered: Uint8Array;
	readonly groupOf: Int32Array;
	readonly positions: Float64Array;
	/** By proposition: how far it draws people apart on the map, from 0 to 1. */
	readonly telling: Float64Array;
}

interface Rounds {
	/** What their draws begin with. */
	readonly seed?: number;
	/** 30, where nothing is said. */
	readonly rounds?: number;
}

const usualRounds = 30;
const allSteps = 24;
const roundSteps = 2;
const allStarts = 12;
const roundStarts = 3;
const firmFrom = { median: 0.8, tenth: 0.6 };
const looseFrom = { median: 0.5, tenth: 0.25 };

/**
 * What every group supports, and how far the groups are to be trusted. A generator, so that whoever runs it can show
 * progress and leave it: it gives the share that is done, from 0 to 1, and at the end the result. The same ballots give the
 * same result, in whatever order they come. Time grows with the votes cast.
 */
export function* commonGround(ballots: Ballots, { seed = 1, rounds = usualRounds }: Rounds = {}): Generator<number, CommonGround, void> {
	const entered = sortedPeople(ballots, entering(ballots, 'all'));
	const inIt = ballotsOf(ballots, entered);
	const centred = centredOf(inIt);
	const width = ballots.propositions.length;
	const telling = tellingApart(centred);
	const plane = planeOf({ centred, weights: telling, from: anyPlane(width), steps: allSteps });
	const partition = largestFirst(partitionOf(placesOn(plane, centred, telling), allStarts));
	yield 1 / (rounds + 1);
	const open = Uint32Array.from(ballots.moderated.keys()).filter((column) => ballots.moderated[column] !== 1);
	const chance = chanceFrom(seed);
	const agreements: number[] = [];
	const support = new Float64Array(width);
	for (let round = 0; round < rounds; round++) {
		const weights = drawnAgain(open, width, chance).map((weight, column) => weight * (telling[column] ?? 0));
		const drawn = partitionOf(placesOn(planeOf({ centred, weights, from: plane, steps: roundSteps }), centred, weights), roundStarts);
		agreements.push(adjustedRand(partition.of, drawn.of));
		addWorst(support, countsOf(inIt, groupingOf(drawn)), rounds);
		yield (round + 2) / (rounds + 1);
	}
	const stability = stabilityOf(agreements);
	const apart = stability.trust !== 'not to be trusted' && partition.centres.length > 2;
	const grouping = apart ? groupingOf(partition) : { groupOf: new Int32Array(entered.length), groups: entered.length === 0 ? 0 : 1 };
	const counts = countsOf(inIt, grouping);
	const isIn = new Uint8Array(ballots.people.length);
	const groupOf = new Int32Array(ballots.people.length).fill(-1);
	const positions = new Float64Array(ballots.people.length * 2);
	for (const [at, person] of entered.entries()) {
		isIn[person] = 1;
		if (apart) groupOf[person] = partition.of[at] ?? 0;
		positions[person * 2] = partition.positions[at * 2] ?? 0;
		positions[person * 2 + 1] = partition.positions[at * 2 + 1] ?? 0;
	}
	return {
		people: entered.length,
		tooFewVotes: ballots.people.length - entered.length,
		stability,
		groups: apart ? sizesOf(partition).map((size, group) => ({ size, sayings: sayingsGiven(inIt, counts, group) })) : [],
		propositions: ranked(inIt, counts, support),
		entered: isIn,
		groupOf,
		positions,
		telling: drawingApart(plane)
	};
}

/** What a computation comes to, for who neither shows progress nor leaves it. */
export function wholeOf(running: Generator<number, CommonGround, void>): CommonGround {
	for (;;) {
		const next = running.next();
		if (next.done) return next.value;
	}
}

/** 1 for propositions that tell people apart: neither moderated, nor answered alike by all who have seen them. */
function tellingApart({ ballots, values }: Centred): Float64Array {
	const telling = new Float64Array(ballots.propositions.length);
	for (let at = 0; at < values.length; at++) if (values[at] !== 0) telling[ballots.columns[at] ?? 0] = 1;
	return telling;
}

/** The same for all: only that no opinion is likely to be blind to it matters. */
function anyPlane(width: number): Plane {
	const chance = chanceFrom(width);
	return Float64Array.from({ length: width * 2 }, () => chance() - 0.5);
}

/** As many propositions as there are, drawn from them with putting back: how often each was drawn. */
function drawnAgain(open: Uint32Array, width: number, chance: () => number): Float64Array {
	const weights = new Float64Array(width);
	for (let draw = 0; draw < open.length; draw++) {
		const column = open[Math.floor(chance() * open.length)] ?? 0;
		weights[column] = (weights[column] ?? 0) + 1;
	}
	return weights;
}

const groupingOf = ({ of, centres }: Partition): Grouping => ({ groupOf: of, groups: centres.length / 2 });

/** Adds a round's share of what the worst group gives each proposition. */
function addWorst(support: Float64Array, counts: Counts, rounds: number): void {
	for (let proposition = 0; proposition < support.length; proposition++) {
		let worst = 1;
		for (let group = 0; group < counts.groups; group++) {
			const { agrees, seen } = countOf(counts, proposition, group);
			worst = Math.min(worst, lowerWilson(agrees, seen));
		}
		support[proposition] = (support[proposition] ?? 0) + worst / rounds;
	}
}

function stabilityOf(agreements: readonly number[]): Stability {
	const sorted = [...agreements].sort((a, b) => a - b);
	const median = hundredths(sorted[Math.floor(sorted.length / 2)] ?? 0);
	const tenth = hundredths(sorted[Math.floor(sorted.length / 10)] ?? 0);
	const reaches = (least: { readonly median: number; readonly tenth: number }): boolean => median >= least.median && tenth >= least.tenth;
	return { trust: reaches(firmFrom) ? 'firm' : reaches(looseFrom) ? 'loose' : 'not to be trusted', median, tenth, rounds: agreements.length };
}

const hundredths = (share: number): number => Math.round(share * 100) / 100;

function sayingsGiven(ballots: Ballots, counts: Counts, group: number): OpinionGroup['sayings'] {
	return sayingsOf(ballots, counts, group)
		.filter(({ proposition, choice }) => countOf(counts, proposition, group)[choice] >= smallestGroup)
		.map(({ proposition, choice }) => ({ proposition: ballots.propositions[proposition] ?? '', choice }));
}

function ranked(ballots: Ballots, counts: Counts, support: Float64Array): RankedProposition[] {
	const all = ballots.propositions.flatMap((proposition, at): RankedProposition[] => {
		if (ballots.moderated[at] === 1) return [];
		const groups = Array.from({ length: counts.groups }, (_, group) => countOf(counts, at, group));
		const standing = standingOf(groups, support[at] ?? 0);
		return [{ proposition, standing, support: standing === 'too few votes' ? null : hundredths(support[at] ?? 0), tallies: talliesOf(groups) }];
	});
	return all.sort((a, b) => (b.support ?? -1) - (a.support ?? -1));
}

function standingOf(groups: readonly Count[], support: number): Standing {
	if (groups.length === 0 || groups.some(({ seen }) => seen < smallestGroup)) return 'too few votes';
	const agreed = groups.filter(({ agrees, seen }) => lowerWilson(agrees, seen) > 0.5).length;
	if (agreed === groups.length && support > 0.5) return 'supported';
	return agreed > 0 ? 'divides' : 'not supported';
}

function drawingApart(plane: Plane): Float64Array {
	const lengths = Float64Array.from({ length: plane.length / 2 }, (_, at) => Math.hypot(plane[at * 2] ?? 0, plane[at * 2 + 1] ?? 0));
	const most = lengths.reduce((so, length) => Math.max(so, length), 0);
	return most > 0 ? lengths.map((length) => length / most) : lengths;
}
