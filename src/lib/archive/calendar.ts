import { agendaSlot } from '#lib/forum/slot.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { calendarText, compact, escapeText, textLine, utcTime, type Words } from '#lib/platform/text/calendar-lines.ts';
import type { AgendaItem, Forum, Revision, Revisions } from './forum.ts';
import { agendaPath, forumPath, pageUrl, recordDomain } from './sitemap.ts';
import { shown, type Text } from '#lib/platform/i18n/text.ts';
import { comesTwice, dayAfter, instantOf, offsetAt, offsetChanges, wallTimeIn } from '#lib/platform/time/time.ts';

/**
 * Note: What a calendar keeps.
 * Whoever subscribes has copies that we can never take back, so the file says little and says it in the same way for
 * ever. An item's UID is made from its id and its forum's slug and survives every change of words, time or host; a
 * change raises SEQUENCE; DTSTAMP and LAST-MODIFIED tell when the item last changed and not when the file was asked
 * for, so that the same record gives the same bytes. A cancelled item stays, marked as cancelled, because calendars
 * keep what merely disappears. Nobody is named: there is no ATTENDEE, and no ORGANIZER either, although RFC 5546 wants
 * one with METHOD:PUBLISH: it would have to be somebody's mail address.
 */
interface CalendarRequest {
	readonly forum: Forum;
	readonly language: Language;
	/** `https://record.example`, without a slash at its end. */
	readonly origin: string;
	readonly revisions: Revisions;
}

/**
 * A forum as an iCalendar file (RFC 5545, with NAME of RFC 7986): an event for each agenda item, of which one that is
 * not public has its title and time only; without an agenda one event for the forum. Null where there is nothing to put
 * on a day: no agenda, and a date known to the month or the year only (a calendar without an event is not valid).
 */
export function calendarOf(request: CalendarRequest): string | null {
	const { forum, language } = request;
	if (forum.agenda.length === 0 && forum.precision !== 'day') return null;
	const name = shown(forum.title, language);
	const lines = [
		'BEGIN:VCALENDAR',
		'VERSION:2.0',
		'PRODID:-//Steadfast//Public record//EN',
		'CALSCALE:GREGORIAN',
		'METHOD:PUBLISH',
		textLine('NAME', name),
		// What calendars read that are older than RFC 7986.
		`X-WR-CALNAME:${escapeText(name.words)}`,
		...timeZoneLines(forum),
		...(forum.agenda.length > 0 ? forum.agenda.flatMap((item) => itemLines(item, request)) : forumLines(request)),
		'END:VCALENDAR'
	];
	return calendarText(lines);
}

function itemLines(item: AgendaItem, { forum, language, origin, revisions }: CalendarRequest): string[] {
	return [
		'BEGIN:VEVENT',
		`UID:${escapeText(`${item.id}.${forum.slug}@${recordDomain}`)}`,
		...revisionLines(revisionOf(revisions, item.id)),
		...whenLines(item, forum),
		statusLine(item.cancelled ? 'cancelled' : forum.standing),
		textLine('SUMMARY', shown(item.title, language)),
		...(item.public
			? [textLine('DESCRIPTION', joined([forum.title, forum.subject], '\n', language)), textLine('LOCATION', placeOf(item, forum, language))]
			: []),
		`URL:${pageUrl({ origin, language, path: agendaPath(forum.slug) })}`,
		'END:VEVENT'
	];
}

function forumLines({ forum, language, origin, revisions }: CalendarRequest): string[] {
	return [
		'BEGIN:VEVENT',
		// No agenda item's UID can be the same: each has a full stop after the item's id, and a slug has none.
		`UID:${escapeText(`${forum.slug}@${recordDomain}`)}`,
		...revisionLines(revisionOf(revisions, '')),
		...wholeDayLines(forum.startsOn, forum.endsOn),
		statusLine(forum.standing),
		textLine('SUMMARY', shown(forum.title, language)),
		textLine('DESCRIPTION', shown(forum.subject, language)),
		textLine('LOCATION', shown(forum.place, language)),
		`URL:${pageUrl({ origin, language, path: forumPath(forum.slug) })}`,
		'END:VEVENT'
	];
}

/** What is postponed has no day that anybody should count on. */
function statusLine(standing: Forum['standing']): string {
	return `STATUS:${standing === 'cancelled' ? 'CANCELLED' : standing === 'postponed' ? 'TENTATIVE' : 'CONFIRMED'}`;
}

