import * as v from 'valibot';
import { canonical, isHash, isId, sha256, toText, utf8, type Json } from '#lib/vault/envelope.ts';

/**
 * Note: Nobody is asked before the applicant agrees.
 * Officers ask in the thread whether they may put these questions, word for word, to a person whom the applicant named.
 * She agrees to all, to some, or to none, and her newest answer counts. It names the hash of what she was shown, so that
 * it agrees to nothing else. The link to the referee is made of these two messages alone: each is signed, one by the
 * call's key and the other by the receipt's.
 */
export interface ReferenceAsk {
	readonly id: string;
	/** Who is meant, in words that the applicant knows. */
	readonly who: string;
	readonly questions: readonly string[];
}

export interface ReferenceReply {
	/** The id of what is answered, and the hash of it. */
	readonly id: string;
	readonly of: string;
	/** Places of the questions that may be put; none is a refusal. */
	readonly approved: readonly number[];
}

/** What a message of the thread does beside its words. */
export type ReferenceDeed = ({ readonly do: 'ask' } & ReferenceAsk) | ({ readonly do: 'reply' } & ReferenceReply);

export const mostQuestions = 10;
/** Characters of a question, and of an answer. */
export const longestQuestion = 1000;
export const longestAnswer = 4000;
/** For so many days at most a link can be used. */
export const mostLinkDays = 14;

const dayMs = 24 * 60 * 60 * 1000;

/** When a link ends that is made now: the end of a day, so that the hour in which it was made is not kept. */
export function linkEnd(now: Date, days: number): Date {
	return new Date((Math.floor(now.getTime() / dayMs) + days + 1) * dayMs);
}

const id = v.pipe(v.string(), v.check(isId));
const words = (most: number) => v.pipe(v.string(), v.check((text) => text.trim() !== '' && [...text].length <= most));
const place = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(mostQuestions - 1));

const deedShape = v.variant('do', [
	v.strictObject({ do: v.literal('ask'), id, who: words(200), questions: v.pipe(v.array(words(longestQuestion)), v.minLength(1), v.maxLength(mostQuestions)) }),
	v.strictObject({ do: v.literal('reply'), id, of: v.pipe(v.string(), v.check((text) => isHash(text))), approved: v.pipe(v.array(place), v.maxLength(mostQuestions), v.check((places) => new Set(places).size === places.length)) })
]);

/** What a message does; undefined where it only says something, or is by somebody who may not do this: the team asks, the applicant replies. */
export function readDeed(found: unknown, by: 'team' | 'applicant'): ReferenceDeed | undefined {
	const { success, output } = v.safeParse(deedShape, found);
	return success && (output.do === 'ask') === (by === 'team') ? output : undefined;
}

export async function askHash({ id, who, questions }: ReferenceAsk): Promise<string> {
	return toText(await sha256(utf8(`steadfast/reference-ask/1\n${canonical([id, who, questions])}`)));
}

/** What was asked and what came of it. */
export interface AskedReference {
	readonly ask: ReferenceAsk;
	/** Undefined until the applicant has answered; no question is a refusal. */
	readonly approved: readonly string[] | undefined;
}

/** What of a thread asks about referees, in its order. A reply to other questions than those that were asked counts for nothing. */
export async function referencesOf(deeds: readonly (ReferenceDeed | undefined)[]): Promise<AskedReference[]> {
	const asked = new Map<string, { ask: ReferenceAsk; hash: string; approved: readonly string[] | undefined }>();
	for (const deed of deeds) {
		if (deed?.do === 'ask' && !asked.has(deed.id)) {
			const { id, who, questions } = deed;
			asked.set(id, { ask: { id, who, questions }, hash: await askHash(deed), approved: undefined });
		} else if (deed?.do === 'reply') {
			const known = asked.get(deed.id);
			if (known?.hash === deed.of) known.approved = known.ask.questions.filter((_, at) => deed.approved.includes(at));
		}
	}
	return [...asked.values()].map(({ ask, approved }) => ({ ask, approved }));
}

/** What is signed of the request that brings an answer. */
export function refereeRequestMessage({ method, path, bodyHash }: { readonly method: string; readonly path: string; readonly bodyHash: string }): Uint8Array<ArrayBuffer> {
	return utf8(`steadfast/referee-request/1\n${method}\n${path}\n${bodyHash}`);
}

/** Where the questions of a link stand: under the call's id, so that they open for no other call. */
export function questionsPlace({ call, link }: { readonly call: string; readonly link: string }) {
	return { kind: 'reference-questions', circle: call, record: link, epoch: 1, version: 1 };
}

/** To how many bytes questions are filled at least; few, because they are fetched over slow lines. */
export const questionsStep = 4 * 1024;
/** The same of an answer: as with an application. */
export const answerStep = 16 * 1024;

/** What stands behind the `#` of a link; undefined for anything else. */
export function readRefereeFragment(fragment: string): { readonly call: string; readonly secret: string } | undefined {
	const [, call, secret] = /^([\w-]{22})\.([\w-]{22})$/.exec(fragment) ?? [];
	return call !== undefined && secret !== undefined && isId(call) && isId(secret) ? { call, secret } : undefined;
}

/** The link itself, in a language that the referee reads. */
export function refereeAddress({ origin, language, call, secret }: { readonly origin: string; readonly language: string; readonly call: string; readonly secret: string }): string {
	return `${origin}/${language}/refer#${call}.${secret}`;
}

const questionsShape = v.strictObject({ v: v.literal(1), questions: v.pipe(v.array(words(longestQuestion)), v.minLength(1), v.maxLength(mostQuestions)) });

/** The questions that a link opens; undefined for another shape. */
export function readQuestions(found: Json | undefined): readonly string[] | undefined {
	const { success, output } = v.safeParse(questionsShape, found);
	return success ? output.questions : undefined;
}

const answersShape = v.strictObject({ v: v.literal(1), answers: v.pipe(v.array(v.pipe(v.string(), v.check((text) => [...text].length <= longestAnswer))), v.minLength(1), v.maxLength(mostQuestions)) });

/** What a referee wrote, one text for each question in their order, empty where none was given; undefined for another shape. */
export function readRefereeAnswers(found: Json | undefined): readonly string[] | undefined {
	const { success, output } = v.safeParse(answersShape, found);
	return success ? output.answers : undefined;
}
