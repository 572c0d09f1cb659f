import * as v from 'valibot';
import { canonical, isId, utf8, type Json } from '#lib/vault/envelope.ts';
import type { Criterion } from './call.ts';

/** How well an application meets a criterion; each number has its words on the page. */
export const scoreValues = [0, 1, 2, 3, 4, 5] as const;

export type Score = (typeof scoreValues)[number];

/** What a reviewer comes to: a score for each criterion and a comment, or why there is none. */
export type Verdict =
	| { readonly kind: 'scored'; /** By the criterion's id. */ readonly scores: Readonly<Record<string, Score>>; readonly comment: string }
	| { readonly kind: 'abstains'; readonly reason: string };

/** A version of somebody's review, as it is sealed. */
export interface Review {
	readonly application: string;
	readonly call: string;
	/** 1 for the first; its author may replace it, and earlier ones stay. */
	readonly version: number;
	readonly verdict: Verdict;
}

const words = v.pipe(v.string(), v.maxLength(20_000));
const id = v.pipe(v.string(), v.check(isId));

const reviewShape = v.strictObject({
	v: v.literal(1),
	application: id,
	call: id,
	version: v.pipe(v.number(), v.integer(), v.minValue(1)),
	verdict: v.variant('kind', [
		v.strictObject({ kind: v.literal('scored'), scores: v.record(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/)), v.picklist(scoreValues)), comment: words }),
		v.strictObject({ kind: v.literal('abstains'), reason: v.pipe(words, v.trim(), v.minLength(1)) })
	])
});

/** The review that a letter's body says; undefined for any other body. */
export function readReview(body: Json | undefined): Review | undefined {
	const { success, output } = v.safeParse(reviewShape, body);
	if (!success) return undefined;
	const { v: _, ...review } = output;
	return review;
}

export function reviewBody(review: Review): Json {
	return { v: 1, ...review };
}

/** What is missing before a verdict can be sent; undefined when nothing is. Where a call has no criteria, the comment is the review. */
export function verdictProblem(criteria: readonly Criterion[], verdict: Verdict): 'no-reason' | 'not-all-scored' | 'no-comment' | undefined {
	if (verdict.kind === 'abstains') return verdict.reason.trim() === '' ? 'no-reason' : undefined;
	if (criteria.some(({ id }) => scoreOf(verdict, id) === undefined)) return 'not-all-scored';
	return criteria.length === 0 && verdict.comment.trim() === '' ? 'no-comment' : undefined;
}

/** The score of a criterion; undefined where there is none. */
export function scoreOf(verdict: Verdict, criterion: string): Score | undefined {
	return verdict.kind === 'scored' && Object.hasOwn(verdict.scores, criterion) ? verdict.scores[criterion] : undefined;
}

/**
 * The scores by the criteria's weights, from 0 to 5; undefined for who abstained, and where a criterion has no score: it
 * may have come into the call after the review. So no gap counts as a nought.
 */
export function weightedTotal(criteria: readonly Criterion[], verdict: Verdict): number | undefined {
	if (criteria.length === 0) return undefined;
	let [sum, weights] = [0, 0];
	for (const { id, weight } of criteria) {
		const score = scoreOf(verdict, id);
		if (score === undefined) return undefined;
		sum += score * weight;
		weights += weight;
	}
	return sum / weights;
}

/** How several numbers lie to each other; undefined where there is none. */
export interface Spread {
	readonly lowest: number;
	readonly highest: number;
	readonly mean: number;
	/** So far apart that people should talk before they decide. */
	readonly apart: boolean;
}

/** From so many points on, two reviewers do not mean the same application. */
const farApart = 2;

export function spreadOf(numbers: readonly (number | undefined)[]): Spread | undefined {
	const known = numbers.filter((number) => number !== undefined);
	if (known.length === 0) return undefined;
	const [lowest, highest] = [Math.min(...known), Math.max(...known)];
	return { lowest, highest, mean: known.reduce((sum, number) => sum + number, 0) / known.length, apart: highest - lowest >= farApart };
}

/**
 * What is signed before an application is opened: whether there is a conflict of interest. It names the invitation by its
 * hash, so that it is about what was read there; an officer, who needs no invitation, names none.
 */
export function declarationMessage({ application, account, conflict, invitationHash }: { readonly application: string; readonly account: string; readonly conflict: boolean; readonly invitationHash: string | null }): Uint8Array<ArrayBuffer> {
	return utf8(`steadfast/review-declaration/1\n${canonical([application, account, conflict, invitationHash])}`);
}

/** What is signed to take back a conflict that was declared by mistake. */
export function takingBackMessage({ application, account }: { readonly application: string; readonly account: string }): Uint8Array<ArrayBuffer> {
	return utf8(`steadfast/review-declaration-back/1\n${canonical([application, account])}`);
}

/**
 * What a reviewer from outside may be handed beside the core. Who somebody is and how money arrives are never among it:
 * the form promises that reviewers do not get them.
 */
export const reviewableParts = ['references', 'thread'] as const;

export type ReviewablePart = (typeof reviewableParts)[number];

/** Somebody from outside who was invited to review one application, as the case keeps it. */
export interface InvitedReviewer {
	readonly account: string;
	/** As the officer who invited calls them. */
	readonly name: string;
	readonly parts: readonly ReviewablePart[];
	/** Generation of the secrets that they were handed. */
	readonly generation: number;
	/** The day by which the review is wanted, YYYY-MM-DD. */
	readonly dueOn: string | null;
	/** Has access no more. */
	readonly ended: boolean;
}

export const invitedShape = v.strictObject({
	account: id,
	name: v.pipe(v.string(), v.maxLength(200)),
	parts: v.pipe(v.array(v.picklist(reviewableParts)), v.maxLength(reviewableParts.length)),
	generation: v.pipe(v.number(), v.integer(), v.minValue(1)),
	dueOn: v.nullable(v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/))),
	ended: v.boolean()
});

/** Whether a review that is wanted by a day has not come when that day is over everywhere on Earth. */
export function isLate(dueOn: string | null, now: Date): boolean {
	return dueOn !== null && now.getTime() > Date.parse(`${dueOn}T00:00:00Z`) + 36 * 3_600_000;
}

const invitationShape = v.strictObject({
	v: v.literal(1),
	application: id,
	call: id,
	head: v.strictObject({ seq: v.pipe(v.number(), v.integer(), v.minValue(0)), hash: v.string() }),
	/** In the officer's own words: what is needed to see a conflict of interest, and no more. */
	words: v.pipe(v.string(), v.maxLength(2000)),
	dueOn: invitedShape.entries.dueOn,
	parts: invitedShape.entries.parts
});

export type InvitationWords = Omit<v.InferOutput<typeof invitationShape>, 'v'>;

/** What an invitation says; undefined for any other body. */
export function readInvitation(body: Json | undefined): InvitationWords | undefined {
	const { success, output } = v.safeParse(invitationShape, body);
	if (!success) return undefined;
	const { v: _, ...words } = output;
	return words;
}

export function invitationBody(words: InvitationWords): Json {
	return { v: 1, ...words };
}
