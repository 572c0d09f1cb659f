import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { expect, test } from 'vitest';
import { agendaSlot } from '#lib/forum/slot.ts';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import { calendarOf } from './calendar.ts';
import { clockChangeForum, clockForwardForum, forum2017, forum2018, forum2019, forum2024, forums, hostileForum, hostileWords, item, longForum, plainForum, text, untouched } from './fixtures.ts';
import type { Forum } from './forum.ts';
import { scheduleJsonOf, scheduleXmlOf } from './schedule.ts';
import { offsetAt } from '#lib/platform/time/time.ts';

const origin = 'https://record.example';
const request = (forum: Forum, language: Language = 'en') => ({ forum, language, origin, revisions: untouched(forum) });
const every = [...forums, plainForum].flatMap((forum) => languages.map((language) => ({ forum, language, name: `${forum.slug} in ${language}` })));
/** A night of New Year in Samoa, where the offset and the day itself once moved, and zones with other rules. */
const elsewhere: readonly Forum[] = (['Pacific/Apia', 'Asia/Kathmandu', 'Africa/Cairo', 'Europe/Lisbon', 'Australia/Lord_Howe', 'UTC'] as const).flatMap((timeZone) =>
	['2011-12-31', '2019-03-31', '2024-10-31'].map((day) => ({
		...plainForum,
		timeZone,
		slug: `${day}-${timeZone.toLowerCase().replace('/', '-')}`,
		agenda: [
			item({ id: 'morning', day, starts: '00:30', ends: '09:15', title: text('Morning') }),
			item({ id: 'night', day, starts: '22:00', ends: '01:00', title: text('Night') })
		]
	}))
);
/** An agenda over three years: each has its changes of clocks. */
const overYears: Forum = {
	...plainForum,
	slug: '2018-over-years',
	agenda: ['2018-12-30', '2020-04-05'].map((day) => item({ id: day, day, starts: '10:00', ends: '11:00', title: text('Meeting') }))
};

function ics(forum: Forum, language: Language = 'en'): string {
	const calendar = calendarOf(request(forum, language));
	if (calendar === null) throw new Error('no calendar');
	return calendar;
}

function unfolded(calendar: string): string[] {
	return calendar.replaceAll('\r\n ', '').split('\r\n').slice(0, -1);
}

function valuesOf(calendar: string, property: string): string[] {
	return unfolded(calendar).filter((line) => line.split(/[;:]/)[0] === property).map((line) => line.slice(line.indexOf(':') + 1));
}

interface ReadEvent {
	readonly uid: string;
	readonly summary: string;
	readonly start: string;
	readonly end: string;
	readonly status: string;
}

/** The events as ical.js understands them, instants by the file's own VTIMEZONE. */
function readByIcalJs(calendar: string): ReadEvent[] {
	const component = ICAL.Component.fromString(calendar);
	const zones = new Map(component.getAllSubcomponents('vtimezone').map((zone) => [String(zone.getFirstPropertyValue('tzid')), new ICAL.Timezone(zone)]));
	return component.getAllSubcomponents('vevent').map((vevent) => {
		const event = new ICAL.Event(vevent);
		const instant = (name: 'dtstart' | 'dtend'): string => {
			const property = vevent.getFirstProperty(name);
			if (property === null) return instant('dtstart');
			const time = property.getFirstValue();
			if (!(time instanceof ICAL.Time)) throw new Error(`${name} is no time`);
			if (time.isDate) return time.toString();
			if (time.zone === ICAL.Timezone.utcTimezone) return time.toJSDate().toISOString();
			const zone = zones.get(String(property.getFirstParameter('tzid')));
			if (zone === undefined) throw new Error(`${name} has a zone that the file does not define`);
			return new Date(Date.parse(`${time.toString()}Z`) - zone.utcOffset(time) * 1000).toISOString();
		};
		return { uid: event.uid, summary: event.summary, start: instant('dtstart'), end: instant('dtend'), status: String(vevent.getFirstPropertyValue('status')) };
	});
}

/** What the agenda says, for comparison. */
function instantsOf(forum: Forum): { uid: string; start: string; end: string }[] {
	return forum.agenda.map((entry) => {
		const { start, end, allDay } = agendaSlot(entry, forum);
		const uid = `${entry.id}.${forum.slug}@record.steadfast.invalid`;
		if (allDay) return { uid, start: entry.day, end: new Date(Date.parse(entry.day) + 86_400_000).toISOString().slice(0, 10) };
		return { uid, start: start.toISOString(), end: end.toISOString() };
	});
}

