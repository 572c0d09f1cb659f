import { intlTag, type Language } from '#lib/platform/i18n/language.ts';
import { instantOf, remembered, wallTimeIn } from '#lib/platform/time/time.ts';

/**
 * Note: A deadline is an instant.
 * It is decided once, from a clock on a wall in a zone, and then kept as an instant: a government that moves its clocks
 * afterwards moves what the clock shows at it, and takes time from nobody. The minute that it names belongs to it: of
 * "23:59" the whole minute counts.
 */
export interface Deadline {
	/** When its minute begins, `2026-05-01T11:59:00.000Z`. */
	readonly at: string;
	/** The IANA zone in which it is told. `Etc/GMT+12` is told as "anywhere on Earth". */
	readonly zone: string;
}

/** Twelve hours behind UTC: while it is still the day anywhere, it is the day there. (The sign in the name is inverted.) */
export const anywhereOnEarth = 'Etc/GMT+12';

/** The deadline of a day and a time on the zone's clocks. Throws RangeError for a day that no calendar has. */
export function deadlineOf({ day, time, zone }: { readonly day: string; readonly time: string; readonly zone: string }): Deadline {
	return { at: instantOf({ day, time, timeZone: zone }).toISOString(), zone };
}

/** The first instant that is too late. */
export function closesAt({ at }: Deadline): Date {
	return new Date(Date.parse(at) + 60_000);
}

export function isBefore(deadline: Deadline, now: Date): boolean {
	return now.getTime() < closesAt(deadline).getTime();
}

/** What is left, cut to whole minutes; all zero once it is over. */
export function timeLeft(deadline: Deadline, now: Date): { readonly days: number; readonly hours: number; readonly minutes: number } {
	const minutes = Math.max(0, Math.floor((closesAt(deadline).getTime() - now.getTime()) / 60_000));
	return { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60) % 24, minutes: minutes % 60 };
}

/** How long something that was committed in time may go on arriving. */
export const arrivalMs = 72 * 60 * 60 * 1000;

/** Calendars beside the Gregorian that a deadline is told in, by their names in Unicode (UTS 35). */
export const calendars = ['gregory', 'persian', 'ethiopic', 'islamic-umalqura'] as const;

export type Calendar = (typeof calendars)[number];

/**
 * The day of the deadline in a zone and a calendar: `Thursday, 30 April 2026`. Without an era, because the calendar is
 * named beside it, and the Ethiopian one (AM) would be taken for a time of the morning.
 */
export function deadlineDay({ at }: Deadline, { zone, calendar, language }: { readonly zone: string; readonly calendar: Calendar; readonly language: Language }): string {
	const tag = language === 'en' ? 'en-GB' : intlTag(language);
	return remembered(days, `${tag} ${calendar} ${zone} ${at}`, () => {
		const parts = new Intl.DateTimeFormat(tag, { calendar, timeZone: zone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).formatToParts(new Date(at));
		const era = parts.findIndex(({ type }) => type === 'era');
		const shown = era < 0 ? parts : parts.filter((_part, at) => at !== era && at !== era - 1);
		return shown.map(({ value }) => value).join('');
	});
}

const days = new Map<string, string>();

/** What the zone's clocks show at the deadline, `23:59`, and the day that it is there, YYYY-MM-DD. */
export function deadlineClock({ at }: Deadline, zone: string): { readonly day: string; readonly time: string } {
	return wallTimeIn(new Date(at), zone);
}
