import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { sure } from '../../../../tests/desk-officers.ts';
import { memoryStore, somebody, type Somebody } from '../../../../tests/somebody.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { derivedRecord } from '#lib/circles/limits.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { askToSpeak, nextSpeaker, putEarlier, readFloor, setMinutes, takeFromFloor, timeLeft } from '../floor.ts';
import { someItem, somePlan, words } from '../fixtures.ts';
import { keepNewPlan, nextRelease, release, type KeptPlan } from './plans.ts';
import { closeNotes, floorOf, givePart, keepPoints, keptNotes, makeWorkshop, notesOf, pointsOf, releaseReport, reportOf, workshopCircles, workshopOf } from './workshops.ts';

let database: TestDatabase;
let api: ApiServer;
let ana: Somebody;
let ben: Somebody;
let carla: Somebody;
let convenors: OpenCircle;
let plan: KeptPlan;

const slug = 'a-made-up-forum';
const themes = [
	{ id: 'solidarity', title: words('Solidarity'), workshops: [{ id: 'what', title: words('What is solidarity?') }, { id: 'gaps', title: words('Protection and its gaps') }] },
	{ id: 'equality', title: words('Equality'), workshops: [{ id: 'all', title: words('Rights for all') }] }
];

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	ana = await somebody(database.db, { name: 'Ana' });
	ben = await somebody(database.db, { name: 'Ben', role: 'member' });
	carla = await somebody(database.db, { name: 'Carla', role: 'member' });
	convenors = sure(await ana.circles(api.origin).foundCircle({ name: 'Convenors', purpose: '' })).circle;
	plan = sure(await keepNewPlan(convenors, somePlan({ slug, themes, items: [someItem({ id: 'open' })] })));
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

function make(theme: string, workshop: string, by = convenors): ReturnType<typeof makeWorkshop> {
	return makeWorkshop({ convenors: by, plan, theme, workshop, chathamHouse: true, language: 'en', found: (about) => ana.circles(api.origin).foundCircle(about) });
}

/** A workshop with Ben as its rapporteur and Carla in it; as each of them opens it. */
async function workshop(theme: string, id: string): Promise<readonly [OpenCircle, OpenCircle, OpenCircle]> {
	let hers = sure(await make(theme, id)).circle;
	for (const who of [ben, carla]) {
		hers = sure(await hers.add({ account: who.account, name: who.name })).circle;
		sure(await sure(await who.circles(api.origin).openCircle(hers.id)).circle.accept());
	}
	hers = sure(await hers.refresh()).circle;
	sure(await givePart(sure(await workshopOf(hers)).workshop!, ben.account, 'rapporteur'));
	return [await again(ana, hers), await again(ben, hers), await again(carla, hers)];
}

async function again(who: Somebody, { id }: OpenCircle): Promise<OpenCircle> {
	return sure(await who.circles(api.origin, memoryStore()).openCircle(id)).circle;
}

test('a workshop is made once, though two convenors press at once, and its circle says which one it is', async () => {
	const first = sure(await make('equality', 'all')).circle;
	const second = await make('equality', 'all');

	expect(second).toEqual({ ok: false, reason: 'moved-on' });
	expect(sure(await workshopCircles(convenors, plan.record.record)).workshops).toEqual([{ theme: 'equality', workshop: 'all', circle: first.id }]);
	expect(sure(await workshopOf(first)).workshop?.workshop.says).toEqual({ v: 1, forum: plan.plan.title, slug, theme: words('Equality'), title: words('Rights for all'), chathamHouse: true, parts: {} });
	expect(sure(await workshopOf(convenors)).workshop).toBeUndefined();
	expect(await make('equality', 'not-there')).toEqual({ ok: false, reason: 'not-found' });
});