test('a forum without an agenda is one event of whole days, the same bytes every time', () => {
	const forum = { ...plainForum, title: text('Lines of freedom'), subject: text('Rights; and fear') };
	const revisions = { '': { changedAt: new Date('2026-03-01T08:30:00Z'), sequence: 2 } };

	expect(calendarOf({ forum, language: 'es', origin, revisions })).toBe(
		[
			'BEGIN:VCALENDAR',
			'VERSION:2.0',
			'PRODID:-//Steadfast//Public record//EN',
			'CALSCALE:GREGORIAN',
			'METHOD:PUBLISH',
			'NAME;LANGUAGE=en:Lines of freedom',
			'X-WR-CALNAME:Lines of freedom',
			'BEGIN:VEVENT',
			'UID:2003-frontlines-of-freedom-war-on-terror@record.steadfast.invalid',
			'DTSTAMP:20260301T083000Z',
			'LAST-MODIFIED:20260301T083000Z',
			'SEQUENCE:2',
			'DTSTART;VALUE=DATE:20031111',
			'DTEND;VALUE=DATE:20031113',
			'STATUS:CONFIRMED',
			'SUMMARY;LANGUAGE=en:Lines of freedom',
			'DESCRIPTION;LANGUAGE=en:Rights\\; and fear',
			'LOCATION;LANGUAGE=es:Atlanta\\, Georgia\\, Estados Unidos',
			'URL:https://record.example/es/forums/2003-frontlines-of-freedom-war-on-terr',
			' or',
			'END:VEVENT',
			'END:VCALENDAR',
			''
		].join('\r\n')
	);
});

test('a forum of which only the month is known puts nothing into a calendar, unless it has an agenda', () => {
	const withAgenda = { ...forum2024, agenda: [item({ id: 'day', day: '2024-05-21', title: text('The day') })] };

	expect(calendarOf(request(forum2024))).toBeNull();
	expect(valuesOf(ics(withAgenda), 'DTSTART')).toEqual(['20240521']);
});

