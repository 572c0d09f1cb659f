import type { ForumPlan, PlannedItem, PlannedPerson } from './plan.ts';
import { agendaSlot } from './slot.ts';

/**
 * Something that cannot be as it is planned, or will go badly. None forbids anything: a convenor may know better, and says
 * so by acknowledging it. Items and people by their ids, always in the same order.
 */
export type Conflict =
	| { readonly kind: 'room-twice'; readonly items: Pair; readonly room: string }
	/** `names`: the name under which they are in the first item, and in the second; two where it is one person under two. */
	| { readonly kind: 'person-twice'; readonly items: Pair; readonly names: Pair }
	| { readonly kind: 'no-time-between'; readonly items: Pair; readonly names: Pair; readonly minutes: number }
	| { readonly kind: 'room-too-small'; readonly items: readonly [string]; readonly room: string; readonly expected: number; readonly capacity: number }
	| { readonly kind: 'not-available'; readonly items: readonly [string]; readonly names: readonly [string] }
	| { readonly kind: 'no-interpreter'; readonly items: readonly [string]; readonly language: string };

type Pair = readonly [string, string];

interface Placed {
	readonly item: PlannedItem;
	/** Milliseconds since 1970; the end is not part of it. */
	readonly from: number;
	readonly until: number;
}

/**
 * Every conflict of a plan, in the order of the agenda. Instants are compared and not wall times, so that the hour which
 * comes twice when clocks go back is two hours. Looks only at neighbours in time: the cost grows with the items and the
 * conflicts, not with pairs.
 */
export function conflictsOf(plan: ForumPlan): Conflict[] {
	const placed = placedItems(plan);
	const people = new Map(plan.people.map((person) => [person.id, person]));
	return [...roomsTwice(placed), ...roomsTooSmall(plan, placed), ...peopleTwice(plan, placed, people), ...notAvailable(plan, placed, people), ...withoutInterpreter(placed, people)];
}

/**
 * A conflict as a convenor has seen it: by what it is about and when that is. Once one of its items moves, or more are
 * expected, it is another conflict and has to be looked at again.
 */
export function conflictKey(plan: ForumPlan, conflict: Conflict): string {
	const { kind, items, ...facts } = conflict;
	const when = items.map((id) => {
		const item = plan.items.find((one) => one.id === id);
		return `${id}@${item?.day}T${item?.starts}-${item?.ends}/${item?.room}`;
	});
	return [kind, ...when, ...Object.values(facts).map((fact) => (Array.isArray(fact) ? fact.join('+') : String(fact)))].join(' ');
}

/** What an edit has begun and what it has ended, of the conflicts before and after it. The same two items with other minutes between are the same. */
export function conflictChanges(before: readonly Conflict[], after: readonly Conflict[]): { readonly begun: readonly Conflict[]; readonly ended: readonly Conflict[] } {
	const about = (conflict: Conflict): string => JSON.stringify({ ...conflict, items: conflict.items.toSorted(), minutes: 0, ...('names' in conflict && { names: conflict.names.toSorted() }) });
	const [was, is] = [before, after].map((all) => new Set(all.map(about)));
	return { begun: after.filter((one) => !was?.has(about(one))), ended: before.filter((one) => !is?.has(about(one))) };
}

/** In how many of these conflicts each item is, by its id. */
export function conflictCounts(conflicts: readonly Conflict[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const { items } of conflicts) for (const id of items) counts.set(id, (counts.get(id) ?? 0) + 1);
	return counts;
}

/** How many minutes two items are at once; 0 where one of them fills its day. */
export function minutesTogether({ timeZone }: Pick<ForumPlan, 'timeZone'>, first: PlannedItem, second: PlannedItem): number {
	const [a, b] = [first, second].map(({ day, starts, ends }) => (starts === null || ends === null ? undefined : agendaSlot({ day, starts, ends }, { timeZone })));
	return a && b ? Math.max(0, Math.min(a.end.getTime(), b.end.getTime()) - Math.max(a.start.getTime(), b.start.getTime())) / 60_000 : 0;
}

/** What takes place, with its instants, from the earliest on. */
function placedItems({ items, timeZone }: ForumPlan): Placed[] {
	return items
		.flatMap((item) => {
			const { day, starts, ends, state } = item;
			if (starts === null || ends === null || state === 'cancelled') return [];
			const { start, end } = agendaSlot({ day, starts, ends }, { timeZone });
			return [{ item, from: start.getTime(), until: end.getTime() }];
		})
		.toSorted((a, b) => a.from - b.from || a.until - b.until || (a.item.id < b.item.id ? -1 : 1));
}

