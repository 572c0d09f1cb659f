import * as v from 'valibot';
import { isLanguage, languages, type Language } from '#lib/platform/i18n/language.ts';
import { cleanText } from '#lib/platform/text/clean.ts';
import { isId, sha256, utf8 } from '#lib/vault/envelope.ts';
import { talliesShape } from './grounds.ts';

/** What a clause is: why we speak, what we found, or what somebody is to do. */
export const clauseKinds = ['preamble', 'finding', 'recommendation'] as const;
export type ClauseKind = (typeof clauseKinds)[number];

export interface Clause {
	/** Of its paragraph in the draft; stays the same from version to version. */
	readonly id: string;
	readonly kind: ClauseKind;
	readonly text: string;
}

/** The words of a statement, as far as anybody adopts them. */
export interface StatementWords {
	readonly language: Language;
	readonly title: string;
	readonly clauses: readonly Omit<Clause, 'id'>[];
}

/** In characters. */
export const longestClause = 4000;
export const mostClauses = 200;
export const longestTitle = 200;
export const longestRemark = 1000;

/**
 * Note: What is adopted.
 * A statement is adopted as one plain text of UTF-8: a line that says the form, the language, the title, an empty line, and a line for
 * each clause with its number and what it is. Each line is cleaned as the record's texts are (NFC, one space, no sign that
 * hides or reorders), and ends with a line feed. Its name is the SHA-256 of these bytes: whoever saves the text asks `sha256sum`. So nothing that
 * a reader sees is left out of it, and nothing is in it that a reader does not see. `docs/adoption.md` says the same to strangers.
 */
export function canonicalText({ language, title, clauses }: StatementWords): string {
	const lines = [formLine, `language: ${language}`, `title: ${cleanText(title)}`, '', ...clauses.map((clause, at) => clauseLine(at + 1, clause))];
	return `${lines.join('\n')}\n`;
}

const formLine = 'steadfast statement 1';

function clauseLine(number: number, { kind, text }: Omit<Clause, 'id'>): string {
	return `${number}. ${kind}: ${cleanText(text)}`;
}

/** What such a text says; undefined for any other, also for one that is written in another way than ours. */
export function readCanonical(text: string): StatementWords | undefined {
	const [form, languageLine = '', titleLine = '', empty, ...rest] = text.split('\n');
	const language = languageLine.replace(/^language: /, '');
	if (form !== formLine || empty !== '' || !isLanguage(language) || !titleLine.startsWith('title: ')) return undefined;
	const clauses = rest.slice(0, -1).flatMap((line) => {
		const [, kind = '', words = ''] = /^\d+\. ([a-z]+): (.+)$/.exec(line) ?? [];
		return isClauseKind(kind) ? [{ kind, text: words }] : [];
	});
	const words = { language, title: titleLine.slice('title: '.length), clauses };
	const fits = words.title !== '' && words.title.length <= longestTitle && clauses.length > 0 && clauses.length <= mostClauses && clauses.every((clause) => clause.text.length <= longestClause);
	return fits && canonicalText(words) === text ? words : undefined;
}

function isClauseKind(text: string): text is ClauseKind {
	return clauseKinds.some((kind) => kind === text);
}

/** The name of a text: SHA-256 over its bytes, in hexadecimal digits as `sha256sum` prints them. */
export async function textHash(text: string): Promise<string> {
	return hexOf(await sha256(utf8(text)));
}

