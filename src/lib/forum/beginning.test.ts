import { expect, test } from 'vitest';
import { clonedPlan, isSlug, newPlan, proposedSlug, shiftedItems, withWords } from './beginning.ts';
import { someItem, somePerson, somePlan, words } from './fixtures.ts';
import { readPlan } from './plan.ts';

const begun = { title: words('Next'), slug: '2020-next', place: words('Elsewhere'), timeZone: 'Africa/Nairobi', startsOn: '2020-03-01', endsOn: '2020-03-04' };

test('a forum after the pattern of another has its days, rooms and lengths, and nobody who was in that one', () => {
	const earlier = somePlan({
		themes: [{ id: 'one', title: words('A theme'), workshops: [] }],
		people: [somePerson('ana', { shownAs: { name: 'Made-up Ana', office: null } })],
		items: [
			someItem({ id: 'first', day: '2019-10-12', theme: 'one', people: [{ id: 'ana', role: 'chair' }], expected: 40 }),
			someItem({ id: 'last', day: '2019-10-15', starts: '23:00', ends: '00:30', state: 'cancelled' })
		],
		acknowledged: ['something']
	});

	const next = clonedPlan(earlier, begun, 'en');

	expect(next).toEqual({
		...newPlan(begun, 'en'),
		ordinal: 13,
		rooms: earlier.rooms,
		themes: earlier.themes,
		items: [
			someItem({ id: 'first', day: '2020-03-01', theme: 'one', state: 'draft' }),
			someItem({ id: 'last', day: '2020-03-04', starts: '23:00', ends: '00:30', state: 'draft' })
		]
	});
	expect(JSON.stringify(next)).not.toContain('ana');
	expect(readPlan(structuredClone(next))).toEqual(next);
});

test('shifting all items moves each by the same days, over the end of a month and of a year', () => {
	const plan = somePlan({ items: [someItem({ id: 'a', day: '2019-12-30' }), someItem({ id: 'b', day: '2019-12-31' })] });

	expect(shiftedItems(plan, 60).items.map(({ day }) => day)).toEqual(['2020-02-28', '2020-02-29']);
	expect(shiftedItems(plan, -30).items.map(({ day }) => day)).toEqual(['2019-11-30', '2019-12-01']);
	expect(shiftedItems(plan, 0)).toBe(plan);
});

test('an address is proposed for every title, and is always one that may be', () => {
	const titles = ['Égalité, ici & là', 'منتدى', '', '  --  ', 'a'.repeat(200), 'One: two'];

	expect(titles.map((title) => isSlug(proposedSlug(title, '2027-05-01')))).toEqual(titles.map(() => true));
	expect(proposedSlug('Égalité, ici & là', '2027-05-01')).toBe('2027-egalite-ici-la');
	expect(proposedSlug('منتدى', '2027-05-01')).toBe('2027-forum');
	expect(['A', 'a--b', '-a', 'a/b', '', 'a'.repeat(81)].map(isSlug)).toEqual([false, false, false, false, false, false]);
});

test('words taken out leave no empty language behind, which no reader could be shown', () => {
	const both = withWords(words('One'), 'ar', 'واحد');

	expect(both).toEqual({ original: 'en', in: { en: 'One', ar: 'واحد' } });
	expect(withWords(both, 'en', ' ')).toEqual({ original: 'ar', in: { ar: 'واحد' } });
	expect(withWords({ original: 'en', in: {} }, 'fr', 'Un')).toEqual({ original: 'fr', in: { fr: 'Un' } });
	expect(withWords(words('One'), 'en', '')).toEqual({ original: 'en', in: {} });
});