test.each(every)('no line of $name is longer than 75 octets, and no fold breaks a character', ({ forum, language }) => {
	const calendar = ics(forum, language);
	const lines = calendar.split('\r\n');

	expect(lines.filter((line) => Buffer.byteLength(line) > 75)).toEqual([]);
	expect(calendar.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
	expect(calendar.endsWith('END:VCALENDAR\r\n')).toBe(true);
	// A half of a character would have become U+FFFD on its way into bytes; the hostile text holds one of its own.
	expect(lines.filter((line) => !line.isWellFormed())).toEqual([]);
});

test('Arabic words and joined emoji come out of the folding as they went in, and lines are used to the full', () => {
	const calendar = ics(longForum);

	expect(readByIcalJs(calendar).map(({ summary }) => summary)).toEqual(longForum.agenda.map(({ title }) => title.in.en));
	expect(new Set(calendar.split('\r\n').map((line) => Buffer.byteLength(line)))).toEqual(expect.objectContaining(new Set([75, 74, 73, 72])));
});

test.each([...forums, ...elsewhere, overYears])('$slug: ical.js reads the instants that the agenda means', (forum) => {
	expect(readByIcalJs(ics(forum)).map(({ uid, start, end }) => ({ uid, start, end }))).toEqual(instantsOf(forum));
});

test.each([...forums, ...elsewhere, overYears])('$slug: every zone that is named is defined, from before its first use to after its last, as Intl knows it', (forum) => {
	const calendar = ics(forum);
	const named = new Set([...calendar.matchAll(/;TZID=([^:]+):/g)].map(([, tzid]) => tzid));
	const component = ICAL.Component.fromString(calendar);
	const [zone, ...more] = component.getAllSubcomponents('vtimezone');
	const onsets = valuesOf(calendar, 'DTSTART').filter((value) => /^\d{8}T\d{6}$/.test(value));
	const years = new Set(forum.agenda.map(({ day }) => day.slice(0, 4)));

	expect([...named]).toEqual([forum.timeZone]);
	expect(more).toEqual([]);
	expect(zone?.getFirstPropertyValue('tzid')).toBe(forum.timeZone);
	expect(onsets[0]?.slice(4)).toMatch(/^0101T0[01]0000$/);
	for (const year of years) {
		for (let ms = Date.UTC(Number(year), 0, 2); ms < Date.UTC(Number(year) + 1, 0, 1); ms += 19 * 3_600_000) {
			expect(offsetByFile(calendar, ms)).toBe(offsetAt(new Date(ms), forum.timeZone));
		}
	}
});

function seconds(offset: string): number {
	return (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 3600 + Number(offset.slice(3, 5)) * 60);
}

/** The offset in seconds at an instant by the file's own onsets, read without any library. */
function offsetByFile(calendar: string, ms: number): number {
	const zone = calendar.slice(calendar.indexOf('BEGIN:VTIMEZONE'), calendar.indexOf('END:VTIMEZONE'));
	const onsets = [...zone.matchAll(/DTSTART:(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\r\nTZOFFSETFROM:(\S+)\r\nTZOFFSETTO:(\S+)/g)].map(
		([, year, month, day, hour, minute, second, from = '', to = '']) => ({
			at: Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - seconds(from) * 1000,
			offset: seconds(to)
		})
	);
	return onsets.findLast(({ at }) => at <= ms)?.offset ?? Number.NaN;
}

test('across the change of clocks the summer hours are called summer hours', () => {
	const names = unfolded(ics(clockChangeForum)).filter((line) => /^(BEGIN:(STANDARD|DAYLIGHT)|DTSTART:\w+0$|TZNAME)/.test(line));

	expect(names).toEqual([
		'BEGIN:STANDARD', 'DTSTART:20190101T000000', 'TZNAME:EST',
		'BEGIN:DAYLIGHT', 'DTSTART:20190310T020000', 'TZNAME:EDT',
		'BEGIN:STANDARD', 'DTSTART:20191103T020000', 'TZNAME:EST'
	]);
});

test('a time that comes twice is written in UTC, because calendars disagree about which of the two it is', () => {
	const lines = unfolded(ics(clockChangeForum));
	const twice = lines.slice(lines.indexOf('UID:twice.2019-clock-change@record.steadfast.invalid'));

	expect(twice.filter((line) => /^DT(START|END)/.test(line)).slice(0, 2)).toEqual(['DTSTART:20191103T053000Z', 'DTEND:20191103T055000Z']);
	expect(lines).toContain('DTSTART;TZID=America/New_York:20191103T004500');
});

test('a time that never comes is written as the time to which it moves, because calendars disagree about it', () => {
	expect(unfolded(ics(clockForwardForum)).filter((line) => line.startsWith('DTSTART;') || line.startsWith('DTEND;'))).toEqual([
		'DTSTART;TZID=America/New_York:20190310T033000',
		'DTEND;TZID=America/New_York:20190310T040000'
	]);
});

test('a forum of whole days only needs no zone', () => {
	const forum = { ...forum2019, agenda: forum2019.agenda.filter(({ starts }) => starts === undefined) };

	expect(ics(forum)).not.toContain('VTIMEZONE');
});

test('no event ends before it starts, and one whose end is not known claims none', () => {
	for (const forum of forums) {
		for (const { uid, start, end } of readByIcalJs(ics(forum))) {
			if (uid.startsWith('open-end.')) expect(end).toBe(start);
			else expect(end > start).toBe(true);
		}
	}
	expect(unfolded(ics(clockChangeForum)).filter((line) => line.startsWith('DTEND'))).toHaveLength(clockChangeForum.agenda.length - 1);
});

test('what is cancelled stays in the calendar as cancelled, and only that', () => {
	expect(readByIcalJs(ics(clockChangeForum)).filter(({ status }) => status !== 'CONFIRMED')).toEqual([
		expect.objectContaining({ uid: 'cancelled.2019-clock-change@record.steadfast.invalid', status: 'CANCELLED' })
	]);
});

test('an item keeps its identifier when its words, its time, the language and the host change, and shares it with none', () => {
	const changed = { ...forum2017, agenda: forum2017.agenda.map((entry) => ({ ...entry, title: text('New'), day: '2018-01-01', starts: '08:00', ends: '08:30' })) };
	const uids = valuesOf(ics(forum2017), 'UID');
	const all = [...forums, plainForum].flatMap((forum) => valuesOf(ics(forum), 'UID'));

	expect(valuesOf(calendarOf({ ...request(changed, 'ar'), origin: 'https://moved.example' }) ?? '', 'UID')).toEqual(uids);
	expect(uids[0]).toBe('opening.2017-freedom-from-fear@record.steadfast.invalid');
	expect(new Set(all).size).toBe(all.length);
});

test('an item says when it last changed and how often, not when the file was asked for; others do not change with it', () => {
	const revisions = { ...untouched(forum2018), conclusions: { changedAt: new Date('2026-04-05T06:07:08.900Z'), sequence: 3 } };
	const calendar = calendarOf({ ...request(forum2018), revisions }) ?? '';

	expect(valuesOf(calendar, 'SEQUENCE')).toEqual(['0', '0', '0', '3']);
	expect(valuesOf(calendar, 'DTSTAMP')).toEqual(['20260301T083000Z', '20260301T083000Z', '20260301T083000Z', '20260405T060708Z']);
	expect(valuesOf(calendar, 'LAST-MODIFIED')).toEqual(valuesOf(calendar, 'DTSTAMP'));
	expect(() => calendarOf({ ...request(forum2018), revisions: {} })).toThrow('revisions');
});

test('an item whose id is a word of JavaScript gets the forum’s revision and no function', () => {
	expect(valuesOf(calendarOf({ ...request(hostileForum), revisions: { '': { changedAt: new Date(0), sequence: 7 } } }) ?? '', 'SEQUENCE')).toEqual(['7', '7', '7']);
});

test('of an item that is not public the calendar tells the title and the time, not the room', () => {
	const lines = unfolded(ics(clockChangeForum));
	const closed = lines.slice(lines.indexOf('UID:closed.2019-clock-change@record.steadfast.invalid'));

	expect(closed.slice(0, closed.indexOf('END:VEVENT')).map((line) => line.split(/[;:]/)[0])).toEqual(
		['UID', 'DTSTAMP', 'LAST-MODIFIED', 'SEQUENCE', 'DTSTART', 'DTEND', 'STATUS', 'SUMMARY', 'URL']
	);
	expect(ics(clockChangeForum)).toContain('LOCATION;LANGUAGE=en:Garden\\, Atlanta');
	expect(lines.join()).not.toContain('CANARY');
});

test('nobody is named in a calendar, also not who spoke in public', () => {
	const forum: Forum = { ...forum2019, people: [{ name: 'CANARY-NAME', part: 'speaker' }], summary: { original: 'en', in: { en: { markdown: 'CANARY-SUMMARY', prose: [] } } } };

	expect(ics(forum)).not.toContain('CANARY');
	for (const each of [forum, hostileForum]) expect(unfolded(ics(each)).filter((line) => /^(ATTENDEE|ORGANIZER|CONTACT)/.test(line))).toEqual([]);
});

test('a property in two languages claims neither', () => {
	const lines = unfolded(ics(forum2018, 'ar'));

	expect(lines.filter((line) => /^(NAME|DESCRIPTION|LOCATION)/.test(line)).map((line) => line.split(':')[0])).toEqual(
		['NAME;LANGUAGE=ar', ...forum2018.agenda.flatMap(() => ['DESCRIPTION', 'LOCATION;LANGUAGE=ar'])]
	);
});

test('no words of an editor can begin a property or a component of their own, for any reader’s idea of a line', () => {
	const allowed = /^(BEGIN|END|VERSION|PRODID|CALSCALE|METHOD|NAME|X-WR-CALNAME|TZID|DTSTART|DTEND|TZOFFSETFROM|TZOFFSETTO|TZNAME|UID|DTSTAMP|LAST-MODIFIED|SEQUENCE|STATUS|SUMMARY|DESCRIPTION|LOCATION|URL)[;:]/;
	const calendar = ics(hostileForum);

	// What Python's splitlines takes for the end of a line.
	// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
	expect(calendar.replaceAll('\r\n ', '').split(/\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/).filter((line) => line !== '' && !allowed.test(line))).toEqual([]);
	expect(calendar.match(/^BEGIN:/gm)).toHaveLength(1 + 1 + 3 + 3);
	expect(readByIcalJs(calendar)[0]?.summary).toBe(
		'Hi]]>, <script>alert(1)</script>; "a\\b\\n" \'c\' &amp;\nATTENDEE:mailto:x@y.example\nBEGIN:VALARM\nEND:VEVENT\nATTENDEE:a\nATTENDEE:b\nATTENDEE:c\uffff\ufffd --> %0D%0A'
	);
	expect(hostileWords).toContain('\r\nATTENDEE');
});

test('whatever a title is, ical.js reads it as it was and finds one event', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (title) => {
			const [event, ...more] = readByIcalJs(ics({ ...forum2018, agenda: [item({ id: 'a', day: '2018-07-24', starts: '10:00', title: text(title) })] }));

			const wanted = title.replace(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/g, '\n').replace(/(?![\n\t])\p{Cc}/gu, '');
			expect(event?.summary ?? '').toBe(wanted);
			expect(more).toEqual([]);
		})
	);
});

