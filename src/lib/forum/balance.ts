import { fold } from '#lib/platform/text/fold.ts';
import type { Region } from '#lib/platform/text/region.ts';
import { agendaSlot } from './slot.ts';
import type { Origin } from './needs.ts';
import type { ForumPlan, ForumRole, PlannedItem } from './plan.ts';

/** Somebody who has accepted, as the plan names them. */
export interface Counted {
	readonly person: string;
	readonly origin: Origin;
}

/** One line of a balance. */
export interface Share<Of> {
	/** Null: nothing is said. */
	readonly of: Of | null;
	readonly people: number;
	/** Planned to speak in the programme. */
	readonly minutes: number;
}

/** Who is coming, and to whom the programme gives the word. For the convenors' own eyes: single people are in it. */
export interface Balance {
	readonly regions: readonly Share<Region>[];
	/** As people describe themselves; the same words count together, however they are written. */
	readonly genders: readonly Share<string>[];
}

/** Who speaks by what they are there for; the others are there to serve those who do. */
const speaking: readonly ForumRole[] = ['chair', 'speaker', 'moderator'];

/**
 * The balance of those who have accepted. An item's time is divided equally among those of the plan who speak in it, whether they
 * have accepted or not; what is cancelled, has no hour, or is a break or a meal counts for nobody.
 */
export function balanceOf(plan: Pick<ForumPlan, 'items' | 'people' | 'timeZone'>, coming: readonly Counted[]): Balance {
	const whose = new Map(plan.people.map(({ id, person }) => [id, person]));
	const minutes = new Map<string, number>();
	for (const item of plan.items) {
		const speakers = new Set(item.people.filter(({ role }) => speaking.includes(role)).map(({ id }) => whose.get(id) ?? id));
		const each = minutesOf(item, plan.timeZone) / Math.max(1, speakers.size);
		for (const person of speakers) minutes.set(person, (minutes.get(person) ?? 0) + each);
	}
	// Somebody under two names was perhaps invited under both.
	const people = new Map(coming.map(({ person, origin }) => [whose.get(person) ?? person, origin]));
	const counted = [...people].map(([person, origin]) => ({ origin, minutes: minutes.get(person) ?? 0 }));
	return {
		regions: shares(counted, ({ origin: { region } }) => (region === '' ? null : { key: region, of: region })),
		genders: shares(counted, ({ origin: { gender } }) => (gender.trim() === '' ? null : { key: fold(gender.trim()), of: gender.trim() }))
	};
}

function minutesOf({ state, kind, day, starts, ends }: PlannedItem, timeZone: string): number {
	if (state === 'cancelled' || starts === null || ends === null || kind === 'break' || kind === 'meal') return 0;
	const { start, end } = agendaSlot({ day, starts, ends }, { timeZone });
	return (end.getTime() - start.getTime()) / 60_000;
}

/** The most people first; what nobody said comes last. */
function shares<One extends { readonly minutes: number }, Of>(all: readonly One[], said: (one: One) => { readonly key: string; readonly of: Of } | null): Share<Of>[] {
	const found = new Map<string | null, Share<Of>>();
	for (const one of all) {
		const what = said(one);
		const before = found.get(what?.key ?? null) ?? { of: what?.of ?? null, people: 0, minutes: 0 };
		found.set(what?.key ?? null, { ...before, people: before.people + 1, minutes: before.minutes + one.minutes });
	}
	return [...found.values()]
		.map((share) => ({ ...share, minutes: Math.round(share.minutes) }))
		.toSorted((a, b) => Number(a.of === null) - Number(b.of === null) || b.people - a.people || b.minutes - a.minutes);
}
