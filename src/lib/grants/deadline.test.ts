import fc from 'fast-check';
import { expect, test } from 'vitest';
import { languages } from '#lib/platform/i18n/language.ts';
import { arrivalMs, closesAt, deadlineClock, deadlineDay, deadlineOf, isBefore, timeLeft, type Calendar, type Deadline } from './deadline.ts';
import { daysInCalendars, durationWords, leftAt, promiseWords, tableZones, zoneLines, zonePlace } from './deadline-table.ts';
import { deadlineWords, utcWords, zoneWords } from './deadline-words.ts';

const aoe: Deadline = deadlineOf({ day: '2027-04-30', time: '23:59', zone: 'Etc/GMT+12' });

test('“30 April, 23:59 anywhere on Earth” is over when it is 1 May, noon, in universal time, and not a moment before', () => {
	expect(aoe.at).toBe('2027-05-01T11:59:00.000Z');
	expect(closesAt(aoe).toISOString()).toBe('2027-05-01T12:00:00.000Z');
	expect(['2027-05-01T11:59:00.000Z', '2027-05-01T11:59:59.999Z', '2027-05-01T12:00:00.000Z'].map((now) => isBefore(aoe, new Date(now)))).toEqual([true, true, false]);
});

test('nowhere on Earth has that day ended before it is over', () => {
	const lastMoment = new Date(closesAt(aoe).getTime() - 1);
	const zones = [...Intl.supportedValuesOf('timeZone'), 'Etc/GMT+12'];

	const days = new Set(zones.map((zone) => deadlineClock({ at: lastMoment.toISOString(), zone }, zone).day));

	expect([...days].toSorted()).toEqual(['2027-04-30', '2027-05-01', '2027-05-02']);
	expect(zones.filter((zone) => deadlineClock(aoe, zone).day < '2027-04-30')).toEqual([]);
});

test.each([
	['the night before clocks go forward', '2027-03-28', '01:59', 'Europe/Paris', '2027-03-28T00:59:00.000Z'],
	['a time that no clock shows that night moves forward by the gap', '2027-03-28', '02:30', 'Europe/Paris', '2027-03-28T01:30:00.000Z'],
	['a time that clocks show twice is the first of the two', '2027-10-31', '02:30', 'Europe/Paris', '2027-10-31T00:30:00.000Z'],
	['midnight does not exist where clocks go forward at midnight', '2027-04-30', '00:00', 'Africa/Cairo', '2027-04-29T22:00:00.000Z'],
	['the evening after clocks went back', '2027-10-31', '23:59', 'Europe/Paris', '2027-10-31T22:59:00.000Z'],
	['a leap day', '2028-02-29', '23:59', 'America/Bogota', '2028-03-01T04:59:00.000Z'],
	['a zone of half hours', '2027-04-30', '23:59', 'Asia/Kabul', '2027-04-30T19:29:00.000Z'],
	['a zone of three quarters', '2027-04-30', '23:59', 'Asia/Kathmandu', '2027-04-30T18:14:00.000Z'],
	['the first place of the day', '2027-04-30', '23:59', 'Pacific/Kiritimati', '2027-04-30T09:59:00.000Z']
] as const)('a deadline on %s is the instant that the clocks there mean', (_when, day, time, zone, at) => {
	expect(deadlineOf({ day, time, zone })).toEqual({ at, zone });
});

test('a day that no calendar has is refused, and not moved to another', () => {
	for (const day of ['2027-02-29', '2100-02-29', '2027-04-31', '2027-13-01', '30.04.2027']) expect(() => deadlineOf({ day, time: '23:59', zone: 'UTC' })).toThrow(RangeError);
	for (const time of ['24:00', '23:60', '11:59 pm']) expect(() => deadlineOf({ day: '2027-04-30', time, zone: 'UTC' })).toThrow(RangeError);
});

test('the instant is kept: what clocks show at it may change, and nobody loses time', () => {
	fc.assert(
		fc.property(fc.date({ min: new Date('2026-01-01'), max: new Date('2036-01-01'), noInvalidDate: true }), fc.constantFrom(...tableZones, 'Etc/GMT+12', 'Europe/Paris', 'America/New_York'), (date, zone) => {
			const day = date.toISOString().slice(0, 10);
			const deadline = deadlineOf({ day, time: '17:00', zone });
			expect(deadlineClock(deadline, zone)).toEqual({ day, time: '17:00' });
			// On a phone set to 1970 it is not over, and on one set to 2100 it is: so no phone is asked.
			expect([isBefore(deadline, new Date(0)), isBefore(deadline, new Date('2100-01-01'))]).toEqual([true, false]);
		})
	);
});

