import type { ForumPlan } from './plan.ts';

/** One plan made of two that began with the same. */
export interface Merged {
	readonly plan: ForumPlan;
	/** What both changed, each otherwise, as `items.opening` or `title`: ours stands there, theirs is in the version before. */
	readonly clashes: readonly string[];
}

const lists = ['themes', 'rooms', 'people', 'items'] as const;

/**
 * Our edits and theirs in one plan. What only one of us changed is as they have it; an item that one took out and the
 * other changed stays. May be no plan any more (`planProblems`), where they took out a room that we have just used: then
 * our item is without one.
 */
export function mergedPlans({ base, ours, theirs }: { readonly base: ForumPlan; readonly ours: ForumPlan; readonly theirs: ForumPlan }): Merged {
	const clashes: string[] = [];
	const plan: Record<string, unknown> = {};
	for (const field of Object.keys(ours) as (keyof ForumPlan)[]) {
		if (lists.some((list) => list === field) || field === 'acknowledged') continue;
		plan[field] = chosen(field, [base[field], ours[field], theirs[field]], clashes);
	}
	for (const list of lists) plan[list] = mergedLists(list, { base: base[list], ours: ours[list], theirs: theirs[list] }, clashes);
	plan['acknowledged'] = [...new Set([...theirs.acknowledged.filter((key) => ours.acknowledged.includes(key) || !base.acknowledged.includes(key)), ...ours.acknowledged.filter((key) => !base.acknowledged.includes(key))])];
	// Every field of a plan was put there from one of the three.
	return { plan: withoutDangling(plan as unknown as ForumPlan), clashes };
}

interface Named {
	readonly id: string;
}

function mergedLists<Item extends Named>(name: string, { base, ours, theirs }: Record<'base' | 'ours' | 'theirs', readonly Item[]>, clashes: string[]): Item[] {
	const [inBase, inOurs, inTheirs] = [base, ours, theirs].map((all) => new Map(all.map((item) => [item.id, item])));
	// Theirs in their order, then what is new with us.
	const ids = new Set([...theirs, ...ours].map(({ id }) => id));
	return [...ids].flatMap((id) => {
		const item = chosen(`${name}.${id}`, [inBase?.get(id), inOurs?.get(id), inTheirs?.get(id)], clashes);
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
