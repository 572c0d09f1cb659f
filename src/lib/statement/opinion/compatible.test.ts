import { expect, test } from 'vitest';
import { published, withoutConversations } from '../../../../tests/published-opinions.ts';
import { adjustedRand } from './agreement.ts';
import { madeBallots, named, twoCamps } from './fixtures.ts';
import { ballotsFrom, compatibleGroups, countOf, countsOf, groupInformedConsensus, sayingsOf, type Vote } from './index.ts';
import { centredOf, componentsOf, positionsOf } from './positions.ts';
import { ballotsOf, entering } from './ballots.ts';

test.skipIf(withoutConversations !== '')(`with the published groups every published consensus comes out, all 371 of them${withoutConversations}`, () => {
	const { ballots, groupOf, consensus } = published('bg2050-volunteers');

	const ours = groupInformedConsensus(countsOf(ballots, { groupOf, groups: 2 }));

	expect(consensus.size).toBe(371);
	const furthest = Math.max(...ballots.propositions.map((proposition, at) => Math.abs((ours[at] ?? Number.NaN) - (consensus.get(proposition) ?? Number.NaN))));
	expect(furthest).toBeLessThan(1e-12);
});

test.skipIf(withoutConversations !== '')(`from nothing but the votes the published groups are found again${withoutConversations}`, () => {
	const { ballots, groupOf } = published('bg2050-volunteers');

	const found = compatibleGroups(ballots);

	// One of the published has four votes: they entered when there were few propositions, and nobody leaves again.
	const both = Array.from(groupOf.keys()).filter((person) => groupOf[person] !== -1 && found.groupOf[person] !== -1);
	expect(found.groups).toBe(2);
	expect([groupOf.filter((group) => group !== -1).length, both.length]).toEqual([108, 107]);
	expect(adjustedRand(Int32Array.from(both, (person) => groupOf[person] ?? 0), Int32Array.from(both, (person) => found.groupOf[person] ?? 0))).toBe(1);
});

test.skipIf(withoutConversations !== '')(`two thousand people and nine hundred propositions come to two groups, most of them the published ones${withoutConversations}`, () => {
	const { ballots, groupOf } = published('bowling-green');

	const found = compatibleGroups(ballots);

	const both = Array.from(groupOf.keys()).filter((person) => groupOf[person] !== -1 && found.groupOf[person] !== -1);
	expect([ballots.people.length, ballots.propositions.length, found.groups]).toEqual([2031, 896, 2]);
	// Other starts of k-means are known to agree with what was published from 0.49 on.
	expect(adjustedRand(Int32Array.from(both, (person) => groupOf[person] ?? 0), Int32Array.from(both, (person) => found.groupOf[person] ?? 0))).toBeGreaterThan(0.49);
});

test('components and places are those of a plain, dense computation', () => {
	const ballots = madeBallots({ people: 60, propositions: 25, seen: 0.6, agrees: twoCamps });
	const centred = centredOf(ballots);

	const components = componentsOf(centred, 100);
	const places = positionsOf(centred, components);

	const plain = densely(ballots);
	for (const which of [0, 1] as const) {
		const sign = Math.sign(components[which].reduce((sum, entry, at) => sum + entry * (plain.components[which]?.[at] ?? 0), 0));
		expect(Math.max(...components[which].map((entry, at) => Math.abs(entry - sign * (plain.components[which]?.[at] ?? 0))))).toBeLessThan(1e-6);
		for (const [person, place] of plain.places.entries()) expect(places[person * 2 + which]).toBeCloseTo(sign * (place[which] ?? 0), 5);
	}
});

test('a moderated proposition draws nobody apart, and counts as seen by all', () => {
	const votes: Vote[] = Array.from({ length: 20 }, (_, person) => named(10).map((proposition, at): Vote => ({ person: `p${person}`, proposition, choice: (person + at) % 2 === 0 ? 1 : -1 }))).flat();
	const ballots = ballotsFrom(votes, { propositions: named(10), moderated: new Set(['q3']) });
	const centred = centredOf(ballots);
	const components = componentsOf(centred, 100);

	expect(centred.centre[3]).toBe(0);
	expect([components[0][3], components[1][3]]).toEqual([0, 0]);
	// Ten of ten are seen with it: nobody is stretched.
	expect(Math.hypot(...positionsOf(centred, components).subarray(0, 2))).toBeCloseTo(3, 9);
});

test('of what was voted, the counts of a group are all there, and the likelihoods multiply', () => {
	const ballots = madeBallots({ people: 40, propositions: 8, seen: 0.7, agrees: twoCamps });
	const groupOf = Int32Array.from(ballots.people.keys(), (person) => (person === 0 ? -1 : person % 2));
	const counts = countsOf(ballots, { groupOf, groups: 2 });

	for (const proposition of ballots.propositions.keys()) {
		for (const group of [0, 1]) {
			const cast = Array.from(ballots.people.keys()).filter((person) => groupOf[person] === group).flatMap((person) => choiceOf(ballots, person, proposition));
			expect(countOf(counts, proposition, group)).toEqual({ agrees: cast.filter((choice) => choice === 1).length, disagrees: cast.filter((choice) => choice === -1).length, seen: cast.length });
		}
		const [one, other] = [countOf(counts, proposition, 0), countOf(counts, proposition, 1)];
		expect(groupInformedConsensus(counts)[proposition]).toBeCloseTo((((one.agrees + 1) / (one.seen + 2)) * (other.agrees + 1)) / (other.seen + 2), 12);
	}
});

