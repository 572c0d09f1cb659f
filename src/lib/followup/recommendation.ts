import * as v from 'valibot';
import { languages } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { isAffected, type Affected } from './affected.ts';
import { byArticle, isRight, type Right } from './rights.ts';
import { byTarget, isGoalOrTarget } from './targets.ts';

/** Whom a recommendation speaks to. `movement`: those who defend rights, and the programme itself. */
export const addresseeKinds = ['state', 'ministry', 'parliament', 'court', 'united-nations', 'regional-body', 'company', 'donor', 'movement'] as const;
export type AddresseeKind = (typeof addresseeKinds)[number];

export interface Addressee {
	/** A slug, for ever: the same everywhere in the record. */
	readonly id: string;
	readonly kind: AddresseeKind;
	readonly name: Text;
	/** ISO 3166-1 alpha-2; absent for all states together, and for whatever belongs to none. */
	readonly state?: string;
}

/** A clause of a published statement. */
export interface ClauseAt {
	readonly forum: string;
	readonly document: string;
	readonly clause: number;
}

/** What a person decided about a clause: to whom it speaks and what it rests on. */
export interface Recommendation {
	readonly clause: number;
	/** Ids. Nobody, where the text names nobody. */
	readonly addressees: readonly string[];
	readonly rights: readonly Right[];
	/** Goals and targets of the Sustainable Development Goals. */
	readonly targets: readonly string[];
	readonly themes: readonly Text[];
	readonly affected: readonly Affected[];
	/** What was suggested when a person decided; whatever of it stands above was confirmed, the rest was not. */
	readonly suggested?: readonly Suggested[];
}

/** A right, goal or target that the words of a clause spoke for, and which words they were. */
export interface Suggested {
	readonly of: string;
	readonly words: readonly string[];
}

export const assessors = ['government', 'programme', 'others'] as const;
export type Assessor = (typeof assessors)[number];

export const verdicts = ['no-progress', 'partial', 'full', 'regression', 'not-assessed'] as const;
export type Verdict = (typeof verdicts)[number];

export const answers = ['no-reply', 'noted', 'supported-in-part', 'supported', 'rejected'] as const;
export type Answer = (typeof answers)[number];

export const channels = ['by-hand', 'session', 'post', 'electronic', 'mission'] as const;
export type Channel = (typeof channels)[number];

/** Where something can be read or seen. */
export interface Evidence {
	readonly name: string;
	readonly url?: string;
}

/**
 * What happened, or was said to have. `on` is a date as exactly as it is known: YYYY, YYYY-MM or YYYY-MM-DD.
 *
 * Note: History only grows.
 * An entry is never changed and never deleted: who was wrong adds another. `taken-back` says that an earlier one does not hold;
 * it is read still, and counts no more. Only where words endanger somebody they are blanked: that there was an entry, and
 * when, stays. Assessments of a government, the programme and others stand side by side, and no figure is made of them.
 */
export type Happening =
	/** To be handed over on a day, or at a session of a body. */
	| { readonly kind: 'planned'; readonly to: string; readonly on?: string; readonly session?: string }
	/** `by`: in public, so an office and not a person who did not agree. */
	| { readonly kind: 'sent'; readonly to: string; readonly on: string; readonly channel: Channel; readonly by: string }
	| { readonly kind: 'response'; readonly from: string; readonly on: string; readonly answer: Answer; readonly words?: Text; readonly document?: Evidence }
	/** `keptBack`: see *Evidence that is kept back*. */
	| { readonly kind: 'action'; readonly by?: string; readonly on: string; readonly what: Text; readonly evidence: readonly Evidence[]; readonly keptBack?: true }
	/** `name`: who they are, where it is others. */
	| { readonly kind: 'assessment'; readonly by: Assessor; readonly name?: string; readonly on: string; readonly verdict: Verdict; readonly why?: Text; readonly evidence: readonly Evidence[]; readonly keptBack?: true }
	/** `country`: of the medium. `archived`: a copy that stays where the first one goes. */
	| { readonly kind: 'coverage'; readonly on: string; readonly medium: string; readonly title: string; readonly language: string; readonly country?: string; readonly url: string; readonly archived?: string }
	| { readonly kind: 'taken-back'; readonly of: string; readonly on: string; readonly why: Text; readonly blank: boolean }
	/** What is left of an entry whose words were taken out of the record. */
	| { readonly kind: 'blanked'; readonly on: string };

export const happeningKinds = ['planned', 'sent', 'response', 'action', 'assessment', 'coverage', 'taken-back', 'blanked'] as const satisfies readonly Happening['kind'][];

/**
 * Note: Evidence that is kept back.
 * What proves that something was done can name whom it would endanger. Then it is sealed in a circle (`client/evidence.ts`), and the
 * public is told that there is some, and nothing else: no name, no title, not how much, not in which circle.
 */

/** An entry of the history of one or more clauses of a statement. */
export type Entry = Happening & {
	/** A slug or random, for ever. */
	readonly id: string;
	readonly clauses: readonly number[];
	/** The day on which it came into the record. */
	readonly recordedOn: string;
};

/** All follow-up of one statement. */
export interface DocumentFollowup {
	readonly forum: string;
	readonly document: string;
	/** By clause. */
	readonly recommendations: readonly Recommendation[];
	/** In the order in which they came into the record. */
	readonly history: readonly Entry[];
}

