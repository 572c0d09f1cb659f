import { expect, test } from 'vitest';
import { inEnglish, someContent, someQuestions } from '../../../tests/calls.ts';
import * as v from 'valibot';
import { callContentShape } from './call.ts';
import { answersIn, formProblems, isAsked, problemOf, problemsOf, type Answers, type Form, type Question } from './form.ts';

const form: Form = { version: 1, questions: someQuestions };
const question = (id: string): Question => someQuestions.find((one) => one.id === id) as Question;
const whole: Answers = { situation: { kind: 'text', text: 'Threats.' }, kind: { kind: 'choices', chosen: ['legal'] } };

test('a form with what is required may be sent, and without it says of each question what is missing', () => {
	expect([...problemsOf(form, whole)]).toEqual([]);
	expect([...problemsOf(form, {})]).toEqual([['situation', 'missing'], ['kind', 'missing']]);
	expect([...problemsOf(form, { ...whole, situation: { kind: 'text', text: ' \n ' }, kind: { kind: 'choices', chosen: [] } })]).toEqual([['situation', 'missing'], ['kind', 'missing']]);
});

test('a question that depends on an answer is asked only then, and one that depends on that one neither', () => {
	const deep: Form = {
		version: 1,
		questions: [
			...someQuestions.slice(0, 2),
			{ ...question('kind'), id: 'how', when: { question: 'kind', is: ['relocation'] } },
			{ ...question('where-to'), required: true, when: { question: 'how', is: ['medical'] } }
		]
	};
	const last = deep.questions[3] as Question;
	const answers = (kind: string): Answers => ({ ...whole, kind: { kind: 'choices', chosen: [kind] }, how: { kind: 'choices', chosen: ['medical'] } });

	expect(isAsked(last, answers('relocation'), deep)).toBe(true);
	// The answer in between is left over from before the first was changed.
	expect(isAsked(last, answers('legal'), deep)).toBe(false);
	expect([...problemsOf(deep, answers('legal'))]).toEqual([]);
	expect([...problemsOf(deep, answers('relocation'))]).toEqual([['where-to', 'missing']]);
});

test.each([
	['a text that is longer than allowed, counted in characters as people count them', 'where-to', { kind: 'text', text: '🌍'.repeat(201) }, 'too-long'],
	['a text of exactly what is allowed', 'where-to', { kind: 'text', text: '🌍'.repeat(200) }, undefined],
	['two choices where one is asked', 'kind', { kind: 'choices', chosen: ['legal', 'medical'] }, 'too-many'],
	['a choice that is not offered', 'kind', { kind: 'choices', chosen: ['bribes'] }, 'not-a-choice'],
	['half a cent', 'wanted', { kind: 'amount', amountMinor: 0.5, currency: 'EUR' }, 'not-an-amount'],
	['a debt', 'wanted', { kind: 'amount', amountMinor: -1, currency: 'EUR' }, 'not-an-amount'],
	['money that is none', 'wanted', { kind: 'amount', amountMinor: 1, currency: 'XAU' }, 'not-an-amount'],
	['a budget line without words', 'budget', { kind: 'budget', currency: 'EUR', lines: [{ what: ' ', amountMinor: 1 }] }, 'not-an-amount'],
	['too many budget lines', 'budget', { kind: 'budget', currency: 'EUR', lines: Array.from({ length: 11 }, () => ({ what: 'a', amountMinor: 1 })) }, 'too-many'],
	['a day that no calendar has', 'since', { kind: 'date', day: '2027-02-29' }, 'not-a-date'],
	['a leap day', 'since', { kind: 'date', day: '2028-02-29' }, undefined],
	['a time for a day', 'since', { kind: 'date', day: '2027-02-28T00:00Z' }, 'not-a-date'],
	['too many files', 'papers', { kind: 'files', files: Array.from({ length: 4 }, () => ({ name: 'a', type: 'a', sizeBytes: 1, blob: 'a', hashes: [] })) }, 'too-many'],
	['an answer of another kind', 'wanted', { kind: 'text', text: '5' }, 'wrong-kind'],
	['nothing where nothing is required', 'since', { kind: 'date', day: '' }, undefined]
] as const)('an answer is judged before it is sealed: %s', (_what, id, answer, problem) => {
	expect(problemOf(question(id), answer)).toBe(problem);
});

test('each part gets the answers of its own questions alone, and none to a question that is not asked', () => {
	const answers: Answers = { ...whole, name: { kind: 'text', text: 'A name' }, account: { kind: 'text', text: 'An account' }, 'where-to': { kind: 'text', text: 'Left over' } };

	expect(answersIn('core', form, answers)).toEqual(whole);
	expect(answersIn('identity', form, answers)).toEqual({ name: answers['name'] });
	expect(answersIn('payee', form, answers)).toEqual({ account: answers['account'] });
	expect(answersIn('references', form, answers)).toEqual({});
});

test('an answer whose question bears a name of JavaScript is an answer like others', () => {
	const odd: Form = { version: 1, questions: [{ ...question('situation'), id: 'constructor' }] };

	expect([...problemsOf(odd, {})]).toEqual([['constructor', 'missing']]);
});

test.each([
	['two questions of one name', [question('situation'), question('situation')], [['situation', 'id-taken']]],
	['a choice between one', [{ ...question('kind'), choices: question('kind').choices.slice(1, 2) }], [['kind', 'no-choices']]],
	['a condition on a later question', [question('where-to'), question('kind')], [['where-to', 'condition-not-earlier']]],
	['a condition on itself', [{ ...question('kind'), when: { question: 'kind', is: ['legal'] } }], [['kind', 'condition-not-earlier']]],
	['a condition that no choice can meet', [question('kind'), { ...question('where-to'), when: { question: 'kind', is: ['never'] } }], [['where-to', 'condition-not-a-choice']]],
	['a condition on nothing', [question('kind'), { ...question('where-to'), when: { question: 'kind', is: [] } }], [['where-to', 'condition-not-a-choice']]],
	['a question without words', [{ ...question('situation'), label: inEnglish(' ') }], [['situation', 'no-label']]],
	['a text of no length', [{ ...question('situation'), most: 0 }], [['situation', 'most-is-none']]]
] as const)('an editor is told what is wrong with a form before it is published: %s', (_what, questions, problems) => {
	expect(formProblems({ version: 1, questions }).map(({ question: id, problem }) => [id, problem])).toEqual(problems);
});

test('a call’s content has one form: what is more, less or otherwise is refused', () => {
	const holds = (content: unknown): boolean => v.safeParse(callContentShape, content).success;
	const content = someContent();

	expect(holds(content)).toBe(true);
	expect(
		[
			{ ...content, more: 1 },
			{ ...content, title: { original: 'en', in: { ar: 'لا أصل' } } },
			{ ...content, title: { original: 'de', in: { de: 'Nein' } } },
			{ ...content, ceiling: { amountMinor: 1.5, currency: 'EUR' } },
			{ ...content, ceiling: { amountMinor: 100, currency: 'ZWL' } },
			{ ...content, clocks: { ...content.clocks, decideHours: 0 } },
			{ ...content, criteria: [{ id: 'need', name: inEnglish('Need'), explanation: null, weight: 0 }] },
			{ ...content, form: { version: 1, questions: [question('where-to')] } }
		].filter(holds)
	).toEqual([]);
});
