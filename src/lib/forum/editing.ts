import type { ForumPlan, PlannedItem } from './plan.ts';

/**
 * Note: An edit is a new plan.
 * Nothing of a plan changes in place: an edit gives another plan, which shares with the old one all that stayed. So undo is
 * the plan before, two convenors' plans can be compared item by item, and what did not change need not be drawn again.
 */
export interface Placement {
	readonly day: string;
	readonly room: string | null;
	/** HH:MM */
	readonly starts: string;
}

const minutesOfDay = 24 * 60;

/** HH:MM as minutes since midnight. */
export function minutesOf(clock: string): number {
	const [hours = 0, minutes = 0] = clock.split(':').map(Number);
	return hours * 60 + minutes;
}

/** Minutes since midnight as HH:MM; a day later it is the same clock again. */
export function clockOf(minutes: number): string {
	const within = ((minutes % minutesOfDay) + minutesOfDay) % minutesOfDay;
	return `${String(Math.floor(within / 60)).padStart(2, '0')}:${String(within % 60).padStart(2, '0')}`;
}

/** How long an item lasts by the clock on the wall, in minutes; 0 for one that fills its day. */
export function lengthOf({ starts, ends }: Pick<PlannedItem, 'starts' | 'ends'>): number {
	if (starts === null || ends === null) return 0;
	const minutes = minutesOf(ends) - minutesOf(starts);
	return minutes > 0 ? minutes : minutes + minutesOfDay;
}

/** The plan with one item changed; the same plan where nothing would be. */
export function changed(plan: ForumPlan, id: string, change: (item: PlannedItem) => PlannedItem): ForumPlan {
	const at = plan.items.findIndex((item) => item.id === id);
	const item = plan.items[at];
	if (item === undefined) return plan;
	const next = change(item);
	return next === item || JSON.stringify(next) === JSON.stringify(item) ? plan : { ...plan, items: plan.items.with(at, next) };
}

/** An item put somewhere else, as long as it was; one that filled its day becomes an hour. */
export function moved(plan: ForumPlan, id: string, { day, room, starts }: Placement): ForumPlan {
	return changed(plan, id, (item) => ({ ...item, day, room, starts, ends: clockOf(minutesOf(starts) + (lengthOf(item) || 60)) }));
}

/** An item that lasts so long from when it starts: five minutes at least, and less than a day. */
export function lasting(plan: ForumPlan, id: string, minutes: number): ForumPlan {
	const length = Math.min(Math.max(Math.round(minutes), 5), minutesOfDay - 5);
	return changed(plan, id, (item) => (item.starts === null ? item : { ...item, ends: clockOf(minutesOf(item.starts) + length) }));
}

/** A plan with an item more. */
export function withItem(plan: ForumPlan, item: PlannedItem): ForumPlan {
	return { ...plan, items: [...plan.items, item] };
}

/** A plan without an item, as if it had never been planned. What was released is cancelled instead, so that calendars hear of it. */
export function withoutItem(plan: ForumPlan, id: string): ForumPlan {
	return { ...plan, items: plan.items.filter((item) => item.id !== id) };
}

/** An item nobody has written anything into. */
export function newItem({ id, day, room, starts }: Placement & { readonly id: string }, language: PlannedItem['title']['original']): PlannedItem {
	return {
		id,
		kind: 'panel',
		state: 'draft',
		title: { original: language, in: { [language]: '' } },
		day,
		starts,
		ends: clockOf(minutesOf(starts) + 60),
		room,
		theme: null,
		disclosure: 'participants',
		recording: { stream: false, archive: false },
		people: [],
		expected: null,
		spoken: [],
		offered: [],
		questionsMinutes: null
	};
}

/** The days of the forum, in order, and any other on which something is planned. */
export function daysOf({ startsOn, endsOn, items }: Pick<ForumPlan, 'startsOn' | 'endsOn' | 'items'>): string[] {
	const days = new Set(items.map(({ day }) => day));
	for (let at = Date.parse(startsOn); at <= Date.parse(endsOn) && days.size < 100; at += 86_400_000) days.add(new Date(at).toISOString().slice(0, 10));
	return [...days].sort();
}

/** Where an edit stands among those before it. */
export interface History {
	readonly now: ForumPlan;
	readonly before: readonly ForumPlan[];
	readonly after: readonly ForumPlan[];
}

/** So many edits can be taken back. */
const mostKept = 200;

export function beginning(plan: ForumPlan): History {
	return { now: plan, before: [], after: [] };
}

/** After an edit: what was taken back before it is gone. The same plan is no edit. */
export function edited(history: History, plan: ForumPlan): History {
	return plan === history.now ? history : { now: plan, before: [...history.before, history.now].slice(-mostKept), after: [] };
}

export function undone(history: History): History {
	const plan = history.before.at(-1);
	return plan === undefined ? history : { now: plan, before: history.before.slice(0, -1), after: [history.now, ...history.after] };
}

export function redone(history: History): History {
	const [plan, ...after] = history.after;
	return plan === undefined ? history : { now: plan, before: [...history.before, history.now], after };
}

