import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clockChangeForum, forum2019, forum2024, forums, item, plainForum, text } from './fixtures.ts';
import { comesTwice, dayAfter, formatClock, formatDate, formatDay, instantOf, isoAt, offsetAt, offsetChanges, wallTimeIn } from '#lib/platform/time/time.ts';
import { agendaSlot } from '#lib/forum/slot.ts';
import { agendaDays, formatDateRange } from './time.ts';

const quarterMs = 15 * 60_000;
const zones = ['America/New_York', 'Asia/Kathmandu', 'Pacific/Apia', 'Africa/Cairo', 'Europe/Lisbon', 'Australia/Lord_Howe', 'UTC'] as const;
const changes = new Map(
	zones.map((timeZone) => [timeZone, offsetChanges({ from: new Date('1991-01-01T00:00:00Z'), to: new Date('2038-01-01T00:00:00Z'), timeZone })])
);

/** Any minute of these years, and half of the time one within a day of a change of clocks. */
const wallTimes = fc.constantFrom(...zones).chain((timeZone) => {
	const minutes = fc.integer({ min: 0, max: 46 * 366 * 1440 }).map((minute) => Date.UTC(1991, 0, 2) + minute * 60_000);
	const near = (changes.get(timeZone) ?? []).map(({ at, before }) => at.getTime() + before * 1000);
	const nearChange = fc.tuple(fc.constantFrom(...near, Date.UTC(2019, 9, 15)), fc.integer({ min: -180, max: 1620 })).map(([ms, minute]) => ms + minute * 60_000);
	return fc.oneof(minutes, nearChange).map((ms) => {
		const iso = new Date(ms).toISOString();
		return { day: iso.slice(0, 10), time: iso.slice(11, 16), timeZone };
	});
});

/** What Intl shows, asked in another way than ours: Swedish dates are ISO dates. */
const swedish = new Map<string, Intl.DateTimeFormat>(
	zones.map((timeZone) => [timeZone, new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })])
);
function shownByIntl(instant: Date, timeZone: string): string | undefined {
	return swedish.get(timeZone)?.format(instant);
}

test('a time of the agenda becomes the first instant at which the venue’s clocks show it', () => {
	fc.assert(
		fc.property(wallTimes, ({ day, time, timeZone }) => {
			const wallMs = Date.parse(`${day}T${time}:00Z`);
			const first = Array.from({ length: 121 }, (_, step) => new Date(wallMs + (step - 64) * quarterMs)).find(
				(instant) => shownByIntl(instant, timeZone) === `${day} ${time}`
			);
			fc.pre(first !== undefined);

			expect(instantOf({ day, time, timeZone })).toEqual(first);
		}),
		{ numRuns: 1500 }
	);
});

test('a time that never comes moves forward by exactly the gap, in every zone and at every gap', () => {
	const gaps = [...changes].flatMap(([timeZone, of]) => of.filter(({ before, after }) => after > before).map((change) => ({ timeZone, ...change })));

	const moved = gaps.flatMap(({ timeZone, at, before, after }) =>
		[0, after - before - 60].map((seconds) => {
			const never = new Date(at.getTime() + (before + seconds) * 1000).toISOString();
			const then = wallTimeIn(instantOf({ day: never.slice(0, 10), time: never.slice(11, 16), timeZone }), timeZone);
			return Date.parse(`${then.day}T${then.time}:00Z`) - Date.parse(never) === (after - before) * 1000;
		})
	);

	expect(gaps.length).toBeGreaterThan(150);
	expect(moved.filter((exactly) => !exactly)).toEqual([]);
});

test.each([
	['2019-10-15', '15:50', 'America/New_York', '2019-10-15T19:50:00.000Z'],
	['2019-11-03', '01:30', 'America/New_York', '2019-11-03T05:30:00.000Z'],
	['2019-11-03', '02:00', 'America/New_York', '2019-11-03T07:00:00.000Z'],
	['2019-03-10', '02:30', 'America/New_York', '2019-03-10T07:30:00.000Z'],
	['2017-05-08', '13:30', 'Asia/Kathmandu', '2017-05-08T07:45:00.000Z'],
	['2011-12-30', '10:00', 'Pacific/Apia', '2011-12-30T20:00:00.000Z'],
	['2023-04-28', '00:00', 'Africa/Cairo', '2023-04-27T22:00:00.000Z'],
	['1994-06-01', '12:00', 'Europe/Lisbon', '1994-06-01T10:00:00.000Z']
])('%s %s in %s is the instant that the law of that place makes it', (day, time, timeZone, instant) => {
	expect(instantOf({ day, time, timeZone }).toISOString()).toBe(instant);
});

