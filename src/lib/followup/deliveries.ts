import type { ClauseAt, Entry, Happening } from './recommendation.ts';

/** A delivery that was planned, and of which clauses none to the same addressee is recorded since. */
export interface OpenPlan extends Omit<ClauseAt, 'clause'> {
	/** The entry's. */
	readonly id: string;
	readonly to: string;
	/** Those that are not delivered yet. */
	readonly clauses: readonly number[];
	readonly on?: string;
	readonly session?: string;
}

/**
 * The plans of a statement of which something is still to be delivered, in the order in which they were recorded. A delivery that was
 * recorded before a plan does not answer it: whoever plans again means another one.
 */
export function openPlans({ forum, document, history }: { readonly forum: string; readonly document: string; readonly history: readonly Entry[] }): OpenPlan[] {
	const takenBack = new Set(history.flatMap((entry) => (entry.kind === 'taken-back' ? [entry.of] : [])));
	const holds = history.filter(({ id }) => !takenBack.has(id));
	return holds.flatMap((plan, at): OpenPlan[] => {
		if (plan.kind !== 'planned') return [];
		const delivered = new Set(holds.slice(at).flatMap((entry) => (entry.kind === 'sent' && entry.to === plan.to ? entry.clauses : [])));
		const clauses = plan.clauses.filter((clause) => !delivered.has(clause));
		const { id, to, on, session } = plan;
		return clauses.length === 0 ? [] : [{ forum, document, id, to, clauses, ...(on === undefined ? {} : { on }), ...(session === undefined ? {} : { session }) }];
	});
}

/** Whether the day of a plan has come; of a month or a year, whether it has begun. A session without a day has none that could come. */
export function isDue({ on }: Pick<OpenPlan, 'on'>, today: string): boolean {
	return on !== undefined && on <= today.slice(0, on.length);
}

/** The next day with this month and day, `12-09`, from today on. */
export function nextDay(monthAndDay: string, today: string): string {
	const year = Number(today.slice(0, 4));
	return `${today.slice(5) <= monthAndDay ? year : year + 1}-${monthAndDay}`;
}

/** The kinds of entries from which open plans follow. */
export const planningKinds = ['planned', 'sent', 'taken-back'] as const satisfies readonly Happening['kind'][];
