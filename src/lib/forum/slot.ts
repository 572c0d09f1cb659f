import { dayAfter, instantOf, wallAsUtcMs, type WallTime } from '#lib/platform/time/time.ts';

/** When something is, in the venue's wall time: `day` is YYYY-MM-DD, `starts` and `ends` HH:MM. */
export interface AgendaTime {
	readonly day: string;
	readonly starts?: string | undefined;
	readonly ends?: string | undefined;
}

export interface AgendaSlot {
	readonly start: Date;
	/** After `start`; the same instant only where the agenda does not say when the item ends. */
	readonly end: Date;
	readonly allDay: boolean;
}

/**
 * From when to when an item lasts. An `ends` at or before `starts` is on the next day. Without `starts` the item is the
 * venue's whole day, midnight to midnight. With `starts` alone its end is not known and is given as its start.
 */
export function agendaSlot({ day, starts, ends }: AgendaTime, { timeZone }: { readonly timeZone: string }): AgendaSlot {
	if (starts === undefined) return { ...span({ day, time: '00:00' }, { day: dayAfter(day), time: '00:00' }, timeZone), allDay: true };
	if (ends === undefined) {
		const start = instantOf({ day, time: starts, timeZone });
		return { start, end: start, allDay: false };
	}
	const lastDay = ends <= starts ? dayAfter(day) : day;
	return { ...span({ day, time: starts }, { day: lastDay, time: ends }, timeZone), allDay: false };
}

function span(from: WallTime, to: WallTime, timeZone: string): { start: Date; end: Date } {
	const start = instantOf({ ...from, timeZone });
	const end = instantOf({ ...to, timeZone });
	if (end > start) return { start, end };
	// The start fell into a gap and moved past the end: what is left of the promise is the length.
	const lengthMs = wallAsUtcMs(to.day, to.time) - wallAsUtcMs(from.day, from.time);
	return { start, end: new Date(start.getTime() + lengthMs) };
}