test('what was committed in time may arrive for 72 hours', () => {
	expect(arrivalMs).toBe(72 * 3600 * 1000);
});

test('what is left is counted to the end of the minute, and never below nothing', () => {
	const left = (now: string) => timeLeft(aoe, new Date(now));

	expect(left('2027-04-28T09:30:00.000Z')).toEqual({ days: 3, hours: 2, minutes: 30 });
	expect(left('2027-05-01T11:58:00.001Z')).toEqual({ days: 0, hours: 0, minutes: 1 });
	expect(left('2027-05-01T11:59:00.001Z')).toEqual({ days: 0, hours: 0, minutes: 0 });
	expect(left('2030-01-01T00:00:00.000Z')).toEqual({ days: 0, hours: 0, minutes: 0 });
});

test('what a page says is left stays true for as long as the page is kept', () => {
	const told = (now: string) => leftAt(aoe, new Date(now));

	expect(told('2027-04-20T09:30:17.000Z')).toEqual({ moment: new Date('2027-04-20T09:00:00.000Z'), left: { days: 11, hours: 3, minutes: 0 }, trueUntil: new Date('2027-04-20T10:00:00.000Z') });
	expect(told('2027-05-01T11:30:17.000Z')).toEqual({ moment: new Date('2027-05-01T11:30:00.000Z'), left: { days: 0, hours: 0, minutes: 30 }, trueUntil: new Date('2027-05-01T11:31:00.000Z') });
	// The last page of an open call ends with the call.
	expect(told('2027-05-01T11:59:59.999Z')?.trueUntil).toEqual(closesAt(aoe));
	expect(told('2027-05-01T12:00:00.000Z')).toBeUndefined();
	fc.assert(
		fc.property(fc.date({ min: new Date('2027-03-01'), max: closesAt(aoe), noInvalidDate: true }), (now) => {
			const said = leftAt(aoe, now);
			if (said === undefined) {
				expect(now.getTime()).toBe(closesAt(aoe).getTime());
				return;
			}
			expect(said.moment.getTime()).toBeLessThanOrEqual(now.getTime());
			expect(said.trueUntil.getTime()).toBeGreaterThan(now.getTime());
			expect(said.left).toEqual(timeLeft(aoe, said.moment));
		})
	);
});

// Known days: Nowruz 1406 (21 March 2027) and the last day of a leap year of the Persian calendar; Enkutatash, the Ethiopian
// new year, on 11 September and, after a leap year, on 12; 1 Muharram 1448 by Umm al-Qura (16 June 2026).
test.each([
	['2027-03-21', 'persian', 'Sunday, 1 Farvardin 1406'],
	['2025-03-20', 'persian', 'Thursday, 30 Esfand 1403'],
	['2027-03-20', 'persian', 'Saturday, 29 Esfand 1405'],
	['2026-09-11', 'ethiopic', 'Friday, 1 Meskerem 2019'],
	['2027-09-12', 'ethiopic', 'Sunday, 1 Meskerem 2020'],
	['2027-09-11', 'ethiopic', 'Saturday, 6 Pagumen 2019'],
	['2026-06-16', 'islamic-umalqura', 'Tuesday, 1 Muharram 1448'],
	['2028-02-29', 'gregory', 'Tuesday, 29 February 2028']
] as const)('%s is told rightly in the calendar %s', (day, calendar, words) => {
	expect(deadlineDay(deadlineOf({ day, time: '12:00', zone: 'UTC' }), { zone: 'UTC', calendar, language: 'en' })).toBe(words);
});

test('in no language is a day given a letter that could be taken for an hour of the morning', () => {
	const calendars: Calendar[] = ['gregory', 'persian', 'ethiopic', 'islamic-umalqura'];
	const told = languages.flatMap((language) => calendars.map((calendar) => deadlineDay(aoe, { zone: 'UTC', calendar, language })));

	expect(told.filter((words) => /\b(?:AM|AP|AH|A\. ?P\.|ERA\d)\b|ه‍?ـ|ه‍\.ش/u.test(words))).toEqual([]);
	expect(told.filter((words) => !/\d$/.test(words))).toEqual([]);
	expect(told.filter((words) => /[٠-٩۰-۹]/.test(words))).toEqual([]);
});