test('what the clocks show turns back into the instant, with the offset that Intl names', () => {
	fc.assert(
		fc.property(wallTimes, ({ day, time, timeZone }) => {
			const instant = instantOf({ day, time, timeZone });
			const shows = wallTimeIn(instant, timeZone);

			expect(`${shows.day} ${shows.time}`).toBe(shownByIntl(instant, timeZone));
			expect(new Date(isoAt(instant, timeZone))).toEqual(instant);
			expect(isoAt(instant, timeZone).slice(0, 16)).toBe(`${shows.day}T${shows.time}`);
			expect(namedOffset(instant, timeZone)).toBe(offsetAt(instant, timeZone));
		}),
		{ numRuns: 500 }
	);
});

function namedOffset(instant: Date, timeZone: string): number {
	const name = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).format(instant);
	const [, sign = '+', hours = '0', minutes = '0'] = /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name) ?? [];
	return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}

test('both of two equal times are known to come twice, and no other is', () => {
	const minutes = Array.from({ length: 8 * 60 }, (_, minute) => new Date(Date.UTC(2019, 10, 3, 3) + minute * 60_000));

	const twice = minutes.filter((instant) => comesTwice(instant, 'America/New_York'));

	expect(twice).toEqual(minutes.slice(2 * 60, 4 * 60));
	expect(comesTwice(new Date('2019-03-10T07:00:00Z'), 'America/New_York')).toBe(false);
});

test('an offset of seconds, as Liberia had, still gives the exact instant', () => {
	const instant = instantOf({ day: '1970-06-01', time: '12:00', timeZone: 'Africa/Monrovia' });

	expect(instant.toISOString()).toBe('1970-06-01T12:44:30.000Z');
	expect(new Date(isoAt(instant, 'Africa/Monrovia'))).toEqual(instant);
});

test('an item ends after it starts, whatever the clocks do', () => {
	const clock = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
	fc.assert(
		fc.property(wallTimes, clock, ({ day, time, timeZone }, ends) => {
			const timed = agendaSlot({ day, starts: time, ends }, { timeZone });
			const whole = agendaSlot({ day }, { timeZone });

			expect(timed.end.getTime()).toBeGreaterThan(timed.start.getTime());
			expect(whole.end.getTime()).toBeGreaterThan(whole.start.getTime());
			expect(timed.end.getTime() - timed.start.getTime()).toBeLessThanOrEqual(25 * 3_600_000);
		}),
		{ numRuns: 500 }
	);
});

test('an item that ends at or before it starts ends on the next day, and not twenty-three hours earlier', () => {
	const zone = { timeZone: 'America/New_York' };

	expect(agendaSlot({ day: '2019-11-02', starts: '23:30', ends: '00:30' }, zone)).toEqual({
		start: new Date('2019-11-03T03:30:00Z'),
		end: new Date('2019-11-03T04:30:00Z'),
		allDay: false
	});
	expect(agendaSlot({ day: '2019-10-12', starts: '09:00', ends: '09:00' }, zone).end).toEqual(new Date('2019-10-13T13:00:00Z'));
});

test('an item whose start falls into the gap keeps its length instead of ending before it starts', () => {
	expect(agendaSlot({ day: '2019-03-10', starts: '02:30', ends: '03:00' }, { timeZone: 'America/New_York' })).toEqual({
		start: new Date('2019-03-10T07:30:00Z'),
		end: new Date('2019-03-10T08:00:00Z'),
		allDay: false
	});
});

test('an item without times is the venue’s day, which may have 25 hours; one without an end does not get one', () => {
	const zone = { timeZone: 'America/New_York' };

	expect(agendaSlot({ day: '2019-11-03' }, zone)).toEqual({ start: new Date('2019-11-03T04:00:00Z'), end: new Date('2019-11-04T05:00:00Z'), allDay: true });
	expect(agendaSlot({ day: '2019-11-03', ends: '17:00' }, zone).allDay).toBe(true);
	expect(agendaSlot({ day: '2019-11-03', starts: '20:00' }, zone)).toEqual({
		start: new Date('2019-11-04T01:00:00Z'),
		end: new Date('2019-11-04T01:00:00Z'),
		allDay: false
	});
});

