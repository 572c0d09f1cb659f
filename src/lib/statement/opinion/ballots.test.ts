import { expect, test } from 'vitest';
import { ballotsFrom, entering, type Vote } from './ballots.ts';

const vote = (person: string, proposition: string, choice: Vote['choice']): Vote => ({ person, proposition, choice });
const rows = ({ people, starts, columns, choices }: ReturnType<typeof ballotsFrom>) => Object.fromEntries(people.map((person, at) => [person, Array.from(columns.subarray(starts[at], starts[at + 1]), (column, nth) => [column, choices[(starts[at] ?? 0) + nth]])]));

test('of two votes of one person on one proposition only the last counts, however many lie between', () => {
	const ballots = ballotsFrom([vote('a', 'x', 1), vote('b', 'y', -1), vote('a', 'y', 0), vote('a', 'x', -1), vote('b', 'y', 1), vote('b', 'x', 1), vote('a', 'x', 0)], { propositions: ['x', 'y'] });

	expect(rows(ballots)).toEqual({ a: [[0, 0], [1, 0]], b: [[0, 1], [1, 1]] });
});

test('a vote on what is not asked is left out, and a proposition that nobody saw stays', () => {
	const ballots = ballotsFrom([vote('a', 'elsewhere', 1), vote('a', 'z', 1)], { propositions: ['x', 'y', 'z'], moderated: new Set(['y']) });

	expect(rows(ballots)).toEqual({ a: [[2, 1]] });
	expect([...ballots.moderated]).toEqual([0, 1, 0]);
});

test('more votes than were room for at first are all there', () => {
	const votes = Array.from({ length: 5000 }, (_, at) => vote(`p${at % 50}`, `q${Math.floor(at / 50)}`, at % 3 === 0 ? 1 : -1));
	const ballots = ballotsFrom(votes, { propositions: Array.from({ length: 100 }, (_, at) => `q${at}`) });

	expect(ballots.choices).toHaveLength(5000);
	expect(ballots.choices.filter((choice) => choice === 1)).toHaveLength(votes.filter(({ choice }) => choice === 1).length);
});

test('who voted on fewer than seven stays out, unless fewer than fifteen would be in', () => {
	const many = (people: number, votes: (person: number) => number) => ballotsFrom(Array.from({ length: people }, (_, person) => Array.from({ length: votes(person) }, (_vote, at) => vote(`p${person}`, `q${at}`, 1))).flat(), { propositions: Array.from({ length: 20 }, (_, at) => `q${at}`) });

	expect(entering(many(30, (person) => (person < 20 ? 7 : 6)), 'first')).toHaveLength(20);
	expect(entering(many(30, (person) => (person < 10 ? 7 : 1 + (person % 6))), 'first')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 17, 23, 29]);
	// Where the order must not matter, all of five with as many votes come in.
	expect(entering(many(30, (person) => (person < 10 ? 7 : 1 + (person % 6))), 'all')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 22, 23, 28, 29]);
	expect(entering(many(4, () => 1), 'first')).toHaveLength(4);
});
