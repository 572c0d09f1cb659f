import type { ForumPlan } from './plan.ts';

/** One plan made of two that began with the same. */
export interface Merged {
	readonly plan: ForumPlan;
	/** What both changed, each otherwise, as `items.opening` or `title`: ours stands there, theirs is in the version before. */
	readonly clashes: readonly string[];
}

/**
 * Our edits and theirs in one plan. What only one of us changed is as they have it; an item that one took out and the
 * other changed stays, and what it names that is not there any more is taken out of it.
 */
export function mergedPlans({ base, ours, theirs }: { readonly base: ForumPlan; readonly ours: ForumPlan; readonly theirs: ForumPlan }): Merged {
	const clashes: string[] = [];
	const one = <Field extends keyof ForumPlan>(field: Field): ForumPlan[Field] => chosen(field, [base[field], ours[field], theirs[field]], clashes);
	const each = <Item extends Named>(name: string, of: (plan: ForumPlan) => readonly Item[]): Item[] => mergedLists(name, [of(base), of(ours), of(theirs)], clashes);
	const plan: ForumPlan = {
		slug: one('slug'),
		ordinal: one('ordinal'),
		title: one('title'),
		subject: one('subject'),
		place: one('place'),
		timeZone: one('timeZone'),
		startsOn: one('startsOn'),
		endsOn: one('endsOn'),
		standing: one('standing'),
		workingLanguages: one('workingLanguages'),
		bufferMinutes: one('bufferMinutes'),
		themes: each('themes', ({ themes }) => themes),
		rooms: each('rooms', ({ rooms }) => rooms),
		people: each('people', ({ people }) => people),
		items: each('items', ({ items }) => items),
		acknowledged: each('acknowledged', ({ acknowledged }) => acknowledged.map((id) => ({ id }))).map(({ id }) => id)
	};
	return { plan: withoutDangling(plan), clashes };
}

interface Named {
	readonly id: string;
}

function mergedLists<Item extends Named>(name: string, [base, ours, theirs]: readonly [readonly Item[], readonly Item[], readonly Item[]], clashes: string[]): Item[] {
	const byId = (all: readonly Item[]): ReadonlyMap<string, Item> => new Map(all.map((item) => [item.id, item]));
	const [inBase, inOurs, inTheirs] = [byId(base), byId(ours), byId(theirs)];
	// Theirs in their order, then what is new with us.
	const ids = new Set([...theirs, ...ours].map(({ id }) => id));
	return [...ids].flatMap((id) => {
		const item = chosen(`${name}.${id}`, [inBase.get(id), inOurs.get(id), inTheirs.get(id)], clashes);
		return item === undefined ? [] : [item];
	});
}

/** What one of us changed; ours where both did. Against taking out, a change stands. */
function chosen<Value>(name: string, [base, ours, theirs]: readonly [Value, Value, Value], clashes: string[]): Value {
	if (isSame(ours, theirs) || isSame(base, theirs)) return ours;
	if (isSame(base, ours)) return theirs;
	clashes.push(name);
	return ours ?? theirs;
}

function isSame(a: unknown, b: unknown): boolean {
	return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** What an item names and is not there any more is taken out of it. */
function withoutDangling(plan: ForumPlan): ForumPlan {
	const [rooms, themes, people] = [plan.rooms, plan.themes, plan.people].map((all) => new Set(all.map(({ id }) => id)));
	return {
		...plan,
		items: plan.items.map((item) => {
			const room = item.room !== null && rooms?.has(item.room) ? item.room : null;
			const theme = item.theme !== null && themes?.has(item.theme) ? item.theme : null;
			const there = item.people.every(({ id }) => people?.has(id)) ? item.people : item.people.filter(({ id }) => people?.has(id));
			return room === item.room && theme === item.theme && there === item.people ? item : { ...item, room, theme, people: there };
		})
	};
}
