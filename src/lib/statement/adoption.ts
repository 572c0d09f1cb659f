import * as v from 'valibot';
import { isId, utf8 } from '#lib/vault/envelope.ts';
import { clausesShape, hexHash, longestRemark, longestTitle } from './draft.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import { signatureShape } from './signature.ts';

/**
 * Note: How a statement is adopted.
 * A steward puts one version to the circle: its text, who takes part, quorum and threshold stand in one signed record that nobody changes
 * afterwards. Everybody who takes part consents, stands aside, or objects, to the whole or to some clauses, with a reason; who does nothing is silent. Ending
 * it is a record too: it names the very answers that it counted, and which clauses were set aside, and every browser counts again. What remains, numbered
 * anew, is the adopted text, and its hash is what is signed and published. Somebody who objects to some clauses only, and is heard by setting
 * all of these aside, consents to the rest; the page says so before.
 */
export const adoptionKinds = {
	adoption: 'adoption',
	/** A member's answer, and in later versions how they sign: one kind and one size for all of it. */
	answer: 'adoption-answer',
	outcome: 'adoption-outcome',
	/** Where it was published, and as which version. */
	publication: 'adoption-publication'
} as const;

const id = v.pipe(v.string(), v.check(isId));
const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const percent = (least: number) => whole(least, 100);
const clauseIds = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(20))), v.maxLength(200));

export const ruleShape = v.strictObject({
	/** Of those who take part, so many in a hundred have to say something. */
	quorumPercent: percent(1),
	/** Of those who consent or object, so many in a hundred have to consent, to every clause. More than half. */
	thresholdPercent: percent(51)
});
export const adoptionShape = v.strictObject({
	v: v.literal(1),
	draft: id,
	number: whole(1, 10_000),
	language: v.picklist(languages),
	title: v.pipe(v.string(), v.minLength(1), v.maxLength(longestTitle)),
	clauses: clausesShape,
	/** Of the whole text, before anything is set aside. */
	hash: hexHash,
	rule: ruleShape,
	/** Accounts of those who take part. */
	participants: v.pipe(v.array(id), v.minLength(1), v.maxLength(1000), v.check((all) => new Set(all).size === all.length)),
	/** 16 bytes: ids of its records follow from it, and the key that signs what is published. */
	secret: v.pipe(v.string(), v.length(22))
});
export const answerShape = v.strictObject({
	v: v.literal(1),
	adoption: id,
	hash: hexHash,
	answer: v.picklist(['consents', 'stands-aside', 'objects']),
	/** To which clauses; none: to the whole. */
	clauses: clauseIds,
	reason: v.pipe(v.string(), v.maxLength(longestRemark)),
	/** Once the text is adopted. Null: not, or taken back. */
	signature: v.nullable(signatureShape),
	/** Spaces: see `filledAnswer`. */
	fill: v.pipe(v.string(), v.regex(/^ *$/))
});

/**
 * An answer made as long as every other: a consent and an objection, a name and one that is only counted are of one size for the
 * server. Only a reason of some thousand signs in a script of three bytes goes beyond, to the next step.
 */
export function filledAnswer(answer: Omit<v.InferOutput<typeof answerShape>, 'fill'>): v.InferOutput<typeof answerShape> {
	const bytes = utf8(JSON.stringify(answer)).length;
	let step = 4096;
	while (step < bytes) step *= 4;
	return { ...answer, fill: ' '.repeat(step - bytes) };
}

export const publicationNoteShape = v.strictObject({ v: v.literal(1), adoption: id, forum: v.pipe(v.string(), v.minLength(1), v.maxLength(80)), version: whole(1, 1000) });
export const outcomeShape = v.strictObject({
	v: v.literal(1),
	adoption: id,
	setAside: clauseIds,
	/** The answers that were counted, by the hash of the version of their record. */
	counted: v.pipe(v.array(v.strictObject({ account: id, hash: v.pipe(v.string(), v.length(43)) })), v.maxLength(1000)),
	/** A full hour. */
	at: v.pipe(v.number(), v.integer(), v.minValue(0), v.check((at) => at % 3_600_000 === 0))
});

export type Rule = v.InferOutput<typeof ruleShape>;
export type Adoption = v.InferOutput<typeof adoptionShape>;
export type Answer = Pick<v.InferOutput<typeof answerShape>, 'answer' | 'clauses' | 'reason'>;
export type Ending = v.InferOutput<typeof outcomeShape>;

