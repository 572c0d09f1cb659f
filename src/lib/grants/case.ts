import * as v from 'valibot';
import { canonical, isId, isHash, type Json } from '#lib/vault/envelope.ts';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import { applicationStates, dueAt, moved, moves, type ApplicationState, type MoveName, type MoveProblem, type Mover, type Pause, type Standing } from './application-state.ts';
import { determinationShape, type Determination } from './award.ts';
import type { CallKind, Clocks } from './call.ts';
import type { Answers } from './form.ts';
import { invitedShape, type InvitedReviewer } from './review.ts';

/**
 * Note: An officer's case.
 * One record of the core circle for each application, whose id it has. Each version is one move: sealed, signed by who
 * made it, chained to the one before, and taken by the server only if it is the next. So what an application went
 * through, who moved it and when is told by the record's own history, and two officers who move at once are told so.
 */
export interface Case {
	readonly application: string;
	readonly call: string;
	/** The version of the form that it was written in. */
	readonly form: number;
	readonly standing: Standing;
	/** What this version of the record did. */
	readonly move: { readonly name: MoveName | 'note' | 'assign' | 'mark' | 'hand-over' | 'report' | 'reference'; readonly by: Mover };
	/** Milliseconds since 1970, to the hour: when everything had come, and when the award was agreed. */
	readonly receivedAt: number;
	readonly agreedAt: number | null;
	readonly pauses: readonly { readonly from: number; readonly to: number | null }[];
	/** Account ids of who works on it. */
	readonly assigned: readonly string[];
	readonly marks: { readonly urgent: boolean; readonly duplicateOf: string | null };
	/** Why it was determined so: a code of the call's own list, for statistics. */
	readonly reason: string | null;
	readonly note: string;
	/** What a list shows without opening the parts. */
	readonly summary: { readonly language: Language; readonly begins: string; readonly wanted: { readonly amountMinor: number; readonly currency: string } | null; readonly forOther: boolean };
	/** The secrets of its parts, base64url, once somebody of the circle has opened the letter: so a list of hundreds opens at once. */
	readonly secrets: { readonly generation: number; readonly core: string; readonly thread: string; readonly references: string; readonly identity: string | null };
	/** The newest message that somebody has read. */
	readonly readTo: number;
	/** What was awarded, or is proposed; null before that. */
	readonly award: Determination | null;
	/** How it was reported; null before that. */
	readonly report: GrantReport | null;
	/** Who from outside was invited to review it. */
	readonly reviewers: readonly InvitedReviewer[];
	/** The reviews that were there when it was determined: what came afterwards does not count. Null before. */
	readonly counted: readonly { readonly account: string; readonly version: number }[] | null;
	/** Links to referees, the newest last. What was asked, and what of it the applicant approved, stands in the thread. */
	readonly referees: readonly RefereeLinkKept[];
}

/** A link to a referee as officers keep it: who has the secret opens the questions and knows the answer as this link's. */
export interface RefereeLinkKept {
	/** The id of what was asked in the thread. */
	readonly ask: string;
	/** 16 bytes, base64url. */
	readonly secret: string;
	readonly questions: readonly string[];
	/** Milliseconds since 1970. */
	readonly expiresAt: number;
	readonly handedOver: boolean;
	readonly takenBack: boolean;
}

/** A light report: written by the applicant in the thread, told in a call, or not asked for because it would endanger somebody. */
export type GrantReport =
	| { readonly kind: 'written'; /** The message that says it. */ readonly seq: number }
	| { readonly kind: 'call'; readonly by: string; readonly on: string; readonly words: string }
	| { readonly kind: 'waived'; readonly by: string; readonly on: string; readonly words: string };

const hour = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15));
const id = v.pipe(v.string(), v.check(isId));
const secret = v.pipe(v.string(), v.check((text) => isHash(text)));

