import type { Addressee } from './recommendation.ts';
import { assessors, verdicts, type Assessor, type ClauseAt, type Verdict } from './recommendation.ts';
import { byArticle, instrumentOf, isRight, type Right } from './rights.ts';
import { stepOf, steps, type Standing, type Step } from './story.ts';
import { goalOf, isGoalOrTarget } from './targets.ts';

/** What lists and counts need of a recommendation; its words are read when it is shown. */
export interface TrackerLine extends ClauseAt {
	/** YYYY, YYYY-MM or YYYY-MM-DD: when the statement was published, or else its forum was held. */
	readonly madeOn: string;
	readonly addressees: readonly string[];
	readonly rights: readonly Right[];
	readonly targets: readonly string[];
	readonly standing: Standing;
}

/** What a reader asked the tracker for. */
export interface TrackerRequest {
	readonly addressee?: string;
	/** A right, or the letters of an instrument for all of its articles. */
	readonly right?: string;
	/** A goal, or one of its targets. */
	readonly goal?: string;
	/** A country's two letters. */
	readonly state?: string;
	readonly forum?: string;
	readonly year?: string;
	readonly step?: Step;
	/** From 1. */
	readonly page: number;
}

export const filterNames = ['addressee', 'right', 'goal', 'state', 'forum', 'year', 'step'] as const satisfies readonly (keyof TrackerRequest)[];
export type FilterName = (typeof filterNames)[number];

export const linesOnPage = 20;

/** The tracker that an address asks for. What cannot be read is left out. */
export function parseTracker(parameters: Pick<URLSearchParams, 'get'>): TrackerRequest {
	const found = <Name extends Exclude<FilterName, 'step'>>(name: Name, isOne: (value: string) => boolean): Partial<Record<Name, string>> => {
		const value = parameters.get(name) ?? '';
		// One key, which is the name.
		return isOne(value) ? ({ [name]: value } as Record<Name, string>) : {};
	};
	const isSlug = (value: string): boolean => /^[a-z0-9-]{1,80}$/.test(value);
	const step = steps.find((one) => one === parameters.get('step'));
	const page = Number(parameters.get('page') ?? 1);
	return {
		...found('addressee', isSlug),
		...found('right', (value) => isRight(value) || /^[A-Z]{2,6}$/.test(value)),
		...found('goal', isGoalOrTarget),
		...found('state', (value) => /^[A-Z]{2}$/.test(value)),
		...found('forum', isSlug),
		...found('year', (value) => /^\d{4}$/.test(value)),
		...(step === undefined ? {} : { step }),
		page: Number.isInteger(page) && page >= 1 && page <= 1000 ? page : 1
	};
}