/** Each two of these that are at the same time. They come by their beginning. */
function* overlapping<Kind extends Placed>(placed: readonly Kind[]): Generator<readonly [Kind, Kind]> {
	let running: Kind[] = [];
	for (const next of placed) {
		running = running.filter(({ until }) => until > next.from);
		for (const before of running) yield [before, next];
		running.push(next);
	}
}

function roomsTwice(placed: readonly Placed[]): Conflict[] {
	const found: Conflict[] = [];
	for (const [room, inRoom] of Map.groupBy(placed, ({ item }) => item.room)) {
		if (room === null) continue;
		for (const [first, second] of overlapping(inRoom)) found.push({ kind: 'room-twice', items: [first.item.id, second.item.id], room });
	}
	return found;
}

function roomsTooSmall({ rooms }: ForumPlan, placed: readonly Placed[]): Conflict[] {
	const capacities = new Map(rooms.map(({ id, capacity }) => [id, capacity]));
	return placed.flatMap(({ item: { id, room, expected } }): Conflict[] => {
		const capacity = room === null ? null : capacities.get(room);
		return room === null || expected === null || capacity === null || capacity === undefined || expected <= capacity ? [] : [{ kind: 'room-too-small', items: [id], room, expected, capacity }];
	});
}

/** One row for each item that somebody is in, under one name. */
interface Presence extends Placed {
	readonly name: string;
}

function peopleTwice({ bufferMinutes }: ForumPlan, placed: readonly Placed[], people: ReadonlyMap<string, PlannedPerson>): Conflict[] {
	const presences = placed.flatMap((one) => one.item.people.map((part) => ({ person: people.get(part.id)?.person ?? part.id, presence: { ...one, name: part.id } })));
	const found: Conflict[] = [];
	for (const all of Map.groupBy(presences, ({ person }) => person).values()) {
		const theirs = onePresenceEach(all.map(({ presence }) => presence));
		for (const [first, second] of overlapping(theirs)) found.push({ kind: 'person-twice', items: [first.item.id, second.item.id], names: [first.name, second.name] });
		for (const [first, second] of neighbours(theirs)) {
			const minutes = (second.from - first.until) / 60_000;
			if (minutes < 0 || minutes >= bufferMinutes || first.item.room === null || second.item.room === null || first.item.room === second.item.room) continue;
			found.push({ kind: 'no-time-between', items: [first.item.id, second.item.id], names: [first.name, second.name], minutes });
		}
	}
	return found;
}

/** Two roles in one item are one presence, and so are two names: who chairs may speak. */
function onePresenceEach(presences: readonly Presence[]): Presence[] {
	return [...new Map(presences.map((presence) => [presence.item.id, presence])).values()];
}

function* neighbours(presences: readonly Presence[]): Generator<readonly [Presence, Presence]> {
	for (const [at, second] of presences.entries()) {
		const first = presences[at - 1];
		if (first !== undefined) yield [first, second];
	}
}

function notAvailable({ timeZone }: ForumPlan, placed: readonly Placed[], people: ReadonlyMap<string, PlannedPerson>): Conflict[] {
	const windows = new Map<string, readonly { readonly from: number; readonly until: number }[] | null>();
	const windowsOf = (id: string) => {
		const known = windows.get(id);
		if (known !== undefined) return known;
		const made = people.get(id)?.available?.map(({ day, from, until }) => agendaSlot({ day, starts: from, ends: until }, { timeZone })).map(({ start, end }) => ({ from: start.getTime(), until: end.getTime() })) ?? null;
		windows.set(id, made);
		return made;
	};
	return placed.flatMap(({ item, from, until }) =>
		[...new Set(item.people.map(({ id }) => id))].flatMap((id): Conflict[] => {
			const theirs = windowsOf(id);
			return theirs === null || theirs.some((window) => window.from <= from && until <= window.until) ? [] : [{ kind: 'not-available', items: [item.id], names: [id] }];
		})
	);
}

/** A language is offered when it is spoken, or reached from one that is: where one interpreter works from what another says, too. */
function withoutInterpreter(placed: readonly Placed[], people: ReadonlyMap<string, PlannedPerson>): Conflict[] {
	return placed.flatMap(({ item }) => {
		const reached = new Set(item.spoken);
		const interpreters = item.people.filter(({ role }) => role === 'interpreter').map(({ id }) => people.get(id)?.interprets ?? []);
		for (let before = -1; before < reached.size; ) {
			before = reached.size;
			for (const between of interpreters) if (between.some((language) => reached.has(language))) for (const language of between) reached.add(language);
		}
		return item.offered.filter((language) => !reached.has(language)).map((language): Conflict => ({ kind: 'no-interpreter', items: [item.id], language }));
	});
}
