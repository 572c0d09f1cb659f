import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adjustedRand } from './agreement.ts';
import { chanceFrom } from './chance.ts';
import { groundOf, madeBallots, madeVotes, named, twoCamps } from './fixtures.ts';
import { ballotsFrom, commonGround, compatibleGroups, opinionMap, type Choice, type CommonGround, type Vote } from './index.ts';
import { centredOf } from './positions.ts';

/** A result by people's names, so that results of other orders can be compared with it. */
function byName(result: CommonGround, people: readonly string[]) {
	const { groupOf, positions, entered, ...rest } = result;
	return { ...rest, people: Object.fromEntries([...people].sort().map((person) => [person, [groupOf, entered].map((of) => of[people.indexOf(person)]).concat(...positions.subarray(people.indexOf(person) * 2, people.indexOf(person) * 2 + 2))])) };
}

function shuffled<Entry>(entries: readonly Entry[], seed: number): Entry[] {
	const chance = chanceFrom(seed);
	return entries.map((entry) => ({ entry, at: chance() })).sort((a, b) => a.at - b.at).map(({ entry }) => entry);
}

const whole = { people: 60, propositions: 30, seen: 0.8, agrees: twoCamps };

test('two camps are found, are firm, and what both support comes first', () => {
	const ballots = madeBallots({ ...whole, people: 120 });

	const ground = groundOf(ballots);

	expect(adjustedRand(ground.groupOf, Int32Array.from(ballots.people, (person) => Number(person.slice(1)) % 2))).toBe(1);
	expect(ground.stability.trust).toBe('firm');
	expect(ground.groups.map(({ size }) => size)).toEqual([60, 60]);
	expect(ground.propositions.slice(0, 10).map(({ proposition }) => Number(proposition.slice(1)) % 3)).toEqual(Array.from({ length: 10 }, () => 0));
	expect(ground.propositions.map(({ standing }) => standing)).toEqual([...Array.from({ length: 10 }, () => 'supported'), ...Array.from({ length: 20 }, () => 'divides')]);
	// One in ten of the rest may be so by chance; none is told before what divides.
	expect(ground.groups.flatMap(({ sayings }) => sayings.slice(0, 15).filter(({ proposition }) => Number(proposition.slice(1)) % 3 === 0))).toEqual([]);
});

test('what most support, and one small group does not, is no common ground', () => {
	const agrees = (camp: number, proposition: number): number => (camp === 0 ? (proposition % 2 === 0 ? 0.08 : 0.9) : proposition % 4 < 2 ? 0.95 : 0.1);
	const votes = madeVotes({ people: 120, propositions: 24, camps: 6, agrees: (camp, proposition) => agrees(Math.min(camp, 1), proposition) });

	const ground = groundOf(ballotsFrom(votes, { propositions: named(24) }));

	expect(ground.groups.map(({ size }) => size)).toEqual([100, 20]);
	// Nearly all agree with the multiples of four; the small group is against them.
	expect(ground.propositions.filter(({ proposition }) => Number(proposition.slice(1)) % 4 === 0).map(({ standing }) => standing)).toEqual(Array.from({ length: 6 }, () => 'divides'));
	// And what only the small group supports is none, either: the worst group counts, whichever it is.
	const oneSided = ground.propositions.filter(({ proposition }) => [0, 3].includes(Number(proposition.slice(1)) % 4));
	expect([oneSided.length, oneSided.filter(({ support }) => support === null || support > 0.3)]).toEqual([12, []]);
	const supported = ground.propositions.filter(({ standing }) => standing === 'supported').map(({ proposition }) => Number(proposition.slice(1)) % 4);
	expect(supported.length).toBeGreaterThan(3);
	expect(new Set(supported)).toEqual(new Set([1]));
});

test('where opinions are mere chance no groups are shown, and nothing is said of them', () => {
	for (const [people, propositions] of [[40, 30], [120, 60], [300, 40]] as const) {
		const ballots = madeBallots({ people, propositions, agrees: () => 0.5 });

		const ground = groundOf(ballots);

		expect(ground.stability.trust).toBe('not to be trusted');
		expect([ground.groups, [...new Set(ground.groupOf)], ground.propositions.filter(({ tallies }) => tallies.groups !== null)]).toEqual([[], [-1], []]);
	}
});

test('the order in which ballots come changes nothing at all, to the last bit', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 12 }), (seed, people, propositions) => {
			const votes = madeVotes({ people, propositions, seen: 0.8, agrees: twoCamps, seed });
			const persons = [...new Set(votes.map(({ person }) => person))];
			const places = new Map(shuffled(persons, seed).map((person, at) => [person, at]));
			const other = [...votes].sort((a, b) => (places.get(a.person) ?? 0) - (places.get(b.person) ?? 0));
			const [one, two] = [votes, other].map((cast) => ballotsFrom(cast, { propositions: named(propositions) }));
			if (!one || !two) throw new Error('there are two');
			expect(byName(groundOf(two, 5), two.people)).toEqual(byName(groundOf(one, 5), one.people));
		}),
		{ numRuns: 40 }
	);
});

