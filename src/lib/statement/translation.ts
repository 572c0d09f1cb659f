import * as v from 'valibot';
import { languages } from '#lib/platform/i18n/language.ts';
import { isId } from '#lib/vault/envelope.ts';
import { clauseHash, hexHash, longestClause, longestTitle, mostClauses, type Clause, type StatementWords } from './draft.ts';

/**
 * Note: A translation belongs to the words that it translates.
 * It names, clause by clause, the hash of what it was made from. When a clause is written anew its translation is *stale* by itself, in every browser
 * and on the server alike, and nobody has to remember to say so. A language in which one clause is stale or missing is never shown as what
 * was adopted; no program translates.
 */
export const translationStates = ['draft', 'reviewed', 'adopted'] as const;
export type TranslationState = (typeof translationStates)[number];

const translatedClause = v.strictObject({ clause: v.pipe(v.string(), v.minLength(1), v.maxLength(20)), of: hexHash, text: v.pipe(v.string(), v.maxLength(longestClause * 2)), state: v.picklist(translationStates) });
export const translationShape = v.strictObject({
	v: v.literal(1),
	draft: v.pipe(v.string(), v.check(isId)),
	language: v.picklist(languages),
	title: v.pipe(v.string(), v.maxLength(longestTitle)),
	clauses: v.pipe(v.array(translatedClause), v.maxLength(mostClauses * 3))
});
export type StatementTranslation = v.InferOutput<typeof translationShape>;

/** How the translation of one clause stands: as somebody said, or stale, or missing. */
export type ClauseTranslationState = TranslationState | 'missing' | 'stale';

export interface ClauseTranslation {
	readonly clause: Clause;
	/** Empty where it is missing. */
	readonly text: string;
	readonly state: ClauseTranslationState;
}

/** Each clause with what there is of it in another language. */
export async function clauseTranslations(clauses: readonly Clause[], translation: Pick<StatementTranslation, 'clauses'> | undefined): Promise<readonly ClauseTranslation[]> {
	return Promise.all(
		clauses.map(async (clause): Promise<ClauseTranslation> => {
			const found = translation?.clauses.find((one) => one.clause === clause.id);
			if (found === undefined || found.text.trim() === '') return { clause, text: '', state: 'missing' };
			return { clause, text: found.text, state: found.of === (await clauseHash(clause)) ? found.state : 'stale' };
		})
	);
}

/** A statement in another language, where every clause and the title are translated from these words and somebody reviewed them; else undefined. */
export async function currentTranslation(clauses: readonly Clause[], translation: StatementTranslation): Promise<StatementWords | undefined> {
	const all = await clauseTranslations(clauses, translation);
	if (translation.title.trim() === '' || !all.every(({ state }) => state === 'reviewed' || state === 'adopted')) return undefined;
	return { language: translation.language, title: translation.title, clauses: all.map(({ clause, text }) => ({ kind: clause.kind, text })) };
}
