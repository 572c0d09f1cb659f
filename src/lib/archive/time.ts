import type { Language } from '#lib/platform/i18n/language.ts';
import { dateFormat, dayAfter, dayParts, instantOf, isoAt, monthParts, remembered, utc, wallAsUtcMs, yearParts, type WallTime } from '#lib/platform/time/time.ts';
import type { AgendaItem, Forum } from './forum.ts';

interface AgendaSlot {
	readonly start: Date;
	/** After `start`; the same instant only where the agenda does not say when the item ends. */
	readonly end: Date;
	readonly allDay: boolean;
}

interface AgendaDay {
	readonly day: string;
	readonly items: readonly AgendaItem[];
}

/**
 * From when to when an item lasts. An `ends` at or before `starts` is on the next day. Without `starts` the item is the
 * venue's whole day, midnight to midnight. With `starts` alone its end is not known and is given as its start.
 */
export function agendaSlot(item: Pick<AgendaItem, 'day' | 'starts' | 'ends'>, forum: Pick<Forum, 'timeZone'>): AgendaSlot {
	const { day, starts, ends } = item;
	const { timeZone } = forum;
	if (starts === undefined) return { ...span({ day, time: '00:00' }, { day: dayAfter(day), time: '00:00' }, timeZone), allDay: true };
	if (ends === undefined) {
		const start = instantOf({ day, time: starts, timeZone });
		return { start, end: start, allDay: false };
	}
	const lastDay = ends <= starts ? dayAfter(day) : day;
	return { ...span({ day, time: starts }, { day: lastDay, time: ends }, timeZone), allDay: false };
}

interface WrittenSlot extends AgendaSlot {
	/** Start and end in the venue's own clock with its offset, as `isoAt` gives them. */
	readonly startIso: string;
	readonly endIso: string;
}

/** `agendaSlot` for pages, which ask for the same items of the record again and again: once for each as long as it is held. */
export function writtenSlot(item: AgendaItem, forum: Pick<Forum, 'timeZone'>): WrittenSlot {
	const known = writtenSlots.get(item);
	if (known) return known;
	const slot = agendaSlot(item, forum);
	const written = { ...slot, startIso: isoAt(slot.start, forum.timeZone), endIso: isoAt(slot.end, forum.timeZone) };
	writtenSlots.set(item, written);
	return written;
}

const writtenSlots = new WeakMap<AgendaItem, WrittenSlot>();

/** The agenda by the venue's days, in order; within a day what fills it comes first, then by the start. */
export function agendaDays(forum: Pick<Forum, 'agenda'>): AgendaDay[] {
	const days = [...new Set(forum.agenda.map(({ day }) => day))].toSorted();
	return days.map((day) => ({
		day,
		items: forum.agenda.filter((item) => item.day === day).toSorted((a, b) => order(a.starts ?? '', b.starts ?? ''))
	}));
}

/** When a forum was, as exactly as that is known: `12–15 October 2019`, `May 2024`, `2003`. */
export function formatDateRange(forum: Pick<Forum, 'startsOn' | 'endsOn' | 'precision'>, language: Language): string {
	return remembered(dateRanges, `${language} ${forum.precision} ${forum.startsOn} ${forum.endsOn}`, () => {
		const parts = { day: dayParts, month: monthParts, year: yearParts }[forum.precision];
		const range = dateFormat(language, parts).formatRange(utc(forum.startsOn), utc(forum.endsOn));
		// Unicode sets British ranges of days with thin spaces; style guides and the other languages do not.
		return range.replace(/(\d)\s*–\s*(?=\d)/u, '$1–');
	});
}

const dateRanges = new Map<string, string>();

function span(from: WallTime, to: WallTime, timeZone: string): { start: Date; end: Date } {
	const start = instantOf({ ...from, timeZone });
	const end = instantOf({ ...to, timeZone });
	if (end > start) return { start, end };
	// The start fell into a gap and moved past the end: what is left of the promise is the length.
	const lengthMs = wallAsUtcMs(to.day, to.time) - wallAsUtcMs(from.day, from.time);
	return { start, end: new Date(start.getTime() + lengthMs) };
}

function order(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