/** The item's own revision; the forum's where the item has none of its own. */
function revisionOf(revisions: Revisions, id: string): Revision {
	const key = Object.hasOwn(revisions, id) ? id : '';
	const revision = Object.hasOwn(revisions, key) ? revisions[key] : undefined;
	if (revision === undefined) throw new Error('the revisions of a forum lack the one of the forum as a whole');
	return revision;
}

function revisionLines({ changedAt, sequence }: Revision): string[] {
	const at = utcTime(changedAt);
	return [`DTSTAMP:${at}`, `LAST-MODIFIED:${at}`, `SEQUENCE:${sequence}`];
}

function whenLines(item: AgendaItem, forum: Forum): string[] {
	const { start, end, allDay } = agendaSlot(item, forum);
	if (allDay) return wholeDayLines(item.day, item.day);
	// Without DTEND an event with a time ends when it begins (section 3.6.1): the end is not known.
	const lasts = end > start;
	if (comesTwice(start, forum.timeZone) || comesTwice(end, forum.timeZone)) {
		// RFC 5545 takes the first of two equal times, ical.js 2.2 the second. UTC leaves no choice.
		return [`DTSTART:${utcTime(start)}`, ...(lasts ? [`DTEND:${utcTime(end)}`] : [])];
	}
	const zoned = (name: string, instant: Date): string => `${name};TZID=${forum.timeZone}:${zoneTime(instant, forum.timeZone)}`;
	return [zoned('DTSTART', start), ...(lasts ? [zoned('DTEND', end)] : [])];
}

function wholeDayLines(first: string, last: string): string[] {
	return [`DTSTART;VALUE=DATE:${compact(first)}`, `DTEND;VALUE=DATE:${compact(dayAfter(last))}`];
}

function placeOf(item: AgendaItem, forum: Forum, language: Language): Words {
	return joined(item.room === undefined ? [forum.place] : [item.room, forum.place], ', ', language);
}

function joined(texts: readonly Text[], separator: string, language: Language): Words {
	const parts = texts.map((text) => shown(text, language));
	const first = parts[0]?.language;
	return {
		words: parts.map(({ words }) => words).join(separator),
		language: parts.every((part) => part.language === first) ? first : undefined
	};
}

/**
 * The zone as the calendar's reader needs it (VTIMEZONE): what held when the first year of the agenda began, and every
 * change until its last year ends, from the same rules that made the instants. Nothing where no item has a time.
 */
function timeZoneLines(forum: Forum): string[] {
	const timed = forum.agenda.filter(({ starts }) => starts !== undefined).map((item) => agendaSlot(item, forum));
	if (timed.length === 0) return [];
	const { timeZone } = forum;
	const from = newYear(yearOf(Math.min(...timed.map(({ start }) => start.getTime()))));
	const to = newYear(yearOf(Math.max(...timed.map(({ end }) => end.getTime()))) + 1);
	const first = offsetAt(from, timeZone);
	const long = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'long' });
	const short = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' });
	const observances = [{ at: from, before: first, after: first }, ...offsetChanges({ from, to, timeZone })];
	return [
		'BEGIN:VTIMEZONE',
		`TZID:${timeZone}`,
		...observances.flatMap(({ at, before, after }) => {
			const kind = /Summer|Daylight/.test(nameAt(long, at)) ? 'DAYLIGHT' : 'STANDARD';
			return [
				`BEGIN:${kind}`,
				// The onset is written as the clock from before it shows it (section 3.6.5).
				`DTSTART:${compact(new Date(at.getTime() + before * 1000).toISOString().slice(0, 19))}`,
				`TZOFFSETFROM:${utcOffset(before)}`,
				`TZOFFSETTO:${utcOffset(after)}`,
				`TZNAME:${escapeText(nameAt(short, at))}`,
				`END:${kind}`
			];
		}),
		'END:VTIMEZONE'
	];

	function yearOf(instantMs: number): number {
		return Number(wallTimeIn(new Date(instantMs), timeZone).day.slice(0, 4));
	}

	function newYear(year: number): Date {
		return instantOf({ day: `${year}-01-01`, time: '00:00', timeZone });
	}
}

function nameAt(format: Intl.DateTimeFormat, at: Date): string {
	return format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

function zoneTime(instant: Date, timeZone: string): string {
	const { day, time } = wallTimeIn(instant, timeZone);
	return `${compact(day)}T${compact(time)}00`;
}

/** `-0400`; with seconds only where a zone has them (section 3.3.14). */
function utcOffset(seconds: number): string {
	const size = Math.abs(seconds);
	const [hours, minutes, rest] = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60].map((part) => String(part).padStart(2, '0'));
	return `${seconds < 0 ? '-' : '+'}${hours}${minutes}${rest === '00' ? '' : rest}`;
}