test('an item at 23:30 stays on the venue’s day, and nothing is lost when the agenda is put into days', () => {
	const days = agendaDays(clockChangeForum);

	expect(days.map(({ day, items }) => [day, items.map(({ id }) => id)])).toEqual([
		['2019-11-02', ['before', 'over-midnight']],
		['2019-11-03', ['through-the-change', 'twice', 'after', 'cancelled', 'closed', 'open-end']]
	]);
	for (const forum of forums) expect(agendaDays(forum).flatMap(({ items }) => items)).toHaveLength(forum.agenda.length);
});

test('within a day what fills it comes first and items at the same time stay in the editor’s order', () => {
	const agenda = [
		item({ id: 'late', day: '2019-10-12', starts: '18:00', title: text('c') }),
		item({ id: 'first', day: '2019-10-12', starts: '09:00', title: text('a') }),
		item({ id: 'second', day: '2019-10-12', starts: '09:00', title: text('b') }),
		item({ id: 'whole', day: '2019-10-12', title: text('d') })
	];

	expect(agendaDays({ agenda })[0]?.items.map(({ id }) => id)).toEqual(['whole', 'first', 'second', 'late']);
});

test('a day that no calendar has, a time that no clock has and a zone that nobody knows are refused', () => {
	const good = { day: '2019-10-12', time: '10:00', timeZone: 'America/New_York' };

	for (const wrong of [{ day: '2019-02-30' }, { day: '2019-2-3' }, { day: '' }, { time: '24:00' }, { time: '9:00' }, { time: '10:60' }, { timeZone: 'Mars/Olympus' }]) {
		expect(() => instantOf({ ...good, ...wrong })).toThrow(RangeError);
	}
	expect(dayAfter('2020-02-28')).toBe('2020-02-29');
	expect(dayAfter('2019-12-31')).toBe('2020-01-01');
});

test('no change of clocks is missed: between two of them the offset stays', () => {
	for (const [timeZone, found] of changes) {
		for (const { at, before, after } of found) {
			expect([offsetAt(new Date(at.getTime() - 1000), timeZone), offsetAt(at, timeZone)]).toEqual([before, after]);
		}
		for (let ms = Date.UTC(1991, 0, 1); ms < Date.UTC(2038, 0, 1); ms += 11 * 3_600_000 * 24) {
			const last = found.findLast(({ at }) => at.getTime() <= ms);
			expect(offsetAt(new Date(ms), timeZone)).toBe(last?.after ?? offsetAt(new Date(Date.UTC(1991, 0, 1)), timeZone));
		}
	}
});

test('a forum’s date is shown as exactly as it is known, in each language', () => {
	const over = { startsOn: '2019-10-30', endsOn: '2019-11-02', precision: 'day' } as const;

	expect(formatDateRange(forum2019, 'en')).toBe('12–15 October 2019');
	expect(formatDateRange(forum2019, 'es')).toBe('12–15 de octubre de 2019');
	expect(formatDateRange(forum2019, 'fr')).toBe('12–15 octobre 2019');
	expect(formatDateRange(forum2019, 'ar')).toBe('12–15 أكتوبر 2019');
	expect(formatDateRange(over, 'en').replaceAll(/\s/g, ' ')).toBe('30 October – 2 November 2019');
	expect(formatDateRange(forum2024, 'en')).toBe('May 2024');
	expect(formatDateRange(forum2024, 'fr')).toBe('mai 2024');
	expect(formatDateRange({ ...plainForum, precision: 'year' }, 'ar')).toBe('2003');
	expect(formatDateRange({ startsOn: '2003-01-01', endsOn: '2006-01-01', precision: 'year' }, 'en')).toBe('2003–2006');
});

test('a day is never shown as the one before or after, and a month never as its first day', () => {
	expect(formatDay('2019-10-12', 'en')).toBe('Saturday, 12 October 2019');
	expect(formatDay('2019-10-12', 'ar')).toBe('السبت، 12 أكتوبر 2019');
	expect(['2024', '2024-05', '2019-11-18'].map((date) => formatDate(date, 'en'))).toEqual(['2024', 'May 2024', '18 November 2019']);
	expect(formatDate('2024-05', 'es')).toBe('mayo de 2024');
});

test('a time is shown on a clock of 24 hours, and midnight is not 24:00', () => {
	for (const language of ['en', 'es', 'fr', 'ar'] as const) {
		expect(['00:00', '09:05', '15:50'].map((time) => formatClock(time, language))).toEqual(['00:00', '09:05', '15:50']);
	}
});