test('a copy of a person stands where they stand, and draws the middle of all towards them', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
			const votes = madeVotes({ ...whole, people: 30, propositions: 12, seed });
			const own = votes.filter(({ person }) => person === 'p3');
			const before = ballotsFrom(votes, { propositions: named(12) });
			const after = ballotsFrom([...votes, ...own.map((vote) => ({ ...vote, person: 'copy' }))], { propositions: named(12) });

			const ground = groundOf(after, 3);
			const [them, copy] = [after.people.indexOf('p3'), after.people.indexOf('copy')];
			expect([ground.groupOf[copy], ...ground.positions.subarray(copy * 2, copy * 2 + 2)]).toEqual([ground.groupOf[them], ...ground.positions.subarray(them * 2, them * 2 + 2)]);
			const [old, now] = [centredOf(before).centre, centredOf(after).centre];
			for (const { proposition, choice } of own) {
				const at = Number(proposition.slice(1));
				expect(Math.abs(choice - (now[at] ?? 0))).toBeLessThanOrEqual(Math.abs(choice - (old[at] ?? 0)) + 1e-12);
			}
		}),
		{ numRuns: 25 }
	);
});

test('a proposition on which all say the same changes neither groups nor the standing of any other', () => {
	const votes = madeVotes(whole);
	const persons = [...new Set(votes.map(({ person }) => person))];
	const one = ballotsFrom(votes, { propositions: named(30) });
	const two = ballotsFrom([...votes, ...persons.map((person): Vote => ({ person, proposition: 'all', choice: 1 }))], { propositions: [...named(30), 'all'] });

	const [before, after] = [groundOf(one), groundOf(two)];

	expect(adjustedRand(after.groupOf, before.groupOf)).toBe(1);
	expect(after.propositions[0]?.proposition).toBe('all');
	const standings = ({ propositions }: CommonGround) => Object.fromEntries(propositions.filter(({ proposition }) => proposition !== 'all').map(({ proposition, standing, tallies }) => [proposition, { standing, tallies }]));
	expect(standings(after)).toEqual(standings(before));
	// So in the compatible pipeline: nobody is moved by what has no spread.
	expect(adjustedRand(compatibleGroups(two).groupOf, compatibleGroups(one).groupOf)).toBe(1);
});

test('a moderated proposition is not in the result, and its votes change nothing', () => {
	const votes = madeVotes(whole);
	const moderated = new Set(['q0', 'q7']);
	const turned = votes.map((vote): Vote => (moderated.has(vote.proposition) ? { ...vote, choice: vote.choice === 1 ? -1 : 1 } : vote));
	const [one, two] = [votes, turned].map((cast) => groundOf(ballotsFrom(cast, { propositions: named(30), moderated })));

	expect(one?.propositions.map(({ proposition }) => proposition).filter((proposition) => moderated.has(proposition))).toEqual([]);
	expect(one?.propositions).toHaveLength(28);
	// Who stands first may be another: ballots are sorted by all that they hold.
	expect(adjustedRand(two?.groupOf ?? new Int32Array(), one?.groupOf ?? new Int32Array(1))).toBe(1);
});

test('no group is smaller than five people', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 2, max: 9 }), (seed, people, camps) => {
			const ground = groundOf(madeBallots({ people, propositions: 20, agrees: (camp, proposition) => ((camp * 7 + proposition) % 5 < 2 ? 0.95 : 0.05), camps, seed }), 5);
			expect(ground.groups.filter(({ size }) => size < 5)).toEqual([]);
			expect(ground.groups.reduce((sum, { size }) => sum + size, 0)).toBe(ground.groups.length === 0 ? 0 : ground.people);
		}),
		{ numRuns: 40 }
	);
});

test('nobody, one person, all passing, one proposition, all alike and ties have an answer without NaN', () => {
	const all = (people: number, propositions: number, choice: (person: number) => Choice) => ballotsFrom(Array.from({ length: people }, (_, person) => named(propositions).map((proposition) => ({ person: `p${person}`, proposition, choice: choice(person) }))).flat(), { propositions: named(propositions) });
	const cases = [all(0, 0, () => 1), all(0, 5, () => 1), all(1, 1, () => 1), all(1, 9, () => -1), all(40, 10, () => 0), all(40, 1, (person) => (person % 2 === 0 ? 1 : -1)), all(40, 10, () => 1), all(40, 10, (person) => (person % 2 === 0 ? 1 : -1))];

	const grounds = cases.map((ballots) => groundOf(ballots));

	for (const ground of grounds) {
		expect([...ground.positions, ...ground.telling, ground.stability.median, ground.stability.tenth, ...ground.propositions.map(({ support }) => support ?? 0)].filter((number) => !Number.isFinite(number))).toEqual([]);
		expect(opinionMap(ground).dots.filter(({ x, y }) => !(x >= 0 && x <= 1 && y >= 0 && y <= 1))).toEqual([]);
	}
	expect(grounds.map(({ groups }) => groups.map(({ size }) => size))).toEqual([[], [], [], [], [], [20, 20], [], [20, 20]]);
	expect(grounds.map(({ propositions }) => [...new Set(propositions.map(({ standing }) => standing))])).toEqual([[], ['too few votes'], ['too few votes'], ['too few votes'], ['not supported'], ['divides'], ['supported'], ['divides']]);
});

test('three hundred people and three hundred propositions come to a result, and it can be left at any step', () => {
	const ballots = madeBallots({ people: 300, propositions: 300, seen: 0.5, agrees: twoCamps });
	const running = commonGround(ballots);
	const steps: number[] = [];
	for (;;) {
		const next = running.next();
		if (next.done) {
			expect(next.value.groups.map(({ size }) => size)).toEqual([150, 150]);
			break;
		}
		steps.push(next.value);
	}

	expect(steps).toHaveLength(31);
	expect(steps).toEqual([...steps].sort((a, b) => a - b));
	expect(steps.at(-1)).toBe(1);
	const left = commonGround(ballots);
	for (const share of left) if (share > 0.2) break;
	expect(left.next()).toEqual({ done: true, value: undefined });
});
