import { expect, test } from 'vitest';
import { someContent, someDeadline } from '../../../tests/calls.ts';
import { callOf, choicesOf, editedFrom, editedOf, newEdited, noWords, problemFields } from './call-editing.ts';
import { draftProblems } from './client/calls.ts';

test('a call goes through the editor and comes out as it was', () => {
	const call = { slug: 'rapid-help', kind: 'call', deadline: someDeadline, content: someContent() } as const;

	expect(callOf(editedOf(call))).toEqual(call);
});

test('a new call names its empty fields, and none of the usual questions', () => {
	const edited = newEdited('ar');

	expect(problemFields(edited, draftProblems(callOf(edited)))).toEqual(['slug', 'title', 'summary']);
});

test('each question that cannot be asked is named by its place', () => {
	const edited = newEdited('en');
	edited.title.en = edited.summary.en = 'Words';
	edited.slug = 'a-call';
	edited.questions[0]!.label = noWords();
	edited.questions[1]!.choices = { ...noWords(), en: 'Only one' };
	edited.questions[2]!.whenQuestion = 'need';

	expect(problemFields(edited, draftProblems(callOf(edited))).toSorted()).toEqual(['questions.0', 'questions.1', 'questions.2']);
});

test('a deadline that is missing and a ceiling that is no amount are named', () => {
	const edited = { ...newEdited('en'), kind: 'call' as const, slug: 'a-call', ceiling: 'much' };
	edited.title.en = edited.summary.en = 'Words';

	expect(problemFields(edited, draftProblems(callOf(edited)))).toEqual(['deadline', 'ceiling']);
});

test('a choice keeps its id when its words change, and a new one takes none that is taken', () => {
	const choices = { choices: { ...noWords(), es: 'Uno\nDos\nTres' }, choiceIds: ['choice-3', 'legal'] };

	expect(choicesOf(choices, 'en').map(({ id, label }) => [id, label.original, label.in.es])).toEqual([['choice-3', 'es', 'Uno'], ['legal', 'es', 'Dos'], ['choice-4', 'es', 'Tres']]);
});

test('what stood in the fields is there again after a lock, whether it fitted or not', () => {
	const edited = { ...editedOf({ slug: 'a-call', kind: 'call', deadline: null, content: someContent() }), day: '2027-0', ceiling: 'about a thousand', currency: 'KES' };

	expect(editedFrom(JSON.stringify(edited))).toEqual(edited);
	// A field for a number that was emptied, and one beyond what fits.
	const odd = { ...edited, keepMonths: undefined, clocks: { ...edited.clocks, payHours: null } };
	expect(editedFrom(JSON.stringify(odd))?.title).toEqual(edited.title);
	expect(['', 'A paper', '{}', '[]', JSON.stringify({ ...edited, title: 'Words' })].map(editedFrom)).toEqual(Array.from({ length: 5 }, () => undefined));
});
