import { expect, test } from 'vitest';
import { isDue, nextDay, openPlans } from './deliveries.ts';
import { someEntry } from './fixtures.ts';
import type { Entry, Happening } from './recommendation.ts';

const at = { forum: 'a-forum', document: 'statement' };
const planned = (id: string, clauses: readonly number[], of: Partial<Extract<Happening, { kind: 'planned' }>> = {}): Entry => someEntry({ kind: 'planned', to: 'made-up-north', on: '2026-12-09', ...of }, { id, clauses });
const sent = (id: string, clauses: readonly number[], to = 'made-up-north'): Entry => someEntry({ kind: 'sent', to, on: '2026-12-09', channel: 'post', by: 'The secretariat' }, { id, clauses });
const back = (of: string, clauses: readonly number[]): Entry => someEntry({ kind: 'taken-back', of, on: '2026-12-10', why: { original: 'en', in: { en: 'A mistake.' } }, blank: false }, { id: `back-${of}`, clauses });
const left = (...history: Entry[]) => openPlans({ ...at, history }).map(({ id, clauses }) => [id, clauses]);

test('a plan is forgotten only where every clause of it was delivered to the very addressee, after it was planned', () => {
	expect(left(planned('plan', [1, 2]))).toEqual([['plan', [1, 2]]]);
	expect(left(planned('plan', [1, 2]), sent('one', [1]))).toEqual([['plan', [2]]]);
	expect(left(planned('plan', [1, 2]), sent('one', [1]), sent('two', [2, 3]))).toEqual([]);
	expect(left(planned('plan', [1]), sent('other', [1], 'made-up-council'))).toEqual([['plan', [1]]]);
	expect(left(sent('before', [1]), planned('again', [1]))).toEqual([['again', [1]]]);
});

test('a plan that was taken back reminds of nothing, and a delivery that was taken back delivers nothing', () => {
	expect(left(planned('plan', [1]), back('plan', [1]))).toEqual([]);
	expect(left(planned('plan', [1]), sent('one', [1]), back('one', [1]))).toEqual([['plan', [1]]]);
});

test('a planned delivery is due on its day and not before; a month, once it has begun; a session without a day, never by itself', () => {
	expect(['2026-12-08', '2026-12-09', '2027-01-01'].map((today) => isDue({ on: '2026-12-09' }, today))).toEqual([false, true, true]);
	expect(['2027-02-28', '2027-03-01'].map((today) => isDue({ on: '2027-03' }, today))).toEqual([false, true]);
	expect(isDue({}, '2030-01-01')).toBe(false);
});

test('the next 9 December is today on 9 December, and in a year the day after', () => {
	expect(['2026-11-30', '2026-12-09', '2026-12-10'].map((today) => nextDay('12-09', today))).toEqual(['2026-12-09', '2026-12-09', '2027-12-09']);
});