const python = ['python3', '/usr/bin/python3'].find((program) => spawnSync(program, ['-c', 'import vobject']).status === 0);
const readByVobject = `
import json, sys, vobject
from datetime import datetime, timezone
events = []
calendar = vobject.readOne(sys.stdin.buffer.read().decode('utf-8'))
calendar.validate(raiseException=True)
def instant(value):
    return value.astimezone(timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.000Z') if isinstance(value, datetime) else value.isoformat()
for event in calendar.vevent_list:
    end = event.dtend if hasattr(event, 'dtend') else event.dtstart
    events.append({'uid': event.uid.value, 'start': instant(event.dtstart.value), 'end': instant(end.value)})
print(json.dumps(events))
`;

test.skipIf(python === undefined).each([...forums, ...elsewhere, overYears])(
	`$slug: vobject, which is not ours, finds the calendar valid and reads the same instants${python === undefined ? ' (skipped: no python3-vobject)' : ''}`,
	(forum) => {
		const read = spawnSync(python ?? '', ['-c', readByVobject], { input: ics(forum), encoding: 'utf8' });

		// Without the optional pytz it grumbles about some zones, and reads them all the same.
		expect(read.status, read.stderr).toBe(0);
		expect(JSON.parse(read.stdout)).toEqual(instantsOf(forum));
	}
);

