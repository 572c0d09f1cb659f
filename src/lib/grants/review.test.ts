import { expect, test } from 'vitest';
import { inEnglish } from '../../../tests/calls.ts';
import type { Criterion } from './call.ts';
import { isLate, readReview, reviewBody, spreadOf, verdictProblem, weightedTotal, type Score, type Verdict } from './review.ts';

const criterion = (id: string, weight: number): Criterion => ({ id, name: inEnglish(id), explanation: null, weight });
const criteria = [criterion('need', 2), criterion('effect', 1)];
const scored = (scores: Readonly<Record<string, Score>>, comment = ''): Verdict => ({ kind: 'scored', scores, comment });
const abstains: Verdict = { kind: 'abstains', reason: 'I do not know this field.' };

test('a criterion of weight two counts twice', () => {
	expect(weightedTotal(criteria, scored({ need: 5, effect: 2 }))).toBe(4);
	expect(weightedTotal(criteria, scored({ need: 0, effect: 0 }))).toBe(0);
	expect(weightedTotal([criterion('need', 7)], scored({ need: 3 }))).toBe(3);
});

test('who abstained, and who scored before a criterion was there, has no total: a gap is not a nought', () => {
	expect(weightedTotal(criteria, abstains)).toBeUndefined();
	expect(weightedTotal(criteria, scored({ need: 5 }))).toBeUndefined();
	expect(weightedTotal([], scored({}))).toBeUndefined();
	// A name that every object has is no score.
	expect(weightedTotal([criterion('constructor', 1)], scored({}))).toBeUndefined();
});

test('a review is not sent with a criterion left out, an abstention not without its reason', () => {
	expect(verdictProblem(criteria, scored({ need: 5 }))).toBe('not-all-scored');
	expect(verdictProblem(criteria, scored({ need: 5, effect: 0 }))).toBeUndefined();
	expect(verdictProblem([], scored({}, ' '))).toBe('no-comment');
	expect(verdictProblem(criteria, { kind: 'abstains', reason: ' ' })).toBe('no-reason');
	expect(verdictProblem(criteria, abstains)).toBeUndefined();
});

test('reviewers who are two points apart are told to talk', () => {
	expect(spreadOf([2, undefined, 4])).toEqual({ lowest: 2, highest: 4, mean: 3, apart: true });
	expect(spreadOf([3, 4, 4])).toEqual({ lowest: 3, highest: 4, mean: 11 / 3, apart: false });
	expect(spreadOf([undefined])).toBeUndefined();
});

test('only a review is read as one', () => {
	const review = { application: 'A'.repeat(22), call: 'A'.repeat(22), version: 1, verdict: scored({ need: 5, effect: 0 }, 'Clear.') };
	expect(readReview(reviewBody(review))).toEqual(review);
	expect(readReview({ ...(reviewBody(review) as object), verdict: { kind: 'scored', scores: { need: 6 }, comment: '' } })).toBeUndefined();
	expect(readReview({ ...(reviewBody(review) as object), verdict: { kind: 'abstains', reason: ' ' } })).toBeUndefined();
	expect(readReview(undefined)).toBeUndefined();
});

test('a review is late when its day is over for everybody, and not before', () => {
	expect(isLate('2026-11-30', new Date('2026-12-01T11:59:00Z'))).toBe(false);
	expect(isLate('2026-11-30', new Date('2026-12-01T12:01:00Z'))).toBe(true);
	expect(isLate(null, new Date('2026-12-01T12:01:00Z'))).toBe(false);
});