/** A recommendation with its rights and targets in their order, each once: equal ones are the same JSON. */
export function inOrder({ clause, addressees, rights, targets, themes, affected, suggested }: Recommendation): Recommendation {
	return {
		clause,
		addressees: [...new Set(addressees)],
		rights: [...new Set(rights)].sort(byArticle),
		targets: [...new Set(targets)].sort(byTarget),
		themes,
		affected: [...new Set(affected)],
		...(suggested !== undefined && suggested.length > 0 ? { suggested } : {})
	};
}

/** An address that a page of the record may link to. */
function isWebAddress(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, username, password } = new URL(text);
	return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}

/** Whether the calendar has this date: YYYY, YYYY-MM or YYYY-MM-DD. */
export function isDate(text: string): boolean {
	if (!/^(?:18|19|20|21)\d\d(?:-\d\d(?:-\d\d)?)?$/.test(text)) return false;
	const whole = `${text}-01-01`.slice(0, 10);
	const instant = new Date(`${whole}T00:00:00Z`);
	return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(whole);
}

/** Whether `text` is two capital letters that ISO 3166-1 gives to a country, as far as this machine knows. */
export function isState(text: string): boolean {
	return /^[A-Z]{2}$/.test(text) && text !== 'ZZ' && new Intl.DisplayNames('en', { type: 'region', fallback: 'none' }).of(text) !== undefined;
}

const slug = v.pipe(v.string(), v.regex(/^(?=.{1,80}$)[a-z0-9]+(?:-[a-z0-9]+)*$/));
const line = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(300));
const words = v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(5000)));
const text = v.pipe(
	v.strictObject({ original: v.picklist(languages), in: v.strictObject({ en: words, es: words, fr: words, ar: words }) }),
	v.check(({ original, in: said }) => said[original] !== undefined),
	v.transform(({ original, in: said }): Text => ({ original, in: Object.fromEntries(Object.entries(said).filter(([, one]) => one !== undefined)) }))
);
const date = v.pipe(v.string(), v.check(isDate));
const address = v.pipe(v.string(), v.maxLength(1000), v.check(isWebAddress));
const evidence = v.strictObject({ name: line, url: v.exactOptional(address) });
const allEvidence = v.pipe(v.array(evidence), v.maxLength(20));
const keptBack = v.exactOptional(v.literal(true));
const target = v.pipe(v.string(), v.check(isGoalOrTarget));
const clause = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9999));

export const addresseeShape = v.strictObject({ id: slug, kind: v.picklist(addresseeKinds), name: text, state: v.exactOptional(v.pipe(v.string(), v.check(isState))) });

export const recommendationShape = v.strictObject({
	clause,
	addressees: v.pipe(v.array(slug), v.maxLength(60)),
	rights: v.pipe(v.array(v.pipe(v.string(), v.custom<Right>((found) => typeof found === 'string' && isRight(found)))), v.maxLength(60)),
	targets: v.pipe(v.array(target), v.maxLength(60)),
	themes: v.pipe(v.array(text), v.maxLength(20)),
	affected: v.pipe(v.array(v.pipe(v.string(), v.custom<Affected>((found) => typeof found === 'string' && isAffected(found)))), v.maxLength(30)),
	suggested: v.exactOptional(v.pipe(v.array(v.strictObject({ of: v.pipe(v.string(), v.check((found) => isRight(found) || isGoalOrTarget(found))), words: v.pipe(v.array(line), v.maxLength(10)) })), v.maxLength(40)))
});

/** The shape of what staff record; whoever takes a blanked one in does it through files. */
const happeningShape = v.variant('kind', [
	v.strictObject({ kind: v.literal('planned'), to: slug, on: v.exactOptional(date), session: v.exactOptional(line) }),
	v.strictObject({ kind: v.literal('sent'), to: slug, on: date, channel: v.picklist(channels), by: line }),
	v.strictObject({ kind: v.literal('response'), from: slug, on: date, answer: v.picklist(answers), words: v.exactOptional(text), document: v.exactOptional(evidence) }),
	v.strictObject({ kind: v.literal('action'), by: v.exactOptional(slug), on: date, what: text, evidence: allEvidence, keptBack }),
	v.strictObject({ kind: v.literal('assessment'), by: v.picklist(assessors), name: v.exactOptional(line), on: date, verdict: v.picklist(verdicts), why: v.exactOptional(text), evidence: allEvidence, keptBack }),
	v.strictObject({ kind: v.literal('coverage'), on: date, medium: line, title: line, language: v.pipe(v.string(), v.regex(/^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?$/)), country: v.exactOptional(v.pipe(v.string(), v.check(isState))), url: address, archived: v.exactOptional(address) }),
	v.strictObject({ kind: v.literal('taken-back'), of: slug, on: date, why: text, blank: v.boolean() })
]);

/** The shape of a request of staff: one of the three, for a statement or for the list of addressees. */
export const followupShape = v.variant('what', [
	v.strictObject({ what: v.literal('addressee'), addressee: addresseeShape }),
	v.strictObject({ what: v.literal('recommendation'), forum: slug, document: slug, recommendation: recommendationShape }),
	v.strictObject({ what: v.literal('entry'), forum: slug, document: slug, id: slug, clauses: v.pipe(v.array(clause), v.minLength(1), v.maxLength(500)), happening: happeningShape })
]);
export type FollowupRequest = v.InferOutput<typeof followupShape>;
