import * as v from 'valibot';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { callContentShape, usualClocks, type CallContent, type CallKind, type Clocks, type Deadline } from './call.ts';
import { anywhereOnEarth, deadlineClock, deadlineOf } from './deadline.ts';
import { answerParts, formProblems, questionKinds, type AnswerPart, type Question, type QuestionKind } from './form.ts';
import { decimalText, readAmount } from './money.ts';
import { usualQuestions } from './usual-form.ts';

/** A text as it stands in the editor's fields: every language has one, mostly empty. */
export type Words = Record<Language, string>;

/** A call as somebody edits it: what stands in the fields, whether it fits or not. Plain and mutable, for a page's state. */
export interface Edited {
	/** Which language the texts are written in first. */
	original: Language;
	slug: string;
	kind: CallKind;
	day: string;
	time: string;
	zone: string;
	title: Words;
	summary: Words;
	/** One a line. */
	funded: Words;
	notFunded: Words;
	ceiling: string;
	currency: string;
	eligibility: { id: string; question: Words; needed: 'yes' | 'no'; otherwise: Words }[];
	criteria: { id: string; name: Words; explanation: Words; weight: number }[];
	clocks: Clocks;
	keepMonths: number;
	formVersion: number;
	questions: EditedQuestion[];
}

export interface EditedQuestion {
	id: string;
	part: AnswerPart;
	kind: QuestionKind;
	label: Words;
	help: Words;
	required: boolean;
	/** One a line; their ids, line by line, so that answers stay what they are when the words change. */
	choices: Words;
	choiceIds: string[];
	/** Id of the earlier question and those of its choices, or '' for one that everybody is asked. */
	whenQuestion: string;
	whenIs: string[];
	most: number;
}

const said = v.strictObject({ en: v.string(), es: v.string(), fr: v.string(), ar: v.string() });
const editedShape: v.GenericSchema<unknown, Edited> = v.strictObject({
	original: v.picklist(languages),
	slug: v.string(),
	kind: v.picklist(['call', 'rapid']),
	day: v.string(),
	time: v.string(),
	zone: v.string(),
	title: said,
	summary: said,
	funded: said,
	notFunded: said,
	ceiling: v.string(),
	currency: v.string(),
	eligibility: v.array(v.strictObject({ id: v.string(), question: said, needed: v.picklist(['yes', 'no']), otherwise: said })),
	// A field for a number that somebody has emptied holds none.
	criteria: v.array(v.strictObject({ id: v.string(), name: said, explanation: said, weight: v.fallback(v.number(), 1) })),
	clocks: v.fallback(callContentShape.entries.clocks, usualClocks),
	keepMonths: v.fallback(v.number(), 24),
	formVersion: v.number(),
	questions: v.array(
		v.strictObject({
			id: v.string(), part: v.picklist(answerParts), kind: v.picklist(questionKinds), label: said, help: said, required: v.boolean(),
			choices: said, choiceIds: v.array(v.string()), whenQuestion: v.string(), whenIs: v.array(v.string()), most: v.fallback(v.number(), 4000)
		})
	)
});

/** What stood in the fields, from the JSON of it; undefined for any other text. */
export function editedFrom(text: string): Edited | undefined {
	try {
		const { success, output } = v.safeParse(editedShape, JSON.parse(text));
		return success ? output : undefined;
	} catch {
		// Not JSON: an older program wrote it, or a paper.
		return undefined;
	}
}

export interface EditableCall {
	readonly slug: string;
	readonly kind: CallKind;
	readonly deadline: Deadline | null;
	readonly content: CallContent;
}

export function noWords(): Words {
	return { en: '', es: '', fr: '', ar: '' };
}

/** A call to begin with: the usual questions, nothing said yet. */
export function newEdited(original: Language): Edited {
	const none = { original, in: {} };
	const content: CallContent = { title: none, summary: none, funded: [], notFunded: [], eligibility: [], criteria: [], ceiling: null, clocks: usualClocks, keepMonths: 24, form: { version: 1, questions: usualQuestions } };
	return { ...editedOf({ slug: '', kind: 'rapid', deadline: null, content }), original };
}

export function editedOf({ slug, kind, deadline, content }: EditableCall): Edited {
	const wall = deadline && deadlineClock(deadline, deadline.zone);
	return {
		original: content.title.original,
		slug,
		kind,
		day: wall?.day ?? '',
		time: wall?.time ?? '23:59',
		zone: deadline?.zone ?? anywhereOnEarth,
		title: wordsOf(content.title),
		summary: wordsOf(content.summary),
		funded: linesOf(content.funded),
		notFunded: linesOf(content.notFunded),
		ceiling: content.ceiling ? decimalText(content.ceiling) : '',
		currency: content.ceiling?.currency ?? 'EUR',
		eligibility: content.eligibility.map(({ id, question, needed, otherwise }) => ({ id, question: wordsOf(question), needed, otherwise: wordsOf(otherwise) })),
		criteria: content.criteria.map(({ id, name, explanation, weight }) => ({ id, name: wordsOf(name), explanation: wordsOf(explanation), weight })),
		clocks: content.clocks,
		keepMonths: content.keepMonths,
		formVersion: content.form.version,
		questions: content.form.questions.map((question) => ({
			id: question.id,
			part: question.part,
			kind: question.kind,
			label: wordsOf(question.label),
			help: wordsOf(question.help),
			required: question.required,
			choices: linesOf(question.choices.map(({ label }) => label)),
			choiceIds: question.choices.map(({ id }) => id),
			whenQuestion: question.when?.question ?? '',
			whenIs: [...(question.when?.is ?? [])],
			most: question.most
		}))
	};
}

