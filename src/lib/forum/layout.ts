import { lengthOf, minutesOf } from './editing.ts';
import type { ForumPlan, PlannedItem } from './plan.ts';

/** Where a block stands in its day: minutes since its midnight, its lane, and its share of that where others are beside it. */
export interface BlockPlace {
	readonly item: PlannedItem;
	readonly from: number;
	readonly minutes: number;
	readonly lane: number;
	readonly column: number;
	readonly columns: number;
}

/** The lanes of each day: the rooms in their order, then where no room is named yet. */
export function lanesOf({ rooms }: Pick<ForumPlan, 'rooms'>): (string | null)[] {
	return [...rooms.map(({ id }) => id), null];
}

/**
 * The blocks of every day in the order in which one reads, by time and then by lane. What is in one lane at once stands
 * beside each other. Items that fill their day are not among them.
 */
export function dayPlaces(plan: Pick<ForumPlan, 'rooms' | 'items'>): Map<string, BlockPlace[]> {
	const lanes = new Map(lanesOf(plan).map((room, at) => [room, at]));
	const byDay = new Map<string, BlockPlace[]>();
	const timed = plan.items.filter(({ starts }) => starts !== null);
	for (const [day, ofDay] of Map.groupBy(timed, (item) => item.day)) {
		const places = [...Map.groupBy(ofDay, ({ room }) => lanes.get(room) ?? lanes.size - 1)].flatMap(([lane, inLane]) => lanePlaces(inLane, lane));
		byDay.set(day, places.sort((a, b) => a.from - b.from || a.lane - b.lane || (a.item.id < b.item.id ? -1 : 1)));
	}
	return byDay;
}

function lanePlaces(items: readonly PlannedItem[], lane: number): BlockPlace[] {
	const placed = items.map((item) => ({ item, lane, from: minutesOf(item.starts ?? '00:00'), minutes: lengthOf(item) })).sort((a, b) => a.from - b.from || b.minutes - a.minutes);
	const done: BlockPlace[] = [];
	let together: (Omit<BlockPlace, 'columns'> & { readonly until: number })[] = [];
	const settle = (): void => {
		const columns = Math.max(0, ...together.map(({ column }) => column + 1));
		done.push(...together.map(({ item, lane, from, minutes, column }) => ({ item, lane, from, minutes, column, columns })));
		together = [];
	};
	for (const one of placed) {
		if (together.every(({ until }) => until <= one.from)) settle();
		const taken = new Set(together.filter(({ until }) => until > one.from).map(({ column }) => column));
		let column = 0;
		while (taken.has(column)) column++;
		together.push({ ...one, column, until: one.from + one.minutes });
	}
	settle();
	return done;
}

/** The hours that a grid has to show, in minutes: the working day, and whatever is earlier or later, past midnight too. */
export function hoursShown(places: Iterable<readonly BlockPlace[]>): { readonly from: number; readonly until: number } {
	let [from, until] = [8 * 60, 19 * 60];
	for (const ofDay of places) {
		for (const place of ofDay) {
			from = Math.min(from, place.from);
			until = Math.max(until, place.from + place.minutes);
		}
	}
	return { from: Math.floor(from / 60) * 60, until: Math.ceil(until / 60) * 60 };
}

/** The lane that is so many steps on, the next day's after a day's last; undefined beyond the first and the last. */
export function laneBeside({ days, rooms }: { readonly days: readonly string[]; readonly rooms: ForumPlan['rooms'] }, { day, room }: Pick<PlannedItem, 'day' | 'room'>, steps: number): { readonly day: string; readonly room: string | null } | undefined {
	const lanes = lanesOf({ rooms });
	const at = days.indexOf(day) * lanes.length + lanes.indexOf(room) + steps;
	const nextDay = days[Math.floor(at / lanes.length)];
	const nextRoom = lanes[((at % lanes.length) + lanes.length) % lanes.length];
	return at < 0 || nextDay === undefined || nextRoom === undefined ? undefined : { day: nextDay, room: nextRoom };
}