test('points go from the notes through a rapporteur into the report, with the workshop and nobody in it', async () => {
	const [hers, his, carlas] = await workshop('solidarity', 'what');
	const [notes, theirs] = [sure(await notesOf(his)).note, sure(await notesOf(carlas)).note];
	theirs.text.type('first', [{ at: 0, remove: 0, insert: 'Said in confidence.' }]);
	const point = theirs.text.split('first', 19);
	theirs.text.type(point, [{ at: 0, remove: 0, insert: 'States should answer in a month.' }]);
	theirs.text.propose(point, true);
	sure(await theirs.send());
	sure(await notes.bring());

	const proposed = notes.text.paragraphs.filter((one) => one.proposed);
	expect(proposed.map(({ text }) => text)).toEqual(['States should answer in a month.']);
	sure(await keepPoints(his, sure(await pointsOf(his)), [{ id: point, text: 'States should answer within a month.' }]));
	sure(await closeNotes(his, notes));
	const { sections, unread } = sure(await reportOf({ convenors, plan, language: 'en', open: async (id) => ana.circles(api.origin).openCircle(id) }));

	expect(unread).toEqual([]);
	expect(sections).toEqual([{ theme: 'Solidarity', workshops: [{ title: 'What is solidarity?', points: ['States should answer within a month.'] }] }]);
	expect(sure(await keptNotes(hers)).paragraphs?.map(({ text, proposed: is }) => [text, is])).toEqual([['Said in confidence.', false], ['States should answer in a month.', true]]);

	const link = ana.link(api.origin);
	const report = { slug, language: 'en', title: 'Overview report', introduction: 'What we heard.', sections } as const;
	expect(await releaseReport(link, convenors, report, undefined)).toEqual({ ok: false, reason: 'not-found' });
	sure(await release(link, convenors, sure(await nextRelease(link, plan.plan)).next));
	expect(await releaseReport(ben.link(api.origin), his, report, undefined)).toEqual({ ok: false, reason: 'not-found' });
	sure(await releaseReport(link, convenors, report, undefined));
	const [document] = await database.db.selectFrom('archive_document').select('content').where('forum_slug', '=', slug).execute();

	expect(document?.content).toMatchObject({ kind: 'overview-report', slug: 'overview-report', text: 'full', title: { original: 'en', in: { en: 'Overview report' } } });
	expect(document?.content.body.in.en?.markdown).toContain('States should answer within a month');
	expect(JSON.stringify(document)).not.toMatch(/confidence|Ben|Carla|Ana/);
});

test('whoever is no rapporteur validates nothing: every browser refuses what they wrote, and the server their closing', async () => {
	const [hers, , carlas] = await workshop('solidarity', 'gaps');
	const notes = sure(await notesOf(carlas)).note;
	notes.text.type('first', [{ at: 0, remove: 0, insert: 'Words.' }]);
	sure(await notes.send());

	expect(await closeNotes(carlas, notes)).toEqual({ ok: false, reason: 'not-a-steward' });
	// Her browser would not; another program might.
	sure(await carlas.write({ kind: 'workshop-points', record: await derivedRecord('workshop-points', carlas.id), body: { v: 1, points: [{ id: 'first', text: 'Hers alone.' }] } }));

	await expect(pointsOf(await again(ana, hers))).rejects.toThrow(VaultTrouble);
	const { sections, unread } = sure(await reportOf({ convenors, plan, language: 'en', open: async (id) => ana.circles(api.origin).openCircle(id) }));
	expect(unread.map(({ workshop: which }) => which)).toEqual(['Protection and its gaps']);
	expect(JSON.stringify(sections)).not.toContain('Hers alone');
});

test('whoever asks to speak waits behind the others, and nothing of the list is left when the workshop is closed', async () => {
	const circle = sure(await ana.circles(api.origin).foundCircle({ name: 'Another', purpose: '' })).circle;
	const [one, other] = [sure(await floorOf(circle)).note, sure(await floorOf(circle)).note];
	const now = new Date('2026-11-30T10:00:00Z');
	const [doc, seen] = [one.text.doc, other.text.doc];
	for (const name of ['Red', 'Blue', 'Green', 'White']) askToSpeak(doc, name);
	setMinutes(doc, 3);
	nextSpeaker(doc, now);
	sure(await one.send());
	sure(await other.bring());
	putEarlier(seen, readFloor(seen).waiting[1]!.id);
	takeFromFloor(seen, readFloor(seen).waiting[2]!.id);
	sure(await other.send());
	sure(await one.bring());

	const floor = readFloor(doc);
	expect([floor.speaking?.name, floor.waiting.map(({ name }) => name)]).toEqual(['Red', ['Green', 'Blue']]);
	expect(timeLeft(floor, new Date('2026-11-30T10:04:00Z'))).toBe(-60_000);
	expect(readFloor(seen)).toEqual(floor);

	const notes = sure(await notesOf(circle)).note;
	notes.text.type('first', [{ at: 0, remove: 0, insert: 'Words.' }]);
	sure(await closeNotes(circle, notes));
	expect(await database.db.selectFrom('circle_note_update').selectAll().where('circle_id', '=', circle.id).execute()).toEqual([]);
	const records = await database.db.selectFrom('circle_record').select('kind').where('circle_id', '=', circle.id).execute();
	expect(records.map(({ kind }) => kind).toSorted()).toEqual(['circle', 'person', 'workshop-notes']);
});