function hexOf(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The bytes of such digits, for the words that are read aloud. */
export function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

/** Of one clause, whatever its number is: what a translation of it is tied to. */
export async function clauseHash(clause: Omit<Clause, 'id'>): Promise<string> {
	return textHash(`${clause.kind}: ${cleanText(clause.text)}\n`);
}

/** Those that have words, cleaned, in their order. */
export function writtenClauses(clauses: readonly Clause[]): readonly Clause[] {
	return clauses.map(({ id, kind, text }) => ({ id, kind, text: cleanText(text) })).filter(({ text }) => text !== '');
}

/** Why a draft cannot be made a version yet; undefined where it can. */
export function freezeProblem({ title, clauses }: { readonly title: string; readonly clauses: readonly Clause[] }): 'no-title' | 'no-clauses' | 'too-many' | 'too-long' | undefined {
	if (cleanText(title) === '') return 'no-title';
	if (clauses.length === 0) return 'no-clauses';
	if (clauses.length > mostClauses) return 'too-many';
	return clauses.some(({ text }) => text.length > longestClause) ? 'too-long' : undefined;
}

/**
 * Note: What a draft is made of.
 * Its text is a note of the circle, each clause a paragraph (*Paragraphs that several write at once*), and what a clause is stands
 * beside it in the same document: nobody is named. Everything that somebody stands by is a signed record of the circle: comments, amendments with
 * their reasons, who supports them, what was decided and why, on which propositions a clause rests, versions and translations. What may be there
 * once for each amendment, member, clause or language has an id that follows from the draft's own secret (`singleRecord`).
 */
export const draftKinds = {
	draft: 'draft',
	comment: 'draft-comment',
	amendment: 'draft-amendment',
	support: 'draft-support',
	/** What stewards decided of an amendment. */
	decision: 'draft-decision',
	grounds: 'draft-grounds',
	version: 'draft-version',
	translation: 'draft-translation'
} as const;

const id = v.pipe(v.string(), v.check(isId));
/** Of a paragraph. */
const clauseId = v.pipe(v.string(), v.minLength(1), v.maxLength(20));
const words = (most: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most));
const language = v.picklist(languages);
export const hexHash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

export const draftShape = v.strictObject({ v: v.literal(1), title: words(longestTitle), language, secret: v.pipe(v.string(), v.length(22)) });
export const commentShape = v.strictObject({ v: v.literal(1), draft: id, clause: clauseId, text: words(longestRemark) });
export const amendmentShape = v.strictObject({
	v: v.literal(1),
	draft: id,
	clause: clauseId,
	/** The words that it was made from. */
	base: v.pipe(v.string(), v.maxLength(longestClause)),
	/** Empty: the clause goes. */
	text: v.pipe(v.string(), v.maxLength(longestClause)),
	reason: words(longestRemark)
});
export const supportShape = v.strictObject({ v: v.literal(1), draft: id, amendment: id, supports: v.boolean() });
export const decisionShape = v.strictObject({
	v: v.literal(1),
	draft: id,
	amendment: id,
	decision: v.picklist(['accepted', 'rejected', 'to-a-round']),
	reason: v.pipe(v.string(), v.maxLength(longestRemark)),
	/** Where it was put to a round. */
	round: v.nullable(id)
});
export const groundsShape = v.strictObject({
	v: v.literal(1),
	draft: id,
	clause: clauseId,
	propositions: v.pipe(v.array(v.strictObject({ round: id, proposition: id, text: v.pipe(v.string(), v.maxLength(1000)), standing: v.picklist(['supported', 'divides', 'not supported', 'too few votes']), tallies: talliesShape, fingerprint: v.pipe(v.string(), v.maxLength(20)) })), v.maxLength(50))
});
const clauseShape = v.strictObject({ id: clauseId, kind: v.picklist(clauseKinds), text: words(longestClause) });
/** Clauses as a version holds them. */
export const clausesShape = v.pipe(v.array(clauseShape), v.minLength(1), v.maxLength(mostClauses), v.check((clauses) => new Set(clauses.map((clause) => clause.id)).size === clauses.length));
export const versionShape = v.strictObject({ v: v.literal(1), draft: id, number: v.pipe(v.number(), v.integer(), v.minValue(1)), language, title: words(longestTitle), clauses: clausesShape });

export type Draft = v.InferOutput<typeof draftShape>;
export type Amendment = v.InferOutput<typeof amendmentShape>;
export type Decision = v.InferOutput<typeof decisionShape>;
export type Grounds = v.InferOutput<typeof groundsShape>;
export type Version = v.InferOutput<typeof versionShape>;