/** The query of a request, `?right=ICCPR-19` or nothing. */
export function trackerQuery({ page, ...filters }: TrackerRequest): string {
	const parameters = new URLSearchParams();
	for (const name of filterNames) if (filters[name] !== undefined) parameters.set(name, filters[name]);
	if (page > 1) parameters.set('page', String(page));
	return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

type Addressees = ReadonlyMap<string, Pick<Addressee, 'state' | 'kind'>>;

/** Whether a line is among what is asked for; `but` leaves one filter out. */
export function fits(line: TrackerLine, request: TrackerRequest, { addressees, but }: { readonly addressees: Addressees; readonly but?: FilterName }): boolean {
	const asked = (name: FilterName): string | undefined => (name === but ? undefined : request[name]);
	const [addressee, right, goal, state, forum, year, step] = filterNames.map(asked);
	return (
		(forum === undefined || line.forum === forum) &&
		(year === undefined || line.madeOn.startsWith(year)) &&
		(addressee === undefined || line.addressees.includes(addressee)) &&
		(right === undefined || line.rights.some((one) => one === right || instrumentOf(one) === right)) &&
		(goal === undefined || line.targets.some((one) => one === goal || (!goal.includes('.') && String(goalOf(one)) === goal))) &&
		(state === undefined || line.addressees.some((one) => addressees.get(one)?.state === state)) &&
		(step === undefined || stepOf(line.standing) === step)
	);
}

/** How many lines each value of a filter would give, while the others stay as they are. */
export type Facets = Readonly<Record<FilterName, ReadonlyMap<string, number>>>;

export function facetsOf(lines: readonly TrackerLine[], request: TrackerRequest, addressees: Addressees): Facets {
	const counts = Object.fromEntries(filterNames.map((name) => [name, new Map<string, number>()])) as Record<FilterName, Map<string, number>>;
	for (const line of lines) {
		for (const name of filterNames) {
			if (!fits(line, request, { addressees, but: name })) continue;
			for (const value of valuesOf(line, name, addressees)) counts[name].set(value, (counts[name].get(value) ?? 0) + 1);
		}
	}
	return counts;
}

function valuesOf(line: TrackerLine, name: FilterName, addressees: Addressees): Iterable<string> {
	switch (name) {
		case 'addressee':
			return line.addressees;
		case 'right':
			return line.rights;
		case 'goal':
			return new Set(line.targets.map((one) => String(goalOf(one))));
		case 'state':
			return new Set(line.addressees.flatMap((one) => addressees.get(one)?.state ?? []));
		case 'forum':
			return [line.forum];
		case 'year':
			return [line.madeOn.slice(0, 4)];
		case 'step':
			return [stepOf(line.standing)];
	}
}

/** How many recommendations had come how far at the end of a year; each is counted once, at its furthest step. */
export interface YearOfProgress {
	readonly year: number;
	readonly steps: Readonly<Record<Step, number>>;
}

/** From the year of the first recommendation to this one, at most so many years; those before are in the first. */
export function progressOf(lines: readonly TrackerLine[], { thisYear, most = 30 }: { readonly thisYear: number; readonly most?: number }): YearOfProgress[] {
	const firsts = lines.map(({ madeOn }) => Number(madeOn.slice(0, 4)));
	if (firsts.length === 0) return [];
	const first = Math.max(firsts.reduce((a, b) => Math.min(a, b)), thisYear - most + 1);
	return Array.from({ length: Math.max(1, thisYear - first + 1) }, (_, at) => {
		const year = first + at;
		const counts: Record<Step, number> = { made: 0, delivered: 0, answered: 0, acted: 0 };
		for (const { madeOn, standing } of lines) if (Number(madeOn.slice(0, 4)) <= year) counts[stepOf(standing, String(year))] += 1;
		return { year, steps: counts };
	});
}

/** How each assessor sees it today: for each verdict how many recommendations, and how many they have said nothing of. */
export function assessmentsOf(lines: readonly TrackerLine[]): Readonly<Record<Assessor, Readonly<Record<Verdict | 'none', number>>>> {
	const row = (assessor: Assessor): Record<Verdict | 'none', number> => {
		const counts = Object.fromEntries([...verdicts, 'none'].map((verdict) => [verdict, 0])) as Record<Verdict | 'none', number>;
		for (const { standing } of lines) counts[standing.assessments[assessor] ?? 'none'] += 1;
		return counts;
	};
	return Object.fromEntries(assessors.map((assessor) => [assessor, row(assessor)])) as Record<Assessor, Record<Verdict | 'none', number>>;
}

/** A right with how many recommendations rest on it. */
export interface CountedRight {
	readonly right: Right;
	readonly count: number;
}

/** The rights that stand beside this one in a recommendation, those that do most often first. */
export function rightsBeside(lines: readonly TrackerLine[], right: string): CountedRight[] {
	const counts = new Map<Right, number>();
	for (const { rights } of lines) {
		if (!rights.some((one) => one === right)) continue;
		for (const other of rights) if (other !== right) counts.set(other, (counts.get(other) ?? 0) + 1);
	}
	return [...counts].map(([other, count]) => ({ right: other, count })).sort((a, b) => b.count - a.count || byArticle(a.right, b.right));
}

/** Where a right of one Covenant and a right of the other meet in one recommendation. */
export interface Meeting {
	readonly civil: Right;
	readonly social: Right;
	readonly count: number;
}

export function meetingsOf(lines: readonly Pick<TrackerLine, 'rights'>[]): Meeting[] {
	const counts = new Map<string, Meeting>();
	for (const { rights } of lines) {
		for (const civil of rights.filter((one) => instrumentOf(one) === 'ICCPR')) {
			for (const social of rights.filter((one) => instrumentOf(one) === 'ICESCR')) {
				const key = `${civil} ${social}`;
				counts.set(key, { civil, social, count: (counts.get(key)?.count ?? 0) + 1 });
			}
		}
	}
	return [...counts.values()].sort((a, b) => b.count - a.count || byArticle(a.civil, b.civil) || byArticle(a.social, b.social));
}

/** Every right on which something rests, with how much, in the order of instruments. */
export function countedRights(lines: readonly Pick<TrackerLine, 'rights'>[]): CountedRight[] {
	const counts = new Map<Right, number>();
	for (const { rights } of lines) for (const right of rights) counts.set(right, (counts.get(right) ?? 0) + 1);
	return [...counts].map(([right, count]) => ({ right, count })).sort((a, b) => byArticle(a.right, b.right));
}

/** The page of a recommendation, without its language. */
export function recommendationPath({ forum, document, clause }: ClauseAt): string {
	return `/followup/${encodeURIComponent(forum)}/${encodeURIComponent(document)}/${clause}`;
}

