import { expect, test } from 'vitest';
import { balanceOf, type Counted } from './balance.ts';
import { someItem, somePerson, somePlan } from './fixtures.ts';

const comes = (person: string, region: Counted['origin']['region'], gender: string): Counted => ({ person, origin: { region, gender } });

const plan = somePlan({
	people: [somePerson('ana'), somePerson('ben'), somePerson('cem'), somePerson('a-second-name-of-ana')],
	items: [
		someItem({ id: 'panel', starts: '10:00', ends: '11:30', people: [{ id: 'ana', role: 'speaker' }, { id: 'ben', role: 'chair' }, { id: 'cem', role: 'interpreter' }] }),
		someItem({ id: 'late', starts: '23:30', ends: '00:30', people: [{ id: 'a-second-name-of-ana', role: 'speaker' }] }),
		someItem({ id: 'off', state: 'cancelled', people: [{ id: 'ben', role: 'speaker' }] }),
		someItem({ id: 'lunch', kind: 'meal', people: [{ id: 'ben', role: 'speaker' }] }),
		someItem({ id: 'someday', starts: null, ends: null, people: [{ id: 'ben', role: 'speaker' }] })
	]
});

test('a convenor sees who is coming and who is given the word, and two names are one person', () => {
	const balance = balanceOf(plan, [comes('ana', 'africa', 'woman'), comes('a-second-name-of-ana', 'africa', 'Woman '), comes('ben', 'europe', 'man'), comes('cem', '', '')]);

	expect(balance.regions).toEqual([
		{ of: 'africa', people: 1, minutes: 105 },
		{ of: 'europe', people: 1, minutes: 45 },
		{ of: null, people: 1, minutes: 0 }
	]);
	expect(balance.genders.map(({ people, minutes }) => [people, minutes])).toEqual([[1, 105], [1, 45], [1, 0]]);
});

test('the same words about oneself count together however they are written, and no word is put in the place of another', () => {
	const balance = balanceOf(plan, [comes('ana', 'asia', 'Mujer'), comes('ben', 'asia', ' mujer'), comes('cem', 'asia', 'nonbinary'), comes('dina', 'asia', '   ')]);

	expect(balance.genders).toEqual([
		{ of: 'Mujer', people: 2, minutes: 150 },
		{ of: 'nonbinary', people: 1, minutes: 0 },
		{ of: null, people: 1, minutes: 0 }
	]);
	expect(balance.regions).toEqual([{ of: 'asia', people: 4, minutes: 150 }]);
});

test('with nobody there is nothing to show', () => {
	expect(balanceOf(plan, [])).toEqual({ regions: [], genders: [] });
});
