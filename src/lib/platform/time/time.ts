import { intlTag, type Language } from '#lib/platform/i18n/language.ts';

/**
 * Note: The wall time is the promise.
 * An agenda or a deadline says what the clock on the venue's wall will show. Instants are derived from it, each time anew, with the
 * zone rules that this Node knows, and are never stored: a government that moves its clocks at short notice moves the
 * instant and not the promise. The venue's day is the only day: nothing here looks at a reader's zone, so that an item
 * at 23:30 stays on its day for a reader nine hours ahead.
 */

/** What a clock at the venue shows: `day` is YYYY-MM-DD, `time` HH:MM. */
export interface WallTime {
	readonly day: string;
	readonly time: string;
}

interface ZonedTime extends WallTime {
	/** An IANA name. */
	readonly timeZone: string;
}

/** From `at` on the zone is `after` seconds ahead of UTC; until then it was `before`. */
interface OffsetChange {
	readonly at: Date;
	readonly before: number;
	readonly after: number;
}

const dayMs = 86_400_000;

/**
 * The instant at which the zone's clocks show this time. Two times of a year are not plain, and RFC 5545 (section
 * 3.3.5, form 3) decides both: a time that comes twice (01:30 when clocks go back) is the first of the two; a time that
 * never comes (02:30 when clocks go forward) is counted with the offset from before the gap, so it moves forward by
 * the gap's length. Throws RangeError for a day that no calendar has and for a zone that nobody knows.
 */
export function instantOf(wall: ZonedTime): Date {
	const [first] = instantsShowing(wall);
	if (first !== undefined) return first;
	const wallMs = wallAsUtcMs(wall.day, wall.time);
	return new Date(wallMs - offsetAt(new Date(wallMs - dayMs), wall.timeZone) * 1000);
}

/** Whether the zone's clocks show the time of this instant at two instants, which other programs may decide otherwise. */
export function comesTwice(instant: Date, timeZone: string): boolean {
	return instantsShowing({ ...wallTimeIn(instant, timeZone), timeZone }).length > 1;
}

/** How many seconds the zone's clocks are ahead of UTC at this instant; negative in the Americas. */
export function offsetAt(instant: Date, timeZone: string): number {
	const wholeSecondMs = Math.floor(instant.getTime() / 1000) * 1000;
	return (wallMsAt(wholeSecondMs, timeZone) - wholeSecondMs) / 1000;
}

/** What the zone's clocks show at this instant, to the minute begun. */
export function wallTimeIn(instant: Date, timeZone: string): WallTime {
	const iso = new Date(wallMsAt(instant.getTime(), timeZone)).toISOString();
	return { day: iso.slice(0, 10), time: iso.slice(11, 16) };
}

/** The instant in the zone's own clock with its offset (ISO 8601, RFC 3339): `2019-10-15T15:50:00-04:00`. */
export function isoAt(instant: Date, timeZone: string): string {
	// RFC 3339 has no seconds in an offset (Liberia until 1972): the offset is cut, and the wall time follows it, so
	// that the instant is always exact.
	const offsetMinutes = Math.trunc(offsetAt(instant, timeZone) / 60);
	const wall = new Date(instant.getTime() + offsetMinutes * 60_000).toISOString().slice(0, 19);
	const size = Math.abs(offsetMinutes);
	return `${wall}${offsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`;
}

/** The day after, as the calendar counts and whatever clocks do. */
export function dayAfter(day: string): string {
	return new Date(wallAsUtcMs(day, '00:00') + dayMs).toISOString().slice(0, 10);
}

/** Every change of the zone's offset after `from` and up to `to`, to the second. Two within one week count as one. */
export function offsetChanges({ from, to, timeZone }: { readonly from: Date; readonly to: Date; readonly timeZone: string }): OffsetChange[] {
	const changes: OffsetChange[] = [];
	for (let ms = from.getTime(); ms < to.getTime(); ms += 7 * dayMs) {
		let low = ms;
		let high = Math.min(ms + 7 * dayMs, to.getTime());
		const before = offsetAt(new Date(low), timeZone);
		const after = offsetAt(new Date(high), timeZone);
		if (before === after) continue;
		while (high - low > 1000) {
			const middle = Math.floor((low + high) / 2000) * 1000;
			if (offsetAt(new Date(middle), timeZone) === before) low = middle;
			else high = middle;
		}
		changes.push({ at: new Date(high), before, after });
	}
	return changes;
}

