import { exponentOf, isCurrency, readAmount, sumOf, type Money } from './money.ts';
import { isAsked, problemOf, type Answer, type AnswerProblem, type Answers, type Form, type Question } from './form.ts';

/** What stands in a question's fields as it was typed; which of it counts depends on the question's kind. */
export interface Typed {
	text: string;
	chosen: string[];
	currency: string;
	lines: { what: string; amount: string }[];
}

/** By the question's id. Plain JSON, so that a draft can hold it. */
export type TypedAnswers = Record<string, Typed>;

export function emptyTyped(question: Question, currency: string): Typed {
	return { text: '', chosen: [], currency, lines: question.kind === 'budget' ? [{ what: '', amount: '' }] : [] };
}

/** What is wrong with what was typed: the question, and in a budget the line (from 0). */
export interface TypedProblem {
	readonly question: string;
	readonly problem: AnswerProblem;
	readonly line?: number;
}

/**
 * The answers that were typed, and everything that is wrong with them, in the form's order. Files are not typed: `fileCounts` says
 * how many were chosen for a question.
 */
export function readTyped(form: Form, typed: TypedAnswers, fileCounts: Readonly<Record<string, number>>): { readonly answers: Answers; readonly problems: readonly TypedProblem[] } {
	const answers: Record<string, Answer> = {};
	const unreadable = new Map<string, number | undefined>();
	for (const question of form.questions) {
		const own = typed[question.id];
		if (own === undefined) continue;
		const answer = answerOf(question, own);
		if (answer !== undefined && 'unreadable' in answer) unreadable.set(question.id, answer.line);
		else if (answer !== undefined) answers[question.id] = answer;
	}
	const asked = form.questions.filter((question) => isAsked(question, answers, form));
	const problems = asked.flatMap((question): TypedProblem[] => {
		const { id } = question;
		if (unreadable.has(id)) {
			const line = unreadable.get(id);
			return [{ question: id, problem: 'not-an-amount', ...(line !== undefined && { line }) }];
		}
		if (question.kind === 'file') return fileProblem(question, fileCounts[id] ?? 0);
		const problem = problemOf(question, answers[id]);
		return problem === undefined ? [] : [{ question: id, problem }];
	});
	return { answers, problems };
}

function fileProblem({ id, required, most }: Question, count: number): TypedProblem[] {
	if (count > most) return [{ question: id, problem: 'too-many' }];
	return required && count === 0 ? [{ question: id, problem: 'missing' }] : [];
}

interface Unreadable {
	readonly unreadable: true;
	readonly line?: number;
}

function answerOf({ kind }: Question, { text, chosen, currency, lines }: Typed): Answer | Unreadable | undefined {
	switch (kind) {
		case 'text':
		case 'long-text':
			return text.trim() === '' ? undefined : { kind: 'text', text: text.trim() };
		case 'choice':
		case 'choices':
			return chosen.length === 0 ? undefined : { kind: 'choices', chosen: [...chosen] };
		case 'amount': {
			if (text.trim() === '') return undefined;
			const amount = isCurrency(currency) ? readAmount(text, currency) : undefined;
			return amount === undefined ? { unreadable: true } : { kind: 'amount', ...amount };
		}
		case 'budget':
			return budgetOf(currency, lines);
		case 'date':
			return text === '' ? undefined : { kind: 'date', day: text };
		case 'file':
			return undefined;
	}
}

/** A line of which neither half was written is none. */
function budgetOf(currency: string, lines: Typed['lines']): Answer | Unreadable | undefined {
	const read: { what: string; amountMinor: number }[] = [];
	for (const [line, { what, amount }] of lines.entries()) {
		if (what.trim() === '' && amount.trim() === '') continue;
		const money = readAmount(amount, currency);
		if (money === undefined || what.trim() === '') return { unreadable: true, line };
		read.push({ what: what.trim(), amountMinor: money.amountMinor });
	}
	return read.length === 0 ? undefined : { kind: 'budget', currency, lines: read };
}

/** The sum of the lines that can be read; undefined where there is none, or it is too large to be exact. */
export function budgetSum({ currency, lines }: Typed): Money | undefined {
	const amounts = lines.flatMap(({ amount }) => readAmount(amount, currency) ?? []);
	try {
		return amounts.length === 0 ? undefined : sumOf(amounts, currency);
	} catch {
		return undefined;
	}
}

/** An example of how an amount in this currency is typed: `1200.50`, `1200`. */
export function amountExample(currency: string): string {
	const decimals = exponentOf(currency);
	return decimals === 0 ? '1200' : `1200.${'50'.padEnd(decimals, '0')}`;
}

/** What a draft held, in the shape of the form that is asked now: whatever is not one of its questions is left out. */
export function typedFrom(found: unknown, form: Form, currency: string): TypedAnswers {
	const given = typeof found === 'object' && found !== null ? (found as Readonly<Record<string, unknown>>) : {};
	return Object.fromEntries(
		form.questions.map((question) => {
			const empty = emptyTyped(question, currency);
			const own = given[question.id];
			if (typeof own !== 'object' || own === null) return [question.id, empty];
			const { text, chosen, currency: code, lines } = own as Readonly<Record<string, unknown>>;
			const read = Array.isArray(lines) ? lines.filter((line: unknown): line is { what: string; amount: string } => typeof line === 'object' && line !== null && 'what' in line && 'amount' in line && typeof line.what === 'string' && typeof line.amount === 'string') : [];
			return [
				question.id,
				{
					text: typeof text === 'string' ? text : '',
					chosen: Array.isArray(chosen) ? chosen.filter((choice): choice is string => question.choices.some(({ id }) => id === choice)) : [],
					currency: typeof code === 'string' && isCurrency(code) ? code : currency,
					lines: read.length > 0 ? read : empty.lines
				}
			];
		})
	);
}
