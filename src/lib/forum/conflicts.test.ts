import fc from 'fast-check';
import { expect, test } from 'vitest';
import { conflictChanges, conflictKey, conflictsOf, minutesTogether, type Conflict } from './conflicts.ts';
import { personTag, someItem, somePerson, somePlan } from './fixtures.ts';
import { clockOf, moved } from './editing.ts';

function found(items: Parameters<typeof someItem>[0][], of: Parameters<typeof somePlan>[0] = {}): Conflict[] {
	return conflictsOf(somePlan({ ...of, items: items.map(someItem) }));
}

const speaks = (...ids: string[]) => ids.map((id) => ({ id, role: 'speaker' as const }));

test('two items at the same time in one room are told, and one that begins when the other ends is not', () => {
	expect(found([{ id: 'a' }, { id: 'b', starts: '10:30', ends: '12:00' }, { id: 'c', starts: '12:00', ends: '13:00' }])).toEqual([{ kind: 'room-twice', items: ['a', 'b'], room: 'hall' }]);
});

test('an item over midnight meets what begins in the night of the next day', () => {
	expect(found([{ id: 'late', starts: '23:30', ends: '00:30' }, { id: 'early', day: '2019-10-16', starts: '00:15', ends: '01:00' }])).toMatchObject([{ kind: 'room-twice', items: ['late', 'early'] }]);
});

test('the hour that comes twice when clocks go back is two hours, and the one that never comes is none', () => {
	const night = { day: '2019-11-03', starts: '00:30', ends: '01:30' };

	// 01:30 is the first of the two: what begins at 01:30 begins when the other ends.
	expect(found([{ id: 'a', ...night }, { id: 'b', day: '2019-11-03', starts: '01:30', ends: '02:30' }])).toEqual([]);
	// In March the clocks jump from two to three, so that 02:15 and 03:15 are one instant.
	expect(found([{ id: 'a', day: '2019-03-10', starts: '02:15', ends: '02:45' }, { id: 'b', day: '2019-03-10', starts: '03:15', ends: '03:45' }])).toMatchObject([{ kind: 'room-twice' }]);
});

test('who is in two items at once is told, also where they go by another name there, and with both names', () => {
	const people = [somePerson('ana'), somePerson('witness', { person: personTag('a') }), somePerson('ben')];

	expect(found([{ id: 'a', people: speaks('ana', 'ben') }, { id: 'b', room: 'library', starts: '10:30', ends: '11:30', people: speaks('witness') }], { people })).toEqual([
		{ kind: 'person-twice', items: ['a', 'b'], names: ['ana', 'witness'] }
	]);
});

test('somebody with two roles in one item is there once', () => {
	expect(found([{ id: 'a', people: [{ id: 'ana', role: 'chair' }, { id: 'ana', role: 'speaker' }] }])).toEqual([]);
});

test('too little time to change rooms is told with the minutes that there are; in the same room none is needed', () => {
	const second = { id: 'b', starts: '11:05', ends: '12:00', people: speaks('ana') };

	expect(found([{ id: 'a', people: speaks('ana') }, { ...second, room: 'library' }])).toEqual([{ kind: 'no-time-between', items: ['a', 'b'], names: ['ana', 'ana'], minutes: 5 }]);
	expect(found([{ id: 'a', people: speaks('ana') }, second])).toEqual([]);
	expect(found([{ id: 'a', people: speaks('ana') }, { ...second, room: 'library' }], { bufferMinutes: 5 })).toEqual([]);
});

test('more people than seats, and somebody who cannot be there all the time, are told', () => {
	const people = [somePerson('ana', { available: [{ day: '2019-10-15', from: '10:30', until: '18:00' }] })];

	expect(found([{ id: 'a', room: 'library', expected: 21, people: speaks('ana') }], { people })).toEqual([
		{ kind: 'room-too-small', items: ['a'], room: 'library', expected: 21, capacity: 20 },
		{ kind: 'not-available', items: ['a'], names: ['ana'] }
	]);
	expect(found([{ id: 'a', room: 'library', expected: 20, starts: '10:30', people: speaks('ana') }], { people })).toEqual([]);
});