function lasting(date: string, duration: string): string[] {
	const [hours = 0, minutes = 0] = duration.split(':').map(Number);
	return [new Date(date).toISOString(), new Date(Date.parse(date) + (hours * 60 + minutes) * 60_000).toISOString()];
}

interface Json {
	readonly schedule: { readonly conference: { readonly days: readonly { readonly rooms: Readonly<Record<string, readonly { date: string; end?: string; duration: string }[]>> }[] } };
}

test.each([...forums, ...elsewhere, overYears])('$slug: calendar, schedule.xml and schedule.json send people to the same place at the same instant', (forum) => {
	const cancelled = new Set(forum.agenda.filter((entry) => entry.cancelled).map(({ id }) => `${id}.${forum.slug}@record.steadfast.invalid`));
	const xml = scheduleXmlOf(request(forum)) ?? '';
	// schedule.test.ts holds the shape to its JSON Schema.
	const json = JSON.parse(scheduleJsonOf(request(forum)) ?? '') as Json;
	const events = json.schedule.conference.days.flatMap(({ rooms }) => Object.values(rooms).flat());

	const inCalendar = readByIcalJs(ics(forum)).filter(({ uid, start }) => start.includes('T') && !cancelled.has(uid)).map(({ start, end }) => [start, end]).toSorted();
	const inXml = [...xml.matchAll(/<date>(.+?)<\/date>\s*<start>.+?<\/start>\s*<duration>(.+?)<\/duration>/g)].map(([, date = '', duration = '']) => lasting(date, duration)).toSorted();
	const inJson = events.map(({ date, duration }) => lasting(date, duration)).toSorted();
	const inJsonByEnd = events.map(({ date, end }) => [new Date(date).toISOString(), new Date(end ?? date).toISOString()]).toSorted();

	expect(inCalendar.length).toBeGreaterThan(0);
	expect(inXml).toEqual(inCalendar);
	expect(inJson).toEqual(inCalendar);
	expect(inJsonByEnd).toEqual(inCalendar);
});
