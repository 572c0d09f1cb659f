import * as v from 'valibot';
import { languages } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import type { CommonGround } from './opinion/index.ts';
import type { Place } from './opinion/opinion-map.ts';
import { longestProposition, longestQuestion, mostDays, mostPropositions, roundStanding } from './round.ts';

/**
 * Note: A public consultation.
 * What a round is to a circle this is to everybody: propositions, agree, disagree, pass, and what every group supports. It is not
 * sealed. The server knows what each name drawn by chance answered until all is counted, and the pages say so. It needs no
 * script, and so nobody works for anything and nothing proves that a person answered once: the figures are of names. That is
 * what limits for each network hold down, and no more; whoever needs one person, one ballot holds a round.
 */
/** In characters. */
export const longestIntroduction = 1000;

/** Why a proposition is not put, or not any more. Classes and no words: nobody is named by a reason. */
export const proposalReasons = ['off-topic', 'repeated', 'abusive', 'endangers', 'unclear'] as const;
export type ProposalReason = (typeof proposalReasons)[number];

const words = (most: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most));
const textOf = (most: number) =>
	v.pipe(
		v.strictObject({ original: v.picklist(languages), in: v.strictObject({ en: v.optional(words(most)), es: v.optional(words(most)), fr: v.optional(words(most)), ar: v.optional(words(most)) }) }),
		v.check(({ original, in: said }) => said[original] !== undefined),
		v.transform(({ original, in: said }): Text => ({ original, in: Object.fromEntries(Object.entries(said).filter(([, one]) => one !== undefined)) }))
	);
const minute = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15), v.check((at) => at % 60_000 === 0));
const number = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));
const slug = v.pipe(v.string(), v.maxLength(80), v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/));
/** A proposition in another language may be longer than where it was written. */
const proposition = textOf(longestProposition * 2);

/** What staff begin. Times in milliseconds since 1970. */
export const consultationShape = v.pipe(
	v.strictObject({
		slug,
		question: textOf(longestQuestion),
		introduction: v.nullable(textOf(longestIntroduction)),
		opensAt: minute,
		closesAt: minute,
		/** Whether whoever answers may propose, too. */
		proposals: v.boolean(),
		propositions: v.pipe(v.array(proposition), v.minLength(1), v.maxLength(mostPropositions))
	}),
	v.check(({ opensAt, closesAt }) => closesAt > opensAt && closesAt - opensAt <= mostDays * 86_400_000)
);

/** What staff do with one: `show` puts what a participant proposed; `refuse` does not, or takes out what was put. */
export const consultationActShape = v.variant('do', [
	v.strictObject({ do: v.literal('add'), words: proposition }),
	v.strictObject({ do: v.literal('show'), number }),
	v.strictObject({ do: v.literal('refuse'), number, reason: v.picklist(proposalReasons) }),
	v.strictObject({ do: v.literal('translate'), number, language: v.picklist(languages), words: words(longestProposition * 2) }),
	/** Ends it now. */
	v.strictObject({ do: v.literal('close') }),
	/** Takes one away that has not opened yet. */
	v.strictObject({ do: v.literal('withdraw') })
]);

export type NewConsultation = v.InferOutput<typeof consultationShape>;
export type ConsultationAct = v.InferOutput<typeof consultationActShape>;
export type ConsultationStanding = ReturnType<typeof roundStanding>;

/** Of a consultation, what everybody may know from the beginning. */
export interface Consultation {
	readonly slug: string;
	readonly question: Text;
	readonly introduction: Text | null;
	readonly proposals: boolean;
	readonly opensAt: Date;
	readonly closesAt: Date;
}

export function consultationStanding({ opensAt, closesAt }: Pick<Consultation, 'opensAt' | 'closesAt'>, now: Date): ConsultationStanding {
	return roundStanding({ opensAt: opensAt.getTime(), closesAt: closesAt.getTime() }, now);
}

/**
 * What came of one, by the numbers of its propositions. All of it is aggregates (*Counts under five*): nobody has a place here, a
 * group has a middle.
 */
export interface ConsultationResult extends Pick<CommonGround, 'people' | 'tooFewVotes' | 'stability' | 'groups' | 'propositions'> {
	/** In the order of the groups, on a square from 0 to 1, to the hundredth. */
	readonly middles: readonly Place[];
}

/** Nothing is told of fewer people. */
export const fewestVoters = 5;

/** The next moment at which one of them opens or ends; undefined where none will. */
export function nextChange(all: readonly Pick<Consultation, 'opensAt' | 'closesAt'>[], now: Date): Date | undefined {
	const later = all.flatMap(({ opensAt, closesAt }) => [opensAt.getTime(), closesAt.getTime()]).filter((at) => at > now.getTime());
	return later.length === 0 ? undefined : new Date(Math.min(...later));
}

/** A circle for each group, whose surface tells how large it is; upwards is more. */
export function groupCircles({ groups, middles }: Pick<ConsultationResult, 'groups' | 'middles'>): { readonly side: number; readonly circles: readonly { readonly x: number; readonly y: number; readonly radius: number }[] } {
	const [side, margin, largest] = [320, 60, 50];
	const most = Math.max(1, ...groups.map(({ size }) => size));
	const at = (share: number): number => Math.round(margin + share * (side - 2 * margin));
	return { side, circles: middles.map(({ x, y }, group) => ({ x: at(x), y: at(1 - y), radius: Math.round(largest * Math.sqrt((groups[group]?.size ?? 0) / most)) })) };
}
