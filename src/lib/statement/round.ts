import * as v from 'valibot';
import { languages } from '#lib/platform/i18n/language.ts';
import { fromText, isId, sha256, toText, utf8, type Json } from '#lib/vault/envelope.ts';

/**
 * Note: What a round is made of.
 * All of it are sealed records of one circle, each kind with one shape. The round itself says once and for all what is asked,
 * until when, and by which key ballots are allowed; whatever may exist once for each member or proposition has an id that
 * follows from the round's own secret, so that nobody can make a second one, and the server cannot tell whose it is. Only
 * ballots lie elsewhere: see *A ballot*.
 */
export const roundKinds = {
	round: 'round',
	/** A member asks for a ballot. */
	request: 'round-request',
	/** A steward's browser gives one. */
	issue: 'round-issue',
	/** A steward’s browser passes on the key that issues, to who became a steward later. */
	key: 'round-key',
	proposition: 'round-proposition',
	/** A steward takes a proposition out, or lets it in again, and says why; its versions are the log. */
	ruling: 'round-ruling',
	translation: 'round-translation'
} as const;

/** In characters. Somebody on a phone reads it whole, and it says one thing. */
export const longestProposition = 240;
/** As many as the result is found for in a tenth of a second; the first so many count. */
export const mostPropositions = 300;
export const longestReason = 500;
export const longestQuestion = 300;
/** A round is open for at least an hour, and for at most so many days. */
export const mostDays = 90;
/** For so long after its end ballots stay with the server, so that every member can count them. */
const keptDays = 60;

const language = v.picklist(languages);
const id = v.pipe(v.string(), v.check(isId));
const base64url = (bytes: number) => v.pipe(v.string(), v.check((text) => fromText(text)?.length === bytes));
const words = (most: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most));
const hour = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15), v.check((at) => at % 3_600_000 === 0));

/** A public modulus of 2,048 bits. */
export const issuingShape = v.pipe(base64url(256), v.check((text) => ((fromText(text)?.[0] ?? 0) & 0x80) !== 0));
/** What is as long as that: a blinded message, a signature. */
export const signatureShape = base64url(256);

export const roundShape = v.strictObject({
	v: v.literal(1),
	/** In at least one language, by the language's tag. */
	question: v.pipe(v.strictObject({ en: v.optional(words(longestQuestion)), es: v.optional(words(longestQuestion)), fr: v.optional(words(longestQuestion)), ar: v.optional(words(longestQuestion)) }), v.check((question) => Object.keys(question).length > 0)),
	languages: v.pipe(v.array(language), v.minLength(1), v.maxLength(languages.length)),
	/** Whole hours, in milliseconds since 1970. */
	opensAt: hour,
	closesAt: hour,
	proposals: v.picklist(['members', 'stewards']),
	issuing: issuingShape,
	/** The private half, in a letter to those who were stewards; see *A steward who comes later*. */
	key: v.string(),
	/** From which the ids of its records follow. */
	secret: base64url(16)
});

export const requestShape = v.strictObject({ v: v.literal(1), round: id, issuing: issuingShape, blinded: signatureShape });
export const issueShape = v.strictObject({ v: v.literal(1), round: id, account: id, signature: signatureShape });
/** The letter is sealed to that account. */
export const keyShape = v.strictObject({ v: v.literal(1), round: id, account: id, letter: v.string() });
export const propositionShape = v.strictObject({
	v: v.literal(1),
	round: id,
	language,
	text: words(longestProposition),
	/** Where it was agreed on in a workshop, that workshop; else null. */
	workshop: v.nullable(v.pipe(v.string(), v.maxLength(200)))
});
export const rulingShape = v.strictObject({ v: v.literal(1), round: id, proposition: id, stands: v.boolean(), reason: words(longestReason) });
export const translationShape = v.strictObject({ v: v.literal(1), round: id, proposition: id, language, text: words(longestProposition * 2) });

export type Round = v.InferOutput<typeof roundShape>;
export type RoundStanding = 'before' | 'open' | 'over';

/** Whether a round can be voted in now. */
export function roundStanding({ opensAt, closesAt }: { readonly opensAt: number; readonly closesAt: number }, now: Date): RoundStanding {
	return now.getTime() < opensAt ? 'before' : now.getTime() < closesAt ? 'open' : 'over';
}

/** The last day on which its ballots are kept, `2026-12-31`. */
export function keptUntil({ closesAt }: Pick<Round, 'closesAt'>): string {
	return new Date(closesAt + keptDays * 86_400_000).toISOString().slice(0, 10);
}

/** What of a round, a draft or an adoption exists once for each member, or for each proposition, amendment, clause or language. */
type Single = 'request' | 'issue' | 'key' | 'ruling' | 'translation' | 'support' | 'decision' | 'grounds' | 'version' | 'answer' | 'outcome' | 'publication';

/** The id of such a record. Without the secret of what it belongs to nobody can tell of whom or what it is. */
export async function singleRecord(secret: string, what: Single, of: string): Promise<string> {
	return toText((await sha256(utf8(`steadfast/round-record/1\n${secret}\n${what}\n${of}`))).subarray(0, 16));
}

/** A body that is plain JSON by its shape. */
export function bodyOf(value: Readonly<Record<string, unknown>>): Json {
	return value as unknown as Json;
}
