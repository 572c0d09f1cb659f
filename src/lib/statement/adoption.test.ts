import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerProblem, clauseStandings, mayDo, outcomeOf, type Answer } from './adoption.ts';

const clauses = ['a', 'b', 'c'];
const participants = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'];
const rule = { quorumPercent: 60, thresholdPercent: 80 };
const consents: Answer = { answer: 'consents', clauses: [], reason: '' };
const aside: Answer = { answer: 'stands-aside', clauses: [], reason: '' };
const objects = (...to: string[]): Answer => ({ answer: 'objects', clauses: to, reason: 'It names somebody.' });
const said = (...answers: Answer[]): ReadonlyMap<string, Answer> => new Map(answers.map((answer, at) => [participants[at] ?? '', answer]));
const nothing = new Set<string>();

test('nothing is adopted while too few have said anything, whatever these say', () => {
	const outcome = outcomeOf({ rule, participants, clauses, answers: said(consents, consents, consents, consents, aside) }, nothing);

	expect(outcome).toEqual({ kind: 'no-quorum', counts: { participants: 10, consents: 4, standsAside: 1, objects: 0, silent: 5 }, needed: 6 });
});

test('a clause to which too many object keeps the text from being adopted until it is set aside; then whoever objected to it alone consents to the rest', () => {
	const counting = { rule, participants, clauses, answers: said(consents, consents, consents, consents, objects('b'), objects('b'), aside) };

	expect(clauseStandings(counting)).toEqual([{ clause: 'a', consents: 6, objections: 0, passes: true }, { clause: 'b', consents: 4, objections: 2, passes: false }, { clause: 'c', consents: 6, objections: 0, passes: true }]);
	expect(outcomeOf(counting, nothing)).toEqual({ kind: 'below-threshold', counts: { participants: 10, consents: 4, standsAside: 1, objects: 2, silent: 3 }, clauses: ['b'] });
	expect(outcomeOf(counting, new Set(['b']))).toEqual({ kind: 'adopted', counts: { participants: 10, consents: 6, standsAside: 1, objects: 0, silent: 3 } });
});

test('an objection to the whole is one to every clause, and setting clauses aside does not make it a consent', () => {
	const counting = { rule, participants, clauses, answers: said(consents, consents, consents, consents, objects(), consents) };

	expect(outcomeOf(counting, new Set(['b']))).toEqual({ kind: 'adopted', counts: { participants: 10, consents: 5, standsAside: 0, objects: 1, silent: 4 } });
	expect(outcomeOf({ ...counting, rule: { ...rule, thresholdPercent: 100 } }, new Set(['b']))).toMatchObject({ kind: 'below-threshold', clauses: ['a', 'c'] });
	expect(outcomeOf(counting, new Set(clauses)).kind).toBe('nothing-left');
});

test('whoever stands aside counts for the quorum and neither for nor against; where all stand aside nobody has consented', () => {
	const all = said(...participants.map(() => aside));

	expect(outcomeOf({ rule, participants, clauses, answers: all }, nothing)).toMatchObject({ kind: 'below-threshold', clauses: ['a', 'b', 'c'] });
});

test('answers of people who take no part count for nothing', () => {
	const strangers = new Map([...said(consents, consents), ['x', consents], ['y', consents], ['z', consents], ['w', consents]]);

	expect(outcomeOf({ rule, participants, clauses, answers: strangers }, nothing)).toMatchObject({ kind: 'no-quorum', counts: { consents: 2, silent: 8 } });
});

test('whatever people answer, they are counted once each, and setting one more clause aside never makes an objection of a consent', () => {
	const answer: fc.Arbitrary<Answer> = fc.oneof(fc.constant(consents), fc.constant(aside), fc.subarray(clauses).map((some) => objects(...some)));
	fc.assert(
		fc.property(fc.array(answer, { maxLength: 10 }), fc.subarray(clauses), fc.constantFrom(...clauses), (answers, some, more) => {
			const counting = { rule, participants, clauses, answers: said(...answers) };
			const before = outcomeOf(counting, new Set(some)).counts;
			const after = outcomeOf(counting, new Set([...some, more])).counts;

			for (const { participants: all, ...parts } of [before, after]) expect(Object.values(parts).reduce((sum, one) => sum + one, 0)).toBe(all);
			expect(after.objects).toBeLessThanOrEqual(before.objects);
		})
	);
});

test('an objection needs a reason and a clause that is there, and only an objection names clauses', () => {
	expect([answerProblem(objects('a'), clauses), answerProblem({ ...objects('a'), reason: ' ' }, clauses), answerProblem(objects('q'), clauses), answerProblem({ ...consents, clauses: ['a'] }, clauses)]).toEqual([undefined, 'no-reason', 'no-such-clause', 'no-such-clause']);
});

test('nobody answers after the end, signs what is not adopted or is public already, or ends and publishes without being a steward', () => {
	const open = { takesPart: true, isSteward: false, isEnded: false, isAdopted: false, isPublished: false };
	const adopted = { ...open, isEnded: true, isAdopted: true };

	expect([mayDo('answer', open), mayDo('answer', adopted), mayDo('answer', { ...open, takesPart: false })]).toEqual([true, false, false]);
	expect([mayDo('end', open), mayDo('end', { ...open, isSteward: true }), mayDo('end', { ...adopted, isSteward: true })]).toEqual([false, true, false]);
	expect([mayDo('sign', open), mayDo('sign', adopted), mayDo('sign', { ...adopted, isPublished: true }), mayDo('sign', { ...adopted, takesPart: false })]).toEqual([false, true, false, false]);
	expect([mayDo('publish', adopted), mayDo('publish', { ...adopted, isSteward: true }), mayDo('publish', { ...open, isSteward: true })]).toEqual([false, true, false]);
});
