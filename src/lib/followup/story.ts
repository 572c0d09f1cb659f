import type { Answer, Assessor, Entry, Recommendation, Verdict } from './recommendation.ts';

/** An entry as a page tells it: with what took it back, where something did. */
export interface ToldEntry {
	readonly entry: Entry;
	readonly takenBack?: Entry & { readonly kind: 'taken-back' };
}

/**
 * What is recorded of a recommendation, folded. Dates are the earliest ones; of each assessor the latest assessment. Where
 * nothing is recorded nothing is here, and nobody may read that as an answer.
 */
export interface Standing {
	readonly deliveredOn?: string;
	/** A reply of any kind; `no-reply` is none. */
	readonly answeredOn?: string;
	readonly actedOn?: string;
	/** The latest of each addressee. */
	readonly answers: Readonly<Partial<Record<string, Answer>>>;
	readonly assessments: Readonly<Partial<Record<Assessor, Verdict>>>;
	readonly coverage: number;
}

/** How far a recommendation has come, each step after the one before it. */
export const steps = ['made', 'delivered', 'answered', 'acted'] as const;
export type Step = (typeof steps)[number];

/** The history of a clause, in the order in which things happened; what happened at the same time in the order of recording. */
export function storyOf(history: readonly Entry[], clause: number): ToldEntry[] {
	const own = history.filter(({ clauses }) => clauses.includes(clause));
	const takenBack = new Map(own.flatMap((entry) => (entry.kind === 'taken-back' ? [[entry.of, entry] as const] : [])));
	return own
		.filter(({ kind }) => kind !== 'taken-back')
		.map((entry, at) => ({ entry, at }))
		.toSorted((a, b) => compareDates(dayOf(a.entry), dayOf(b.entry)) || a.at - b.at)
		.map(({ entry }) => {
			const back = takenBack.get(entry.id);
			return back === undefined ? { entry } : { entry, takenBack: back };
		});
}

/** What holds of a story today. */
export function standingOf(story: readonly ToldEntry[]): Standing {
	const holds = story.flatMap(({ entry, takenBack }) => (takenBack === undefined ? [entry] : []));
	const first = (isOne: (entry: Entry) => boolean): string | undefined => holds.find(isOne)?.on;
	const [deliveredOn, answeredOn, actedOn] = [
		first(({ kind }) => kind === 'sent'),
		first((entry) => entry.kind === 'response' && entry.answer !== 'no-reply'),
		first(({ kind }) => kind === 'action')
	];
	const latest = {
		answers: Object.fromEntries(holds.flatMap((entry) => (entry.kind === 'response' ? [[entry.from, entry.answer] as const] : []))),
		assessments: Object.fromEntries(holds.flatMap((entry) => (entry.kind === 'assessment' ? [[entry.by, entry.verdict] as const] : [])))
	};
	return {
		...(deliveredOn === undefined ? {} : { deliveredOn }),
		...(answeredOn === undefined ? {} : { answeredOn }),
		...(actedOn === undefined ? {} : { actedOn }),
		...latest,
		coverage: holds.filter(({ kind }) => kind === 'coverage').length
	};
}

/** The furthest step that is recorded: an action without a delivery is an action. */
export function stepOf({ deliveredOn, answeredOn, actedOn }: Standing, until = '9999'): Step {
	const by = (on: string | undefined): boolean => on !== undefined && on.slice(0, 4) <= until;
	return by(actedOn) ? 'acted' : by(answeredOn) ? 'answered' : by(deliveredOn) ? 'delivered' : 'made';
}

/** The day of an entry for its place in a story; a plan without a day stands where it was recorded. */
function dayOf(entry: Entry): string {
	return entry.on ?? entry.recordedOn;
}

/** By what both dates say: a year stands before its months, as it began before them. */
function compareDates(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** What is wrong with an entry beside those before it; undefined where it may follow. */
export function entryProblem(entry: Entry, { recommendations, addressees, history }: { readonly recommendations: readonly Recommendation[]; readonly addressees: ReadonlySet<string>; readonly history: readonly Entry[] }): 'no-recommendation' | 'no-addressee' | 'no-entry' | 'taken-back-already' | 'no-day' | 'no-name' | undefined {
	const known = new Set(recommendations.map(({ clause }) => clause));
	if (!entry.clauses.every((clause) => known.has(clause))) return 'no-recommendation';
	const named = entry.kind === 'planned' || entry.kind === 'sent' ? entry.to : entry.kind === 'response' ? entry.from : entry.kind === 'action' ? entry.by : undefined;
	if (named !== undefined && !addressees.has(named)) return 'no-addressee';
	if (entry.kind === 'planned' && entry.on === undefined && entry.session === undefined) return 'no-day';
	if (entry.kind === 'assessment' && entry.by === 'others' && entry.name === undefined) return 'no-name';
	if (entry.kind !== 'taken-back') return undefined;
	if (!history.some(({ id, kind, clauses }) => id === entry.of && kind !== 'taken-back' && String(clauses) === String(entry.clauses))) return 'no-entry';
	return history.some((other) => other.kind === 'taken-back' && other.of === entry.of) ? 'taken-back-already' : undefined;
}

/** What an editor is told of an entry that cannot stand. */
export const problemWords: Readonly<Record<NonNullable<ReturnType<typeof entryProblem>>, string>> = {
	'no-recommendation': 'This entry names a clause that is no recommendation of this statement.',
	'no-addressee': 'This entry names somebody whom addressees.md does not have.',
	'no-day': 'What is planned needs "on" or "session".',
	'no-name': 'An assessment by others needs "name": who they are.',
	'no-entry': '"of" must be the id of an entry above this one, about the same clauses.',
	'taken-back-already': 'The entry that "of" names is taken back already.'
};
