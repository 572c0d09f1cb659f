import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { Language } from '#lib/platform/i18n/language.ts';
import { formatClock } from '#lib/platform/time/time.ts';
import { anywhereOnEarth, deadlineClock, deadlineDay, type Calendar, type Deadline } from './deadline.ts';
import { zonePlace } from './deadline-table.ts';

/** A zone as a reader knows it: `anywhere on Earth`, `UTC`, `Colombia`. */
export function zoneWords(zone: string, language: Language): string {
	if (zone === anywhereOnEarth) return m.grants_zone_aoe({}, { locale: language });
	return zone === 'UTC' ? 'UTC' : zonePlace(zone, language);
}

/** A deadline in its own zone: `Thursday, 30 April 2026, 23:59 (anywhere on Earth)`. */
export function deadlineWords(deadline: Deadline, language: Language): string {
	const { zone } = deadline;
	const locale = { locale: language };
	const place = zoneWords(zone, language);
	const named = zone === anywhereOnEarth || zone === 'UTC' ? place : m.grants_zone_of({ place }, locale);
	return m.grants_when({ day: deadlineDay(deadline, { zone, calendar: 'gregory', language }), time: formatClock(deadlineClock(deadline, zone).time, language), zone: named }, locale);
}

/** The same instant in universal time, as a sentence. */
export function utcWords(deadline: Deadline, language: Language): string {
	return m.grants_in_utc({ day: deadlineDay(deadline, { zone: 'UTC', calendar: 'gregory', language }), time: formatClock(deadlineClock(deadline, 'UTC').time, language) }, { locale: language });
}

export function calendarName(calendar: Calendar, language: Language): string {
	const locale = { locale: language };
	switch (calendar) {
		case 'gregory':
			return m.grants_calendar_gregory({}, locale);
		case 'persian':
			return m.grants_calendar_persian({}, locale);
		case 'ethiopic':
			return m.grants_calendar_ethiopic({}, locale);
		case 'islamic-umalqura':
			return m.grants_calendar_islamic({}, locale);
	}
}