test('what a group says is what it says and the other does not', () => {
	const ballots = madeBallots({ people: 80, propositions: 12, agrees: twoCamps });
	const counts = countsOf(ballots, { groupOf: Int32Array.from(ballots.people.keys(), (person) => person % 2), groups: 2 });

	const said = sayingsOf(ballots, counts, 0).map(({ proposition, choice }) => `${proposition} ${choice}`);

	// Every third is agreed to by all; of the rest this camp agrees to the even ones.
	expect(said.sort()).toEqual(['1 disagrees', '10 agrees', '11 disagrees', '2 agrees', '4 agrees', '5 disagrees', '7 disagrees', '8 agrees']);
});

test('what is said by ten of ten here and by two of ten there weighs as the four figures say, worked out by hand', () => {
	const ballots = ballotsFrom([{ person: 'a', proposition: 'x', choice: 1 }], { propositions: ['x'] });

	const [saying, ...more] = sayingsOf(ballots, { groups: 2, cells: Uint32Array.of(10, 0, 10, 2, 8, 10) }, 0);

	expect([saying?.proposition, saying?.choice, more]).toEqual([0, 'agrees', []]);
	expect(saying?.likelihood).toBeCloseTo(11 / 12, 12);
	expect(saying?.ratio).toBeCloseTo(11 / 3, 12);
	// 2 √11 (11/11 − 1/2), and (11/11 − 3/11) / √(14/22 · 8/22 · 2/11).
	expect(saying?.weight).toBeCloseTo((11 / 12) * (11 / 3) * Math.sqrt(11) * (8 / 11 / Math.sqrt((14 / 22) * (8 / 22) * (2 / 11))), 9);
	expect(sayingsOf(ballots, { groups: 2, cells: Uint32Array.of(10, 0, 10, 9, 1, 10) }, 0)).toEqual([]);
	expect(sayingsOf(ballots, { groups: 1, cells: Uint32Array.of(0, 0, 0) }, 0)).toEqual([]);
});

test('nobody, one person, everybody passing, one proposition and all alike have an answer without NaN', () => {
	const all = (people: number, propositions: number, choice: Vote['choice']) => ballotsFrom(Array.from({ length: people }, (_, person) => named(propositions).map((proposition) => ({ person: `p${person}`, proposition, choice }))).flat(), { propositions: named(propositions) });

	expect([all(0, 5, 1), all(0, 0, 1), all(1, 5, 1), all(30, 10, 0), all(30, 1, 1), all(30, 10, 1)].map((ballots) => compatibleGroups(ballots).groups)).toEqual([0, 0, 1, 1, 1, 1]);
	expect(entering(all(30, 1, 1), 'first')).toHaveLength(30);
	for (const ballots of [all(1, 5, 1), all(30, 10, 0), all(30, 1, 1)]) {
		const inIt = ballotsOf(ballots, entering(ballots, 'first'));
		expect([...positionsOf(centredOf(inIt), componentsOf(centredOf(inIt), 100))].every((place) => place === 0)).toBe(true);
	}
});

function choiceOf({ starts, columns, choices }: ReturnType<typeof madeBallots>, person: number, proposition: number): number[] {
	return Array.from(columns.subarray(starts[person], starts[person + 1])).flatMap((column, at) => (column === proposition ? [choices[(starts[person] ?? 0) + at] ?? 0] : []));
}

/** The same by whole matrices, as one would write it down: means put in, covariance, power iteration, deflation. */
function densely(ballots: ReturnType<typeof madeBallots>): { readonly components: readonly number[][]; readonly places: readonly number[][] } {
	const cells = ballots.people.map((_, person) => ballots.propositions.map((_name, proposition) => choiceOf(ballots, person, proposition)[0]));
	const means = ballots.propositions.map((_, column) => {
		const cast = cells.flatMap((row) => (row[column] === undefined ? [] : [row[column]]));
		return cast.reduce((sum, choice) => sum + choice, 0) / cast.length;
	});
	let matrix = cells.map((row) => row.map((choice, column) => (choice ?? means[column] ?? 0) - (means[column] ?? 0)));
	const whole = matrix;
	const components: number[][] = [];
	for (let which = 0; which < 2; which++) {
		let vector = means.map(() => 1);
		for (let step = 0; step < 3000; step++) {
			const along = matrix.map((row) => row.reduce((sum, entry, column) => sum + entry * (vector[column] ?? 0), 0));
			vector = vector.map((_, column) => matrix.reduce((sum, row, person) => sum + (row[column] ?? 0) * (along[person] ?? 0), 0));
			const length = Math.hypot(...vector);
			vector = vector.map((entry) => entry / length);
		}
		components.push(vector);
		matrix = matrix.map((row) => {
			const along = row.reduce((sum, entry, column) => sum + entry * (vector[column] ?? 0), 0);
			return row.map((entry, column) => entry - along * (vector[column] ?? 0));
		});
	}
	const places = whole.map((row, person) => components.map((component) => row.reduce((sum, entry, column) => sum + entry * (component[column] ?? 0), 0) * Math.sqrt(means.length / (cells[person] ?? []).filter((choice) => choice !== undefined).length)));
	return { components, places };
}