test('a language that is offered needs somebody who interprets into it, from the floor or from what another interpreter says', () => {
	const people = [somePerson('ana', { interprets: ['ar', 'en'] }), somePerson('ben', { interprets: ['en', 'es'] })];
	const interpret = (...ids: string[]) => ids.map((id) => ({ id, role: 'interpreter' as const }));
	const item = { id: 'a', spoken: ['ar'], offered: ['en', 'es'] };

	expect(found([{ ...item, people: interpret('ben') }], { people })).toEqual(['en', 'es'].map((language) => ({ kind: 'no-interpreter', items: ['a'], language })));
	expect(found([{ ...item, people: interpret('ana') }], { people })).toEqual([{ kind: 'no-interpreter', items: ['a'], language: 'es' }]);
	expect(found([{ ...item, people: interpret('ben', 'ana') }], { people })).toEqual([]);
	expect(found([{ ...item, offered: ['ar'], people: [] }], { people })).toEqual([]);
});

test('what is cancelled or not placed yet is in nobody’s way', () => {
	expect(found([{ id: 'a', state: 'cancelled', people: speaks('ana') }, { id: 'b', starts: null, ends: null, people: speaks('ana') }, { id: 'c', people: speaks('ana') }])).toEqual([]);
});

test('a conflict that was acknowledged is another one once an item of it moved, and the same while others do', () => {
	const plan = somePlan({ items: [{ id: 'a' }, { id: 'b', starts: '10:30', ends: '12:00' }, { id: 'c', room: 'library' }].map(someItem) });
	const [seen] = conflictsOf(plan);
	const keyIn = (other: typeof plan): string => conflictsOf(other).map((conflict) => conflictKey(other, conflict)).join();

	expect(seen && conflictKey(plan, seen)).toBe(keyIn(moved(plan, 'c', { day: '2019-10-14', room: 'library', starts: '10:00' })));
	expect(keyIn(moved(plan, 'b', { day: '2019-10-15', room: 'hall', starts: '10:15' }))).not.toBe(keyIn(plan));
});

test('exactly the pairs that meet are found, whatever the plan', () => {
	const item = fc.record({ from: fc.integer({ min: 0, max: 47 }), length: fc.integer({ min: 1, max: 8 }), room: fc.constantFrom('hall', 'library') });
	fc.assert(
		fc.property(fc.array(item, { maxLength: 25 }), (drawn) => {
			const items = drawn.map(({ from, length, room }, at) => ({ id: `i${at}`, room, starts: clockOf(from * 30), ends: clockOf((from + length) * 30) }));
			const pairs = drawn.flatMap((a, at) => drawn.slice(at + 1).flatMap((b, further) => (a.room === b.room && a.from < b.from + b.length && b.from < a.from + a.length ? [[`i${at}`, `i${at + 1 + further}`].sort().join()] : [])));

			expect(found(items).map((conflict) => conflict.items.toSorted().join()).sort()).toEqual(pairs.sort());
		}),
		{ numRuns: 300 }
	);
});

test('of an edit is told which conflicts it began and which it ended, and none that is only otherwise', () => {
	const items = [{ id: 'a', people: speaks('ana') }, { id: 'b', room: 'library', starts: '10:30', ends: '11:30', people: speaks('ana') }, { id: 'c', starts: '14:00', ends: '15:00' }];
	const [before, later] = [found(items), found(items.map((item) => (item.id === 'a' ? { ...item, starts: '10:45', ends: '11:45' } : item)))];

	expect(conflictChanges(before, later)).toEqual({ begun: [], ended: [] });
	expect(conflictChanges(before, found(items.map((item) => (item.id === 'a' ? { ...item, starts: '14:00', ends: '15:00' } : item))))).toMatchObject({ begun: [{ kind: 'room-twice', items: ['a', 'c'] }], ended: [{ kind: 'person-twice' }] });
});

test('two items are at once for as long as clocks really go, and not at all when one fills its day', () => {
	const together = (first: Partial<Parameters<typeof someItem>[0]>, second: Partial<Parameters<typeof someItem>[0]>) => minutesTogether(somePlan(), someItem({ id: 'a', ...first }), someItem({ id: 'b', ...second }));

	expect(together({}, { starts: '10:20', ends: '12:00' })).toBe(40);
	expect(together({}, { starts: '11:00', ends: '12:00' })).toBe(0);
	expect(together({ day: '2019-11-03', starts: '00:30', ends: '02:30' }, { day: '2019-11-03', starts: '00:00', ends: '03:00' })).toBe(180);
	expect(together({}, { starts: null, ends: null })).toBe(0);
});
