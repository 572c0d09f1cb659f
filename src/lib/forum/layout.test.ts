import { expect, test } from 'vitest';
import { someItem, somePlan } from './fixtures.ts';
import { dayPlaces, hoursShown, laneBeside } from './layout.ts';

const plan = somePlan({
	items: [
		someItem({ id: 'late', starts: '22:30', ends: '01:15' }),
		someItem({ id: 'second', starts: '10:30', ends: '11:30' }),
		someItem({ id: 'first' }),
		someItem({ id: 'after', starts: '11:30', ends: '12:00' }),
		someItem({ id: 'elsewhere', room: 'library' }),
		someItem({ id: 'nowhere', room: null, starts: '06:50', ends: '07:00' }),
		someItem({ id: 'whole', starts: null, ends: null })
	]
});

test('no block hides another: what is in one room at once stands beside, and what follows has the room to itself', () => {
	const places = dayPlaces(plan).get('2019-10-15') ?? [];

	expect(places.map(({ item, lane, column, columns }) => [item.id, lane, column, columns])).toEqual([
		['nowhere', 2, 0, 1],
		['first', 0, 0, 2],
		['elsewhere', 1, 0, 1],
		['second', 0, 1, 2],
		['after', 0, 0, 1],
		['late', 0, 0, 1]
	]);
});

test('the grid shows every item whole, also what begins before the morning and ends after midnight', () => {
	expect(hoursShown(dayPlaces(plan).values())).toEqual({ from: 6 * 60, until: 26 * 60 });
	expect(hoursShown([])).toEqual({ from: 8 * 60, until: 19 * 60 });
});

test('from the last lane of a day one comes to the first of the next, and beyond the forum nowhere', () => {
	const days = ['2019-10-14', '2019-10-15'];
	const beside = (day: string, room: string | null, steps: number) => laneBeside({ days, rooms: plan.rooms }, { day, room }, steps);

	expect(beside('2019-10-14', 'hall', 1)).toEqual({ day: '2019-10-14', room: 'library' });
	expect(beside('2019-10-14', null, 1)).toEqual({ day: '2019-10-15', room: 'hall' });
	expect(beside('2019-10-15', 'hall', -1)).toEqual({ day: '2019-10-14', room: null });
	expect([beside('2019-10-14', 'hall', -1), beside('2019-10-15', null, 1)]).toEqual([undefined, undefined]);
});
