import { m } from '#lib/platform/i18n/compiled/messages.js';
import { intlTag, type Language } from '#lib/platform/i18n/language.ts';
import { shown } from '#lib/platform/i18n/text.ts';
import type { CallInboxes } from './call.ts';
import type { CallState } from './call-log.ts';
import { answerParts, type AnswerPart, type Form, type Question } from './form.ts';

/** What a call's pages and its document say in the same words; all in `language`. */

export function partName(part: AnswerPart, language: Language): string {
	const locale = { locale: language };
	switch (part) {
		case 'core':
			return m.grants_part_core({}, locale);
		case 'identity':
			return m.grants_part_identity({}, locale);
		case 'payee':
			return m.grants_part_payee({}, locale);
		case 'references':
			return m.grants_part_references({}, locale);
	}
}

/** What kind of answer a question takes, and how much of it. Before choices, which follow in a list. */
export function answerWords({ kind, most }: Question, language: Language): string {
	const locale = { locale: language };
	switch (kind) {
		case 'text':
			return m.grants_question_text({ most }, locale);
		case 'long-text':
			return m.grants_question_long_text({ most }, locale);
		case 'choice':
			return m.grants_question_choice({}, locale);
		case 'choices':
			return m.grants_question_choices({}, locale);
		case 'amount':
			return m.grants_question_amount({}, locale);
		case 'budget':
			return m.grants_question_budget({ most }, locale);
		case 'date':
			return m.grants_question_date({}, locale);
		case 'file':
			return m.grants_question_file({ most }, locale);
	}
}

/** On which earlier answer a question depends; undefined for one that everybody is asked. */
export function conditionWords({ when }: Question, form: Form, language: Language): string | undefined {
	const earlier = when && form.questions.find(({ id }) => id === when.question);
	if (!when || !earlier) return undefined;
	const choices = earlier.choices.filter(({ id }) => when.is.includes(id)).map(({ label }) => shown(label, language).words);
	return m.grants_question_if({ question: shown(earlier.label, language).words, choices: choices.join(m.comma({}, { locale: language })) }, { locale: language });
}

/** The questions by the part that their answers stand in; parts without a question are left out. */
export function questionsByPart({ questions }: Form): { readonly part: AnswerPart; readonly questions: readonly Question[] }[] {
	return answerParts.map((part) => ({ part, questions: questions.filter((question) => question.part === part) })).filter(({ questions: of }) => of.length > 0);
}

/** Whether parts go to different people. */
export function isReadApart({ core, identity, payee }: CallInboxes): boolean {
	return new Set([core.circle, identity.circle, payee.circle]).size > 1;
}

/** Of all weights, this one's share in whole percent: `33%`. */
export function shareWords(weight: number, { content }: Pick<CallState, 'content'>, language: Language): string {
	const all = content.criteria.reduce((sum, criterion) => sum + criterion.weight, 0);
	return new Intl.NumberFormat(intlTag(language), { style: 'percent' }).format(weight / all);
}