const caseShape = v.strictObject({
	v: v.literal(1),
	application: id,
	call: id,
	form: v.pipe(v.number(), v.integer(), v.minValue(1)),
	standing: v.strictObject({
		state: v.picklist(applicationStates),
		heldFrom: v.nullable(v.picklist(applicationStates)),
		proposed: v.nullable(v.strictObject({ move: v.string(), by: id }))
	}),
	move: v.strictObject({ name: v.string(), by: v.picklist(['officer', 'decider', 'payer', 'applicant', 'clock']) }),
	receivedAt: hour,
	agreedAt: v.nullable(hour),
	pauses: v.pipe(v.array(v.strictObject({ from: hour, to: v.nullable(hour) })), v.maxLength(200)),
	assigned: v.pipe(v.array(id), v.maxLength(50)),
	marks: v.strictObject({ urgent: v.boolean(), duplicateOf: v.nullable(id) }),
	reason: v.nullable(v.pipe(v.string(), v.maxLength(60))),
	note: v.pipe(v.string(), v.maxLength(20_000)),
	summary: v.strictObject({
		language: v.picklist(languages),
		begins: v.pipe(v.string(), v.maxLength(400)),
		wanted: v.nullable(v.strictObject({ amountMinor: v.pipe(v.number(), v.integer(), v.minValue(0)), currency: v.string() })),
		forOther: v.boolean()
	}),
	secrets: v.strictObject({ generation: v.pipe(v.number(), v.integer(), v.minValue(1)), core: secret, thread: secret, references: secret, identity: v.nullable(secret) }),
	readTo: v.pipe(v.number(), v.integer(), v.minValue(0)),
	award: v.nullable(determinationShape),
	report: v.nullable(
		v.variant('kind', [
			v.strictObject({ kind: v.literal('written'), seq: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
			v.strictObject({ kind: v.picklist(['call', 'waived']), by: id, on: v.pipe(v.string(), v.isoDate()), words: v.pipe(v.string(), v.maxLength(8000)) })
		])
	),
	reviewers: v.pipe(v.array(invitedShape), v.maxLength(50)),
	counted: v.nullable(v.pipe(v.array(v.strictObject({ account: id, version: v.pipe(v.number(), v.integer(), v.minValue(1)) })), v.maxLength(200))),
	referees: v.pipe(v.array(v.strictObject({ ask: id, secret: id, questions: v.array(v.string()), expiresAt: hour, handedOver: v.boolean(), takenBack: v.boolean() })), v.maxLength(100))
});

/** The case that a record's body says; undefined for any other body. */
export function readCase(body: Json): Case | undefined {
	const { success, output } = v.safeParse(caseShape, body);
	if (!success) return undefined;
	const { v: _, ...found } = output;
	return found as Case;
}

export function caseBody(one: Case): Json {
	return { v: 1, ...one } as unknown as Json;
}

const hourMs = 3_600_000;

export function hourOf(now: Date): number {
	return Math.floor(now.getTime() / hourMs) * hourMs;
}

/** What makes somebody look twice at the beginning of a list. */
export function summaryOf({ language, role, answers }: { readonly language: Language; readonly role: 'self' | 'other'; readonly answers: Answers }): Case['summary'] {
	const texts = Object.values(answers).filter((answer) => answer.kind === 'text');
	const [longest] = texts.toSorted((a, b) => b.text.length - a.text.length);
	const amount = Object.values(answers).find((answer) => answer.kind === 'amount');
	const begins = [...(longest?.text ?? '').replaceAll(/\s+/gu, ' ').trim()].slice(0, 160).join('');
	return { language, begins, wanted: amount ? { amountMinor: amount.amountMinor, currency: amount.currency } : null, forOther: role === 'other' };
}

/** In these states nothing is waited for on our side, and no clock runs. */
function isPaused(state: ApplicationState): boolean {
	return state === 'more-information' || state === 'on-hold';
}

/** The case after a move: its standing, and the pauses that begin and end with it. */
export function afterMove(one: Case, { move, mover, account, two, now }: { readonly move: MoveName; readonly mover: Mover; readonly account: string; readonly two: boolean; readonly now: Date }): { readonly ok: true; readonly case: Case } | { readonly ok: false; readonly problem: MoveProblem | 'no-report' } {
	if (move === 'close' && one.award !== null && one.award.on !== null && one.report === null) return { ok: false, problem: 'no-report' };
	const next = moved(one.standing, { move, mover, account, two });
	if (!next.ok) return next;
	const { standing } = next;
	const at = hourOf(now);
	const [was, is] = [isPaused(one.standing.state), isPaused(standing.state)];
	const ended = was && !is ? one.pauses.map((pause) => (pause.to === null ? { ...pause, to: at } : pause)) : one.pauses;
	const pauses = is && !was ? [...ended, { from: at, to: null }] : ended;
	const agreedAt = standing.state === 'agreed' && one.standing.state !== 'agreed' && one.standing.state !== 'on-hold' ? at : one.agreedAt;
	return { ok: true, case: { ...one, standing, pauses, agreedAt, move: { name: move, by: mover } } };
}

/**
 * Note: Agreed is what was proposed.
 * Two people determine an application, and both the same: the second agrees to the award and the reason that stand there as
 * the first proposed them, and adds the day and who the two were. While a proposal waits nobody changes what it says; afterwards
 * nobody changes what was agreed. A browser refuses to write anything else (`not-as-proposed`), and believes no history in
 * which somebody's changed one did.
 */
export function isAsProposed(before: Case, now: Case, by: string): boolean {
	const { proposed } = before.standing;
	const waits = now.standing.proposed;
	const { name } = now.move;
	const [sameAward, sameReason] = [isSame(before.award, now.award), before.reason === now.reason];
	if (waits !== null && isSame(waits, proposed)) return sameAward && sameReason;
	if (waits !== null) return waits.by === by && waits.move === name && (name === 'award' ? isProposal(now.award) : sameAward);
	if (proposed !== null && proposed.move === name) return sameReason && (name === 'award' && before.award !== null ? now.award?.on != null && isSame(now.award, { ...before.award, on: now.award.on, deciders: [proposed.by, by] }) : sameAward);
	return (sameAward || isHandedOver(before.award, now.award)) && (sameReason || isMove(name));
}

/** The number of the first version of a case that does not follow from the one before by what its author did; undefined where all do. */
export function strangeCase(versions: readonly { readonly now: Case; readonly author: string }[]): number | undefined {
	let before: Case | undefined;
	for (const [at, { now, author }] of versions.entries()) {
		const from: Case = before ?? { ...now, standing: { state: 'received', heldFrom: null, proposed: null }, award: null, reason: null };
		const next = isMove(now.move.name) ? moved(from.standing, { move: now.move.name, mover: now.move.by, account: author, two: true }) : { ok: true as const, standing: from.standing };
		if (!next.ok || !isSame(next.standing, now.standing) || !isAsProposed(from, now, author)) return at + 1;
		before = now;
	}
	return undefined;
}

function isMove(name: Case['move']['name']): name is MoveName {
	return name === 'release' || Object.hasOwn(moves, name);
}

function isProposal(award: Determination | null): boolean {
	return award === null || (award.on === null && award.deciders.length === 0 && award.payment === null);
}

/** What was agreed gets the id under which it is paid, once. */
function isHandedOver(before: Determination | null, now: Determination | null): boolean {
	return before !== null && before.on !== null && before.payment === null && now !== null && isSame({ ...now, payment: null }, before);
}

function isSame(one: object | null, other: object | null): boolean {
	// Strings, numbers, null, lists and plain objects: whatever order their fields are in.
	return canonical(one as Json) === canonical(other as Json);
}

/** When what is due now is due; null while no clock runs. */
export function dueOf({ standing, receivedAt, agreedAt, pauses }: Case, { clocks, kind }: { readonly clocks: Clocks; readonly kind: CallKind }): Date | null {
	return dueAt({
		state: standing.state,
		clocks,
		kind,
		receivedAt: new Date(receivedAt),
		agreedAt: agreedAt === null ? null : new Date(agreedAt),
		pauses: pauses.map(({ from, to }): Pause => ({ from: new Date(from), to: to === null ? null : new Date(to) }))
	});
}
