import * as v from 'valibot';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { isTimeZone } from '#lib/platform/time/zones.ts';
import type { Deadline } from './deadline.ts';
import { answerParts, formProblems, questionKinds, type Form } from './form.ts';
import { isCurrency, type Money } from './money.ts';

/** `call`: everything by one deadline. `rapid`: always open, with a clock for each application. */
export type CallKind = 'call' | 'rapid';

/** A question that tells at once whether it is worth going on; its answer is sent nowhere. */
export interface EligibilityQuestion {
	readonly id: string;
	readonly question: Text;
	/** The answer that lets somebody go on. */
	readonly needed: 'yes' | 'no';
	/** What is said to who answered otherwise: why, and where else to ask. */
	readonly otherwise: Text;
}

export interface Criterion {
	readonly id: string;
	readonly name: Text;
	readonly explanation: Text | null;
	/** Parts of the whole: a criterion of weight 2 counts twice. */
	readonly weight: number;
}

/** Within how long we promise to do what, in hours from when an application arrived. */
export interface Clocks {
	readonly acknowledgeHours: number;
	readonly decideHours: number;
	readonly payHours: number;
}

export const usualClocks: Clocks = { acknowledgeHours: 24, decideHours: 72, payHours: 168 };

/** What a call says: all of it is public. Plain text in each language; an empty line makes a paragraph. */
export interface CallContent {
	readonly title: Text;
	readonly summary: Text;
	readonly funded: readonly Text[];
	readonly notFunded: readonly Text[];
	readonly eligibility: readonly EligibilityQuestion[];
	readonly criteria: readonly Criterion[];
	readonly ceiling: Money | null;
	readonly clocks: Clocks;
	/** After the decision, for so long applications are kept; then their keys are destroyed. */
	readonly keepMonths: number;
	readonly form: Form;
}

/** To whom the parts of an application are sealed: the inbox of a circle in its newest epoch. */
export interface CallInbox {
	readonly circle: string;
	readonly epoch: number;
	/** `age1pq1…` */
	readonly recipient: string;
}

/** Which circle reads which part. One circle may be all three. */
export interface CallInboxes {
	/** What is wanted and why, messages, references: the officers. */
	readonly core: CallInbox;
	/** Who and where: whoever verifies. */
	readonly identity: CallInbox;
	/** How money arrives: whoever pays. */
	readonly payee: CallInbox;
}

/** All three of them; the same circle may be there several times. */
export function inboxList({ core, identity, payee }: CallInboxes): readonly CallInbox[] {
	return [core, identity, payee];
}

export type { Deadline, Language };

const words = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(8000));
const id = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/));

/** A text in at least one language, in the original's among them. */
const text = v.pipe(
	v.strictObject({ original: v.picklist(languages), in: v.strictObject({ en: v.optional(words), es: v.optional(words), fr: v.optional(words), ar: v.optional(words) }) }),
	v.check(({ original, in: translations }) => translations[original] !== undefined),
	// An absent translation is an absent key, so that the text has one canonical form.
	v.transform(({ original, in: translations }): Text => ({ original, in: Object.fromEntries(Object.entries(translations).filter(([, words]) => words !== undefined)) }))
);

const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const list = <Item extends v.GenericSchema>(item: Item, most: number) => v.pipe(v.array(item), v.maxLength(most));

const question = v.strictObject({
	id,
	part: v.picklist(answerParts),
	kind: v.picklist(questionKinds),
	label: text,
	help: v.nullable(text),
	required: v.boolean(),
	choices: list(v.strictObject({ id, label: text }), 60),
	when: v.nullable(v.strictObject({ question: id, is: list(id, 60) })),
	most: whole(1, 20_000)
});

/** The shape of a call's content; whatever does not fit is refused, and no field is added or left out. */
export const callContentShape = v.strictObject({
	title: text,
	summary: text,
	funded: list(text, 40),
	notFunded: list(text, 40),
	eligibility: list(v.strictObject({ id, question: text, needed: v.picklist(['yes', 'no']), otherwise: text }), 20),
	criteria: list(v.strictObject({ id, name: text, explanation: v.nullable(text), weight: whole(1, 100) }), 20),
	ceiling: v.nullable(v.strictObject({ amountMinor: whole(1, Number.MAX_SAFE_INTEGER), currency: v.pipe(v.string(), v.check(isCurrency)) })),
	clocks: v.strictObject({ acknowledgeHours: whole(1, 8760), decideHours: whole(1, 8760), payHours: whole(1, 8760) }),
	keepMonths: whole(1, 120),
	form: v.pipe(v.strictObject({ version: whole(1, 100_000), questions: list(question, 80) }), v.check((form) => formProblems(form).length === 0))
});

/** The instant in the one form in which we write it, and a zone that this program knows. */
export const deadlineShape = v.strictObject({
	at: v.pipe(v.string(), v.check((at) => !Number.isNaN(Date.parse(at)) && new Date(at).toISOString() === at && at.endsWith(':00.000Z'))),
	zone: v.pipe(v.string(), v.check(isTimeZone))
});

/** Pages of our own that stand where a call's would. */
const taken = new Set(['new', 'publishing', 'open-data']);

/** Last word of a call's address. */
export const slugShape = v.pipe(v.string(), v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/), v.maxLength(80), v.check((slug) => !taken.has(slug)));

/** The call's id in groups of four, as the call document prints it and the form shows it: `3f2a 9c01 …`. */
export function fingerprintOf(idBytes: Uint8Array): string {
	const digits = [...idBytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
	return (digits.match(/.{4}/g) ?? []).join(' ');
}
