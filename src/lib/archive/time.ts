import { agendaSlot, type AgendaSlot } from '#lib/forum/slot.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { dateFormat, dayParts, isoAt, monthParts, remembered, utc, yearParts } from '#lib/platform/time/time.ts';
import type { AgendaItem, Forum } from './forum.ts';

interface AgendaDay {
	readonly day: string;
	readonly items: readonly AgendaItem[];
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

function order(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
