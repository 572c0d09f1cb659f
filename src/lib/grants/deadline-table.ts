import { intlTag, type Language } from '#lib/platform/i18n/language.ts';
import { remembered } from '#lib/platform/time/time.ts';
import { offsetName } from '#lib/platform/time/zones.ts';
import { calendars, closesAt, deadlineClock, deadlineDay, timeLeft, type Calendar, type Deadline } from './deadline.ts';

/** Where defenders read a call: one zone for each offset and region, and for each calendar one place that lives by it. */
export const tableZones: readonly string[] = [
	'America/Mexico_City', 'America/Bogota', 'America/Sao_Paulo', 'Africa/Lagos', 'Africa/Cairo', 'Africa/Addis_Ababa', 'Asia/Tehran', 'Asia/Kabul', 'Asia/Kolkata', 'Asia/Manila'
];

/** What clocks and calendars of one zone show at a deadline. */
export interface ZoneLine {
	readonly zone: string;
	/** `UTC−05:00`, as it is then. */
	readonly offset: string;
	/** HH:MM */
	readonly time: string;
	/** YYYY-MM-DD, in the calendar of Gregory. */
	readonly day: string;
}

/** The zones in order of their clocks at the deadline, each once: the deadline's own, UTC, the table's, and the reader's if she chose one. */
export function zoneLines(deadline: Deadline, chosen: string | undefined): ZoneLine[] {
	const instant = new Date(deadline.at);
	const zones = new Set([deadline.zone, 'UTC', ...tableZones, ...(chosen === undefined ? [] : [chosen])]);
	return [...zones]
		.map((zone) => ({ zone, offset: offsetName(instant, zone), ...deadlineClock(deadline, zone) }))
		.toSorted((a, b) => (a.day + a.time < b.day + b.time ? -1 : a.day + a.time > b.day + b.time ? 1 : 0));
}

/** Each day that the zones show at the deadline, in every calendar: an instant falls on two days of the world, rarely three. */
export function daysInCalendars(deadline: Deadline, lines: readonly ZoneLine[], language: Language): { readonly day: string; readonly calendars: readonly { readonly calendar: Calendar; readonly words: string }[] }[] {
	return [...new Map(lines.map((line) => [line.day, line.zone]))]
		.toSorted(([a], [b]) => (a < b ? -1 : 1))
		.map(([day, zone]) => ({ day, calendars: calendars.map((calendar) => ({ calendar, words: deadlineDay(deadline, { zone, calendar, language }) })) }));
}

/** In CLDR's own locations; of English the one without abbreviations that only locals read. */
const tags: Readonly<Record<Language, string>> = { en: 'en-ZA', es: 'es-MX', fr: 'fr', ar: 'ar' };
const around = /^hora de |^heure : | Time$|^توقيت /u;

/** A zone's place in the reader's language, `Colombia` or `Mexico City`; where CLDR has only an abbreviation, the name in the database. */
export function zonePlace(zone: string, language: Language): string {
	return remembered(places, `${language} ${zone}`, () => {
		const name = new Intl.DateTimeFormat(tags[language], { timeZone: zone, timeZoneName: 'shortGeneric' }).formatToParts(0).find(({ type }) => type === 'timeZoneName')?.value ?? '';
		if (around.test(name)) return name.replace(around, '');
		return zone.replace(/^.*\//, '').replaceAll('_', ' ');
	});
}

const places = new Map<string, string>();

const hourMs = 60 * 60 * 1000;

/**
 * Note: What is left, and when that was.
 * A page is kept and sent to many, so it tells the moment at which it counted, and counts from that moment: what it says
 * stays true. The moment is a whole hour, and in the last two days a whole minute, so that the page is made anew, and
 * fetched again by who comes back, only as often as that matters. Nothing left: undefined.
 */
export function leftAt(deadline: Deadline, now: Date): { readonly moment: Date; readonly left: ReturnType<typeof timeLeft>; readonly trueUntil: Date } | undefined {
	const closes = closesAt(deadline);
	if (now >= closes) return undefined;
	const step = closes.getTime() - now.getTime() > 48 * hourMs ? hourMs : 60_000;
	const moment = new Date(Math.floor(now.getTime() / step) * step);
	return { moment, left: timeLeft(deadline, moment), trueUntil: new Date(Math.min(moment.getTime() + step, closes.getTime())) };
}

/** Parts of a length of time in words, `12 days and 3 hours`; what is zero is left out, unless all is. */
export function durationWords(parts: { readonly days?: number; readonly hours?: number; readonly minutes?: number; readonly months?: number }, language: Language): string {
	const tag = intlTag(language);
	const units = ([['month', parts.months], ['day', parts.days], ['hour', parts.hours], ['minute', parts.minutes]] as const).filter(([, count]) => count !== undefined);
	const told = units.filter(([, count]) => count !== 0);
	const words = (told.length > 0 ? told : units.slice(-1)).map(([unit, count]) => new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' }).format(count ?? 0));
	return new Intl.ListFormat(tag, { type: 'unit', style: 'long' }).format(words);
}

/** Hours of a promise as people count: 72 hours, but 7 days. */
export function promiseWords(hours: number, language: Language): string {
	return durationWords(hours > 72 && hours % 24 === 0 ? { days: hours / 24 } : { hours }, language);
}
