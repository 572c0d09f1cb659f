import { expect, test } from 'vitest';
import { someQuestions } from '../../../tests/calls.ts';
import type { Form } from './form.ts';
import { amountExample, budgetSum, emptyTyped, readTyped, typedFrom, type Typed, type TypedAnswers } from './typed.ts';

const form: Form = { version: 1, questions: someQuestions };
const blank: Typed = { text: '', chosen: [], currency: 'EUR', lines: [] };
const typed = (more: Readonly<Record<string, Partial<Typed>>>): TypedAnswers => Object.fromEntries(Object.entries({ situation: { text: 'x' }, kind: { chosen: ['legal'] }, ...more }).map(([id, own]) => [id, { ...blank, ...own }]));

test('amounts are read in any digits, and a line of a budget that cannot be read is named', () => {
	const read = readTyped(form, typed({ wanted: { text: '١٬٢٠٠٫٥٠' }, budget: { lines: [{ what: 'Rent', amount: '۳۰۰' }, { what: '', amount: '' }, { what: 'Bus', amount: '12,50' }] } }), {});
	const wrong = readTyped(form, typed({ wanted: { text: 'much' }, budget: { lines: [{ what: 'Rent', amount: '300' }, { what: '', amount: '5' }] } }), {});

	expect(read).toMatchObject({ problems: [], answers: { wanted: { kind: 'amount', amountMinor: 120_050, currency: 'EUR' }, budget: { kind: 'budget', currency: 'EUR', lines: [{ what: 'Rent', amountMinor: 30_000 }, { what: 'Bus', amountMinor: 1250 }] } } });
	expect(wrong.problems).toEqual([{ question: 'wanted', problem: 'not-an-amount' }, { question: 'budget', problem: 'not-an-amount', line: 1 }]);
});

test('what is required and missing is told in the form’s order, and a question that is not asked is not missing', () => {
	const needed: Form = { version: 1, questions: form.questions.map((question) => (question.id === 'where-to' || question.id === 'papers' ? { ...question, required: true } : question)) };

	expect(readTyped(needed, {}, {}).problems.map(({ question }) => question)).toEqual(['situation', 'kind', 'papers']);
	expect(readTyped(needed, typed({ kind: { chosen: ['relocation'] } }), { papers: 1 }).problems).toEqual([{ question: 'where-to', problem: 'missing' }]);
	expect(readTyped(needed, typed({}), { papers: 4 }).problems).toEqual([{ question: 'papers', problem: 'too-many' }]);
});

test('the sum leaves out what cannot be read, and one that is not exact is none', () => {
	const sum = (...amounts: string[]) => budgetSum({ ...blank, lines: amounts.map((amount) => ({ what: 'x', amount })) });

	expect([sum('1.50', 'x', '٢'), sum(), sum('90071992547409.91', '90071992547409.91')]).toEqual([{ amountMinor: 350, currency: 'EUR' }, undefined, undefined]);
	expect(['EUR', 'JPY', 'TND'].map(amountExample)).toEqual(['1200.50', '1200', '1200.500']);
});

test('a draft of another form, or a broken one, fills what fits and breaks nothing', () => {
	const filled = typedFrom({ situation: { text: 'kept', chosen: 1, currency: 'XXX', lines: null }, kind: { chosen: ['legal', 'gone'] }, budget: { lines: [{ what: 'a', amount: '1' }, { what: 2 }] }, other: {} }, form, 'EUR');

	expect(filled['situation']).toEqual({ ...blank, text: 'kept' });
	expect([filled['kind']?.chosen, filled['budget']?.lines, filled['other']]).toEqual([['legal'], [{ what: 'a', amount: '1' }], undefined]);
	expect(typedFrom(undefined, form, 'EUR')).toEqual(Object.fromEntries(form.questions.map((question) => [question.id, emptyTyped(question, 'EUR')])));
});
