import type { Text } from '#lib/platform/i18n/text.ts';
import { isCurrency, type Money } from './money.ts';

/**
 * Note: The parts of an application.
 * Each is sealed under a key of its own, and who reads it is who has that key. The first four are what the applicant
 * writes, and each question says which part its answer stands in; so blind review and the separation of decision from
 * payment follow from keys and not from pages that hide something.
 */
export const answerParts = ['core', 'identity', 'payee', 'references'] as const;

export type AnswerPart = (typeof answerParts)[number];

export const questionKinds = ['text', 'long-text', 'choice', 'choices', 'amount', 'budget', 'date', 'file'] as const;

export type QuestionKind = (typeof questionKinds)[number];

export interface Question {
	/** Short and for ever: `needs`. Answers of an older version of the form are found by it. */
	readonly id: string;
	readonly part: AnswerPart;
	readonly kind: QuestionKind;
	readonly label: Text;
	readonly help: Text | null;
	readonly required: boolean;
	/** For `choice` and `choices`. */
	readonly choices: readonly { readonly id: string; readonly label: Text }[];
	/** Asked only if an earlier question of the kinds `choice` or `choices` was answered with one of these. */
	readonly when: { readonly question: string; readonly is: readonly string[] } | null;
	/** Most characters of a text, lines of a budget, or files. */
	readonly most: number;
}

export interface Form {
	/** 1 for the first; each change is the next. An application keeps the version that it was written in. */
	readonly version: number;
	readonly questions: readonly Question[];
}

export interface BudgetLine {
	readonly what: string;
	readonly amountMinor: number;
}

/** A file as an answer names it: what is needed to fetch and open it. */
export interface AttachedFile {
	readonly name: string;
	readonly type: string;
	readonly sizeBytes: number;
	readonly blob: string;
	/** SHA-256 of each sealed part, base64url. */
	readonly hashes: readonly string[];
}

export type Answer =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'choices'; readonly chosen: readonly string[] }
	| ({ readonly kind: 'amount' } & Money)
	| { readonly kind: 'budget'; readonly currency: string; readonly lines: readonly BudgetLine[] }
	/** YYYY-MM-DD, in the calendar of Gregory. */
	| { readonly kind: 'date'; readonly day: string }
	| { readonly kind: 'files'; readonly files: readonly AttachedFile[] };

/** By the question's id. Whatever is missing was not answered. */
export type Answers = Readonly<Record<string, Answer>>;

/** What is wrong with an answer, in a word that a page has a sentence for. */
export type AnswerProblem = 'missing' | 'too-long' | 'not-a-choice' | 'not-an-amount' | 'not-a-date' | 'too-many' | 'wrong-kind';

/** Which kind of answer a question takes. */
const answerKinds: Readonly<Record<QuestionKind, Answer['kind']>> = { text: 'text', 'long-text': 'text', choice: 'choices', choices: 'choices', amount: 'amount', budget: 'budget', date: 'date', file: 'files' };

/** Whether a question is asked, given the answers so far. A condition on a question that is not asked itself does not hold. */
export function isAsked(question: Question, answers: Answers, form: Form): boolean {
	if (question.when === null) return true;
	const { question: earlier, is } = question.when;
	const asked = form.questions.find(({ id }) => id === earlier);
	const answer = Object.hasOwn(answers, earlier) ? answers[earlier] : undefined;
	return asked !== undefined && isAsked(asked, answers, form) && answer?.kind === 'choices' && answer.chosen.some((choice) => is.includes(choice));
}

/** Every question that is asked and what is wrong with its answer; nothing when all may be sent. */
export function problemsOf(form: Form, answers: Answers): ReadonlyMap<string, AnswerProblem> {
	const problems = new Map<string, AnswerProblem>();
	for (const question of form.questions.filter((question) => isAsked(question, answers, form))) {
		const problem = problemOf(question, Object.hasOwn(answers, question.id) ? answers[question.id] : undefined);
		if (problem !== undefined) problems.set(question.id, problem);
	}
	return problems;
}

/** What is wrong with one answer; undefined if nothing. */
export function problemOf(question: Question, answer: Answer | undefined): AnswerProblem | undefined {
	if (answer === undefined || isEmpty(answer)) return question.required ? 'missing' : undefined;
	if (answer.kind !== answerKinds[question.kind]) return 'wrong-kind';
	switch (answer.kind) {
		case 'text':
			return [...answer.text].length > question.most ? 'too-long' : undefined;
		case 'choices':
			if (question.kind === 'choice' && answer.chosen.length > 1) return 'too-many';
			return answer.chosen.every((choice) => question.choices.some(({ id }) => id === choice)) ? undefined : 'not-a-choice';
		case 'amount':
			return isAmount(answer) ? undefined : 'not-an-amount';
		case 'budget':
			if (answer.lines.length > question.most) return 'too-many';
			return answer.lines.every(({ what, amountMinor }) => what.trim() !== '' && isAmount({ amountMinor, currency: answer.currency })) ? undefined : 'not-an-amount';
		case 'date':
			return isDay(answer.day) ? undefined : 'not-a-date';
		case 'files':
			return answer.files.length > question.most ? 'too-many' : undefined;
	}
}

function isEmpty(answer: Answer): boolean {
	switch (answer.kind) {
		case 'text':
			return answer.text.trim() === '';
		case 'choices':
			return answer.chosen.length === 0;
		case 'budget':
			return answer.lines.length === 0;
		case 'date':
			return answer.day === '';
		case 'files':
			return answer.files.length === 0;
		case 'amount':
			return false;
	}
}

function isAmount({ amountMinor, currency }: Money): boolean {
	return Number.isSafeInteger(amountMinor) && amountMinor >= 0 && isCurrency(currency);
}

function isDay(day: string): boolean {
	return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(`${day}T00:00Z`)) && new Date(`${day}T00:00Z`).toISOString().startsWith(day);
}

/** The answers of one part alone, of questions that are asked: what is sealed under that part's key. */
export function answersIn(part: AnswerPart, form: Form, answers: Answers): Answers {
	const own = form.questions.filter((question) => question.part === part && isAsked(question, answers, form));
	return Object.fromEntries(own.flatMap(({ id }) => (Object.hasOwn(answers, id) && answers[id] !== undefined ? [[id, answers[id]]] : [])));
}

/** Why a form cannot be published; each in a word, with the question it is about. */
export type FormProblem = { readonly question: string; readonly problem: 'id-taken' | 'no-label' | 'no-choices' | 'condition-not-earlier' | 'condition-not-a-choice' | 'most-is-none' };

export function formProblems(form: Form): FormProblem[] {
	const problems: FormProblem[] = [];
	for (const [at, question] of form.questions.entries()) {
		const tell = (problem: FormProblem['problem']): unknown => problems.push({ question: question.id, problem });
		if (form.questions.findIndex(({ id }) => id === question.id) !== at) tell('id-taken');
		if (!Object.values(question.label.in).some((words) => words.trim() !== '')) tell('no-label');
		if ((question.kind === 'choice' || question.kind === 'choices') && question.choices.length < 2) tell('no-choices');
		if (!Number.isSafeInteger(question.most) || question.most < 1) tell('most-is-none');
		if (question.when === null) continue;
		const earlier = form.questions.slice(0, at).find(({ id }) => id === question.when?.question);
		if (earlier === undefined) tell('condition-not-earlier');
		else if (question.when.is.length === 0 || !question.when.is.every((choice) => earlier.choices.some(({ id }) => id === choice))) tell('condition-not-a-choice');
	}
	return problems;
}