/** A day for a heading: `Saturday, 12 October 2019`. */
export function formatDay(day: string, language: Language): string {
	return remembered(days, `${language} ${day}`, () => dateFormat(language, { weekday: 'long', ...dayParts }).format(utc(day)));
}

const days = new Map<string, string>();

/** A date as exactly as it is known (YYYY, YYYY-MM or YYYY-MM-DD): `2024`, `May 2024`, `18 November 2019`. */
export function formatDate(date: string, language: Language): string {
	const [year = '', month, day] = date.split('-');
	const parts = day !== undefined ? dayParts : month !== undefined ? monthParts : yearParts;
	return dateFormat(language, parts).format(utc(`${year}-${month ?? '01'}-${day ?? '01'}`));
}

/** A time of the agenda (HH:MM) as the language writes it, on a clock of 24 hours. */
export function formatClock(time: string, language: Language): string {
	return remembered(clockTimes, `${language} ${time}`, () => dateFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(wallAsUtcMs('1970-01-01', time)));
}

const clockTimes = new Map<string, string>();

export const yearParts: Intl.DateTimeFormatOptions = { year: 'numeric' };
export const monthParts: Intl.DateTimeFormatOptions = { month: 'long', year: 'numeric' };
export const dayParts: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long', year: 'numeric' };

/** Always in UTC: what is formatted is a day of the calendar, and a day has no zone. */
export function dateFormat(language: Language, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	return remembered(dateFormats, `${language} ${JSON.stringify(parts)}`, () => {
		// Plain `en` is American to Intl ("October 12 – 15, 2019"); the record writes for readers everywhere.
		return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : intlTag(language), { ...parts, timeZone: 'UTC' });
	});
}

/** Making a format costs a hundred times as much as using it. */
const dateFormats = new Map<string, Intl.DateTimeFormat>();

/**
 * Note: Intl is asked once.
 * The days, ranges and offsets of a record are few and on every list, and Intl takes long for each. What it said is kept,
 * and when there is too much of it, all is forgotten and asked again.
 */
export function remembered<Value>(known: Map<string, Value>, key: string, ask: () => Value): Value {
	const before = known.get(key);
	if (before !== undefined) return before;
	if (known.size >= mostRemembered) known.clear();
	const said = ask();
	known.set(key, said);
	return said;
}

const mostRemembered = 5000;

export function utc(day: string): number {
	return wallAsUtcMs(day, '00:00');
}

export function wallAsUtcMs(day: string, time: string): number {
	const ms = Date.parse(`${day}T${time}:00Z`);
	// Date.parse makes 2 March of 30 February and takes 24:00: what does not come back the same is refused.
	if (Number.isNaN(ms) || new Date(ms).toISOString() !== `${day}T${time}:00.000Z`) {
		throw new RangeError('a day is not YYYY-MM-DD, or a time is not HH:MM, or the calendar has no such day');
	}
	return ms;
}

/** The instants at which the zone's clocks show this time, in order: one, rarely two, rarely none. */
function instantsShowing({ day, time, timeZone }: ZonedTime): Date[] {
	const wallMs = wallAsUtcMs(day, time);
	// Clocks have moved by a whole day at most (Samoa, 2011), so the offsets around it are those of the day before and after.
	const offsets = new Set([-dayMs, 0, dayMs].map((ms) => offsetAt(new Date(wallMs + ms), timeZone)));
	return [...offsets]
		.map((offset) => ({ offset, instant: new Date(wallMs - offset * 1000) }))
		.filter(({ offset, instant }) => offsetAt(instant, timeZone) === offset)
		.map(({ instant }) => instant)
		.toSorted((a, b) => a.getTime() - b.getTime());
}

/** The zone's wall clock at an instant, in milliseconds as if it were UTC: cut to the second. */
function wallMsAt(instantMs: number, timeZone: string): number {
	return remembered(wallTimes, `${timeZone} ${instantMs}`, () => {
		const shows = new Map(clockOf(timeZone).formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]));
		const part = (type: Intl.DateTimeFormatPartTypes): number => shows.get(type) ?? Number.NaN;
		return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
	});
}

const wallTimes = new Map<string, number>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
	return remembered(clocks, timeZone, () => {
		return new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
			timeZone,
			hourCycle: 'h23',
			year: 'numeric',
			month: '2-digit',
			day: '2-digit',
			hour: '2-digit',
			minute: '2-digit',
			second: '2-digit'
		});
	});
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function twoDigits(value: number): string {
	return String(value).padStart(2, '0');
}