/** How many of those who take part said what of the text as it is left. */
export interface Counts {
	readonly participants: number;
	readonly consents: number;
	readonly standsAside: number;
	/** Whose objection is not met by what was set aside. */
	readonly objects: number;
	readonly silent: number;
}

export interface ClauseStanding {
	readonly clause: string;
	readonly consents: number;
	readonly objections: number;
	/** Enough of them consent. */
	readonly passes: boolean;
}

export type Outcome =
	| { readonly kind: 'adopted'; readonly counts: Counts }
	| { readonly kind: 'no-quorum'; readonly counts: Counts; /** So many would have to say something. */ readonly needed: number }
	/** These would have to be set aside. */
	| { readonly kind: 'below-threshold'; readonly counts: Counts; readonly clauses: readonly string[] }
	| { readonly kind: 'nothing-left'; readonly counts: Counts };

interface Counting {
	readonly rule: Rule;
	readonly participants: readonly string[];
	/** In the order of the text. */
	readonly clauses: readonly string[];
	/** By account; whoever takes no part is not counted. */
	readonly answers: ReadonlyMap<string, Answer>;
}

/** What comes of it when these clauses are set aside. */
export function outcomeOf(counting: Counting, setAside: ReadonlySet<string>): Outcome {
	const { rule, participants, clauses, answers } = counting;
	const said = participants.flatMap((account) => answers.get(account) ?? []);
	const left = clauses.filter((clause) => !setAside.has(clause));
	const standsAside = said.filter(({ answer }) => answer === 'stands-aside').length;
	const objects = said.filter((answer) => left.some((clause) => objectsTo(answer, clause))).length;
	const counts: Counts = { participants: participants.length, consents: said.length - standsAside - objects, standsAside, objects, silent: participants.length - said.length };
	const needed = quorumOf(rule, participants.length);
	if (said.length < needed) return { kind: 'no-quorum', counts, needed };
	if (left.length === 0) return { kind: 'nothing-left', counts };
	const failing = clauseStandings(counting).filter(({ clause, passes }) => !passes && !setAside.has(clause)).map(({ clause }) => clause);
	return failing.length > 0 ? { kind: 'below-threshold', counts, clauses: failing } : { kind: 'adopted', counts };
}

/** How each clause stands by itself. */
export function clauseStandings({ rule, participants, clauses, answers }: Counting): readonly ClauseStanding[] {
	const said = participants.flatMap((account) => answers.get(account) ?? []).filter(({ answer }) => answer !== 'stands-aside');
	return clauses.map((clause) => {
		const objections = said.filter((answer) => objectsTo(answer, clause)).length;
		const consents = said.length - objections;
		return { clause, consents, objections, passes: consents > 0 && consents * 100 >= rule.thresholdPercent * said.length };
	});
}

/** How many of so many have to say something. */
export function quorumOf({ quorumPercent }: Rule, participants: number): number {
	return Math.ceil((participants * quorumPercent) / 100);
}

function objectsTo({ answer, clauses }: Answer, clause: string): boolean {
	return answer === 'objects' && (clauses.length === 0 || clauses.includes(clause));
}

/** Why an answer cannot be given so; undefined where it can. */
export function answerProblem({ answer, clauses, reason }: Answer, known: readonly string[]): 'no-reason' | 'no-such-clause' | undefined {
	if (answer === 'objects' && reason.trim() === '') return 'no-reason';
	return clauses.every((clause) => known.includes(clause)) && (answer === 'objects' || clauses.length === 0) ? undefined : 'no-such-clause';
}

export type AdoptionAct = 'answer' | 'end' | 'sign' | 'publish';
export interface Standing {
	readonly takesPart: boolean;
	readonly isSteward: boolean;
	readonly isEnded: boolean;
	readonly isAdopted: boolean;
	/** A version of it is public already. */
	readonly isPublished: boolean;
}

/** Whether somebody may do something to an adoption as it stands. To take a signature back is allowed at any time. */
export function mayDo(act: AdoptionAct, { takesPart, isSteward, isEnded, isAdopted, isPublished }: Standing): boolean {
	if (act === 'answer') return takesPart && !isEnded;
	if (act === 'end') return isSteward && !isEnded;
	if (act === 'sign') return takesPart && isAdopted && !isPublished;
	return isSteward && isAdopted;
}
