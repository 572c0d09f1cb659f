import { expect, test } from 'vitest';
import { beginning, changed, daysOf, edited, lasting, lengthOf, moved, newItem, redone, undone, withItem, withoutItem } from './editing.ts';
import { someItem, somePlan, words } from './fixtures.ts';
import { mergedPlans } from './merging.ts';
import { planProblems, readPlan } from './plan.ts';

const plan = somePlan({ items: [someItem({ id: 'a', starts: '23:00', ends: '00:30' }), someItem({ id: 'b' }), someItem({ id: 'whole', starts: null, ends: null })] });

test('an item that is moved lasts as long as before, over midnight too, and the plan that it was moved in stays as it was', () => {
	const next = moved(plan, 'a', { day: '2019-10-14', room: 'library', starts: '09:15' });

	expect(next.items[0]).toEqual({ ...plan.items[0], day: '2019-10-14', room: 'library', starts: '09:15', ends: '10:45' });
	expect(plan.items[0]?.starts).toBe('23:00');
	expect(next.items[1]).toBe(plan.items[1]);
	expect(moved(plan, 'whole', { day: '2019-10-14', room: 'hall', starts: '23:30' }).items[2]).toMatchObject({ starts: '23:30', ends: '00:30' });
});

test('an item lasts five minutes at least and less than a day', () => {
	expect([3, 90.4, 5000].map((minutes) => lengthOf(lasting(plan, 'b', minutes).items[1]!))).toEqual([5, 90, 1435]);
	expect(lasting(plan, 'whole', 60)).toBe(plan);
});

test('what changes nothing is no edit, so that taking back never seems to do nothing', () => {
	const history = edited(beginning(plan), changed(plan, 'b', (item) => ({ ...item })));

	expect(history.before).toEqual([]);
	expect(undone(history)).toBe(history);
});

test('edits are taken back one by one and done again, until something else is edited', () => {
	const [first, second] = [lasting(plan, 'b', 30), lasting(plan, 'b', 45)];
	const history = edited(edited(beginning(plan), first), second);

	expect(undone(history).now).toBe(first);
	expect(undone(undone(history)).now).toBe(plan);
	expect(redone(redone(undone(undone(history)))).now).toBe(second);
	expect(redone(edited(undone(history), withoutItem(first, 'b'))).now.items).toHaveLength(2);
});

test('the days are those of the forum and any on which something is planned', () => {
	expect(daysOf(somePlan({ items: [someItem({ id: 'a', day: '2019-11-18' })] }))).toEqual(['2019-10-12', '2019-10-13', '2019-10-14', '2019-10-15', '2019-11-18']);
});

test('a plan is read as it was written, and one that names what is not there is not', () => {
	const whole = withItem(plan, newItem({ id: 'new', day: '2019-10-13', room: 'hall', starts: '09:00' }, 'en'));

	expect(readPlan(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
	expect(planProblems(somePlan({ items: [someItem({ id: 'a', room: 'nowhere', people: [{ id: 'nobody', role: 'speaker' }] }), someItem({ id: 'a', ends: null })], startsOn: '2020-01-01' }))).toEqual([
		'the forum ends before it starts',
		'items: an id is there twice',
		'items.a: there is no room nowhere',
		'items.a: there is nobody nobody',
		'items.a: it starts and does not end, or ends and does not start'
	]);
	expect(readPlan({ ...whole, more: 1 })).toBeUndefined();
	expect(readPlan({ ...whole, timeZone: 'Mars/Olympus' })).toBeUndefined();
});

test('two convenors who edit at once lose nothing but where both changed the same, which is told', () => {
	const ours = changed(lasting(plan, 'b', 30), 'a', (item) => ({ ...item, title: words('Ours') }));
	const theirs = { ...withItem(changed(withoutItem(plan, 'whole'), 'a', (item) => ({ ...item, title: words('Theirs') })), someItem({ id: 'theirs' })), title: words('Another title') };

	const merged = mergedPlans({ base: plan, ours, theirs });

	expect(merged.clashes).toEqual(['items.a']);
	expect(merged.plan.title).toEqual(words('Another title'));
	expect(merged.plan.items.map(({ id, title }) => [id, title.in.en])).toEqual([['a', 'Ours'], ['b', 'Item b'], ['theirs', 'Item theirs']]);
	expect(lengthOf(merged.plan.items[1]!)).toBe(30);
});

test('a change stands against taking out, and an item is left without the room that another took out', () => {
	const ours = moved(withoutItem(plan, 'a'), 'b', { day: '2019-10-14', room: 'library', starts: '09:00' });
	const theirs = { ...lasting(plan, 'a', 20), rooms: plan.rooms.filter(({ id }) => id !== 'library') };

	const { plan: merged, clashes } = mergedPlans({ base: plan, ours, theirs });

	expect(clashes).toEqual(['items.a']);
	expect(merged.items.map(({ id, room }) => [id, room])).toEqual([['a', 'hall'], ['b', null], ['whole', 'hall']]);
	expect(planProblems(merged)).toEqual([]);
});