/** What the fields come to. What does not fit yet is left as it is, for a draft; `problemFields` names it. */
export function callOf(edited: Edited): EditableCall {
	const { original, slug, kind } = edited;
	return {
		slug: slug.trim(),
		kind,
		deadline: kind === 'call' ? readDeadline(edited) : null,
		content: {
			title: textOf(edited.title, original),
			summary: textOf(edited.summary, original),
			funded: textsOf(edited.funded, original),
			notFunded: textsOf(edited.notFunded, original),
			eligibility: edited.eligibility.map(({ id, question, needed, otherwise }) => ({ id, question: textOf(question, original), needed, otherwise: textOf(otherwise, original) })),
			criteria: edited.criteria.map(({ id, name, explanation, weight }) => ({ id, name: textOf(name, original), explanation: orNull(textOf(explanation, original)), weight })),
			ceiling: edited.ceiling.trim() === '' ? null : (readAmount(edited.ceiling, edited.currency) ?? null),
			clocks: edited.clocks,
			keepMonths: edited.keepMonths,
			form: { version: edited.formVersion, questions: edited.questions.map((question) => questionOf(question, original)) }
		}
	};
}

function questionOf({ id, part, kind, label, help, required, whenQuestion, whenIs, most, ...rest }: EditedQuestion, original: Language): Question {
	const hasChoices = kind === 'choice' || kind === 'choices';
	return {
		id, part, kind, label: textOf(label, original), help: orNull(textOf(help, original)), required, most,
		choices: hasChoices ? choicesOf(rest, original) : [],
		when: whenQuestion === '' ? null : { question: whenQuestion, is: whenIs }
	};
}

/** The choices of a question, each line with the id that it has. */
export function choicesOf({ choices, choiceIds }: Pick<EditedQuestion, 'choices' | 'choiceIds'>, original: Language): Question['choices'] {
	const taken = new Set(choiceIds);
	return textsOf(choices, original).map((label, at) => {
		let id = choiceIds[at];
		for (let n = at + 1; id === undefined; n++) if (!taken.has(`choice-${n}`)) id = `choice-${n}`;
		taken.add(id);
		return { id, label };
	});
}

/** Which fields keep this call from being published, by the beginning of their path: `title`, `questions.3`. */
export function problemFields(edited: Edited, paths: readonly string[]): readonly string[] {
	const { content, deadline, kind } = callOf(edited);
	const fields = paths.flatMap((path) => {
		const [first = '', ...rest] = path.replace(/^content\./, '').split('.');
		// Of the form its own rules say more, below.
		if (first === 'form') return rest[0] === 'questions' && rest[1] !== undefined ? [`questions.${rest[1]}`] : [];
		return ['eligibility', 'criteria'].includes(first) && rest[0] !== undefined ? [`${first}.${rest[0]}`] : [first];
	});
	for (const { question } of formProblems(content.form)) fields.push(`questions.${content.form.questions.findLastIndex(({ id }) => id === question)}`);
	if (content.form.questions.length === 0) fields.push('questions');
	if (kind === 'call' && deadline === null) fields.push('deadline');
	if (edited.ceiling.trim() !== '' && content.ceiling === null) fields.push('ceiling');
	return [...new Set(fields)].filter((field) => field !== '');
}

/** The deadline in the fields; null for none, or a day that no calendar has. */
export function readDeadline({ day, time, zone }: Pick<Edited, 'day' | 'time' | 'zone'>): Deadline | null {
	try {
		return day === '' || time === '' ? null : deadlineOf({ day, time, zone });
	} catch (error) {
		if (error instanceof RangeError) return null;
		throw error;
	}
}

/** An id that none of these has: `question-4`. */
export function freshId(stem: string, taken: readonly { readonly id: string }[]): string {
	for (let n = taken.length + 1; ; n++) if (!taken.some(({ id }) => id === `${stem}-${n}`)) return `${stem}-${n}`;
}

function wordsOf(text: Text | null): Words {
	return { ...noWords(), ...text?.in };
}

/** The text of the fields that are filled; without the language it is written in first, another takes its place. */
export function textOf(words: Words, original: Language): Text {
	const filled = languages.filter((language) => words[language].trim() !== '');
	const first = filled.includes(original) ? original : (filled[0] ?? original);
	return { original: first, in: Object.fromEntries(filled.map((language) => [language, words[language].trim()])) };
}

function orNull(text: Text): Text | null {
	return Object.keys(text.in).length === 0 ? null : text;
}

/** Texts that stand one a line; the same line in each language is the same text. */
function textsOf(words: Words, original: Language): Text[] {
	const lines = Object.fromEntries(languages.map((language) => [language, words[language].trim() === '' ? [] : words[language].trimEnd().split('\n')])) as Record<Language, string[]>;
	const most = Math.max(...languages.map((language) => lines[language].length));
	const line = (at: number): Words => ({ en: lines.en[at] ?? '', es: lines.es[at] ?? '', fr: lines.fr[at] ?? '', ar: lines.ar[at] ?? '' });
	return Array.from({ length: most }, (_, at) => textOf(line(at), original)).filter((text) => Object.keys(text.in).length > 0);
}

function linesOf(texts: readonly Text[]): Words {
	const lines = (language: Language): string => texts.map((text) => text.in[language] ?? '').join('\n').trimEnd();
	return { en: lines('en'), es: lines('es'), fr: lines('fr'), ar: lines('ar') };
}
