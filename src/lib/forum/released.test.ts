import * as v from 'valibot';
import { expect, test } from 'vitest';
import { changed, moved, withItem, withoutItem } from './editing.ts';
import { someItem, somePlan, words } from './fixtures.ts';
import { changesBetween, missingWords, releasedShape, releaseOf, withoutPerson } from './released.ts';

const speakers = [{ id: 'ana', role: 'speaker' as const }, { id: 'ben', role: 'chair' as const }, { id: 'cem', role: 'interpreter' as const }];
const plan = somePlan({
	items: [
		someItem({ id: 'open', people: speakers, questionsMinutes: 15 }),
		someItem({ id: 'inside', day: '2019-10-13', disclosure: 'participants', people: speakers, room: 'library' }),
		someItem({ id: 'closed', disclosure: 'closed', title: words('Canary-Closed') }),
		someItem({ id: 'rule', disclosure: 'chatham-house', title: words('Canary-Rule') }),
		someItem({ id: 'idea', state: 'draft', title: words('Canary-Draft') }),
		someItem({ id: 'maybe', state: 'proposed', title: words('Canary-Proposed') }),
		someItem({ id: 'never', state: 'cancelled', title: words('Canary-Never') })
	]
});
const everybody = new Set(['ana', 'ben', 'cem']);
const first = releaseOf(plan, { shown: everybody, before: undefined });

test('a release tells what is public, of what is for participants the time and title, and nothing else', () => {
	expect(first.items.map(({ id, public: isPublic, room, people }) => [id, isPublic, room?.in.en, people.map((one) => one.id)])).toEqual([
		['inside', false, undefined, []],
		['open', true, 'Hall', ['ana', 'ben']]
	]);
	expect(JSON.stringify(first)).not.toMatch(/Canary|Made up|cem/);
	expect(v.parse(releasedShape, JSON.parse(JSON.stringify(first)))).toEqual(first);
});

test('who is not shown is in no release, and who is not shown any more in no old one either', () => {
	const without = releaseOf(plan, { shown: new Set(['ben']), before: first });

	expect(JSON.stringify(without)).not.toContain('ana');
	expect(JSON.stringify(withoutPerson(first, 'ana'))).toBe(JSON.stringify(without));
	expect(changesBetween(first, without)).toEqual([]);
});

test('what was released and is taken out, closed or put back to a draft, is cancelled, so that calendars hear of it', () => {
	const closed = changed(plan, 'open', (item) => ({ ...item, disclosure: 'closed' }));
	const draft = changed(plan, 'open', (item) => ({ ...item, state: 'draft' }));

	for (const next of [withoutItem(plan, 'open'), closed, draft]) {
		const second = releaseOf(next, { shown: everybody, before: first });
		expect(second.items.find(({ id }) => id === 'open')).toMatchObject({ cancelled: true, people: [] });
		expect(changesBetween(first, second)).toMatchObject([{ kind: 'cancelled', item: { id: 'open' } }]);
	}
});

test('a forum that is cancelled cancels every item, and one that comes back brings them back', () => {
	const over = releaseOf({ ...plan, standing: 'cancelled' }, { shown: everybody, before: first });

	expect(over.items.every(({ cancelled }) => cancelled)).toBe(true);
	expect(changesBetween(over, first).map(({ kind }) => kind)).toEqual(['forum', 'back', 'back']);
});

test('what changed is told by kind, each item in its place of the agenda', () => {
	const next = withItem(moved(changed({ ...plan, place: words('Online') }, 'inside', (item) => ({ ...item, title: words('Workshops') })), 'open', { day: '2019-10-15', room: 'library', starts: '15:00' }), someItem({ id: 'new', starts: '16:30', ends: '17:00' }));

	expect(changesBetween(first, releaseOf(next, { shown: everybody, before: first })).map((change) => (change.kind === 'forum' ? change : [change.kind, change.item.id]))).toEqual([
		{ kind: 'forum', fields: ['place'] },
		['title', 'inside'],
		['moved', 'open'],
		['room', 'open'],
		['new', 'new']
	]);
});

test('a release that lacks words, names a time twice over or says more than its shape is refused', () => {
	const [item] = first.items;
	const bad: unknown[] = [{ ...first, title: { original: 'en', in: {} } }, { ...first, items: [item, item] }, { ...first, items: [{ ...item, ends: null }] }, { ...first, note: 'more' }, { ...first, endsOn: '2018-01-01' }];

	for (const one of bad) expect(v.safeParse(releasedShape, one).success).toBe(false);
});

test('every word that the public would miss is named, and none of what it is not told', () => {
	const none = { original: 'en' as const, in: {} };
	const bare = somePlan({
		subject: none,
		themes: [{ id: 'theme', title: words('A theme'), workshops: [{ id: 'workshop', title: none }] }],
		rooms: [{ id: 'hall', name: { original: 'en', in: { en: 'Hall', ar: ' ' } }, capacity: null, access: null }, { id: 'attic', name: none, capacity: null, access: null }],
		items: [someItem({ id: 'told', title: none }), someItem({ id: 'draft', state: 'draft', title: none, room: 'attic' }), someItem({ id: 'closed', disclosure: 'closed', title: none, room: 'attic' })]
	});

	expect(missingWords(bare)).toEqual([{ of: 'subject' }, { of: 'workshop', id: 'workshop' }, { of: 'room', id: 'hall' }, { of: 'item', id: 'told' }]);
	expect(v.safeParse(releasedShape, releaseOf(bare, { shown: new Set(), before: undefined })).success).toBe(false);
	expect(missingWords(plan)).toEqual([]);
});