test('the table shows every clock at the one instant, in the order of the clocks, with the reader’s own if she chose one', () => {
	const lines = zoneLines(aoe, 'Pacific/Kiritimati');

	expect(lines.map(({ zone, offset, day, time }) => [zone, offset, day, time])).toEqual([
		['Etc/GMT+12', 'UTC−12:00', '2027-04-30', '23:59'],
		['America/Mexico_City', 'UTC−06:00', '2027-05-01', '05:59'],
		['America/Bogota', 'UTC−05:00', '2027-05-01', '06:59'],
		['America/Sao_Paulo', 'UTC−03:00', '2027-05-01', '08:59'],
		['UTC', 'UTC+00:00', '2027-05-01', '11:59'],
		['Africa/Lagos', 'UTC+01:00', '2027-05-01', '12:59'],
		// Egypt has summer time.
		['Africa/Cairo', 'UTC+03:00', '2027-05-01', '14:59'],
		['Africa/Addis_Ababa', 'UTC+03:00', '2027-05-01', '14:59'],
		['Asia/Tehran', 'UTC+03:30', '2027-05-01', '15:29'],
		['Asia/Kabul', 'UTC+04:30', '2027-05-01', '16:29'],
		['Asia/Kolkata', 'UTC+05:30', '2027-05-01', '17:29'],
		['Asia/Manila', 'UTC+08:00', '2027-05-01', '19:59'],
		['Pacific/Kiritimati', 'UTC+14:00', '2027-05-02', '01:59']
	]);
	expect(zoneLines(aoe, 'UTC')).toHaveLength(12);
	expect(daysInCalendars(aoe, lines, 'en').map(({ day, calendars }) => [day, calendars.map(({ words }) => words)])).toEqual([
		['2027-04-30', ['Friday, 30 April 2027', 'Friday, 10 Ordibehesht 1406', 'Friday, 22 Miazia 2019', expect.stringMatching(/^Friday, \d+ Dhuʻl-Qiʻdah 1448$/)]],
		['2027-05-01', ['Saturday, 1 May 2027', 'Saturday, 11 Ordibehesht 1406', 'Saturday, 23 Miazia 2019', expect.stringMatching(/^Saturday, \d+ Dhuʻl-Qiʻdah 1448$/)]],
		['2027-05-02', ['Sunday, 2 May 2027', 'Sunday, 12 Ordibehesht 1406', 'Sunday, 24 Miazia 2019', expect.stringMatching(/^Sunday, \d+ Dhuʻl-Qiʻdah 1448$/)]]
	]);
});

test('places bear the names that readers know, and none an abbreviation or an address', () => {
	for (const language of languages) {
		const places = [...tableZones, 'America/New_York', 'Africa/Johannesburg', 'Europe/Paris', 'Asia/Beirut'].map((zone) => zonePlace(zone, language));
		expect(places.filter((place) => /[/_]|^[A-Z+\d-]+$|:/.test(place) || place === '')).toEqual([]);
	}
	expect([zonePlace('America/Bogota', 'es'), zonePlace('Africa/Addis_Ababa', 'en'), zonePlace('Asia/Tehran', 'ar'), zonePlace('Asia/Kabul', 'fr')]).toEqual(['Colombia', 'Addis Ababa', 'إيران', 'Afghanistan']);
	expect([zoneWords('UTC', 'fr'), zoneWords('Etc/GMT+12', 'es')]).toEqual(['UTC', 'en cualquier lugar del mundo']);
});

test('a deadline is told in words in each language, with its zone', () => {
	expect(languages.map((language) => deadlineWords(aoe, language))).toEqual([
		'Friday, 30 April 2027, 23:59 (anywhere on Earth)',
		'viernes, 30 de abril de 2027, 23:59 (en cualquier lugar del mundo)',
		'vendredi 30 avril 2027, 23:59 (où que ce soit sur Terre)',
		'الجمعة، 30 أبريل 2027، 23:59 (في أي مكان على الأرض)'
	]);
	expect(deadlineWords(deadlineOf({ day: '2027-04-30', time: '17:00', zone: 'America/Bogota' }), 'en')).toBe('Friday, 30 April 2027, 17:00 (time in Colombia)');
	expect(utcWords(aoe, 'en')).toBe('In universal time: Saturday, 1 May 2027, 11:59 (UTC).');
});

test('lengths of time are counted as each language counts', () => {
	expect(languages.map((language) => durationWords({ days: 2, hours: 1 }, language).replaceAll('\u00a0', ' '))).toEqual(['2 days, 1 hour', '2 días y 1 hora', '2 jours et 1 heure', 'يومان وساعة']);
	expect(durationWords({ hours: 0, minutes: 0 }, 'en')).toBe('0 minutes');
	expect([24, 72, 168, 100].map((hours) => promiseWords(hours, 'en'))).toEqual(['24 hours', '72 hours', '7 days', '100 hours']);
});
