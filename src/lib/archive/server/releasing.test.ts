import { expect, inject, test } from 'vitest';
import { deskIn, officer } from '../../../../tests/desk.ts';
import { someItem, somePlan, words } from '#lib/forum/fixtures.ts';
import { changed, moved } from '#lib/forum/editing.ts';
import type { ForumPlan } from '#lib/forum/plan.ts';
import { releaseOf, type ReleasedForum, type ShownPerson } from '#lib/forum/released.ts';
import { currentRelease } from '#lib/forum/server/index.ts';
import { testDatabase } from '#lib/platform/db/testing.ts';
import { Recall } from '#lib/platform/http/recall.ts';
import { calendarOf } from '../calendar.ts';
import { recordFrom } from '../files.ts';
import { filesFrom } from '../export.ts';
import { forumJsonLd } from '../structured.ts';
import { forum2019 } from '../fixtures.ts';
import { openJobs } from '#lib/platform/jobs/jobs.ts';
import { documentOf, forum, revisionsOf } from './reading.ts';
import { publishForum, wholeRecord } from './records.ts';
import { publishDueReport, registerReports, releaseForum, releaseReport } from './releasing.ts';

const now = new Date('2026-11-20T10:20:00Z');
const slug = 'a-made-up-forum';
const ana: ShownPerson = { id: 'ana', name: 'Made-up Ana', office: words('Made-up office') };
const ben: ShownPerson = { id: 'ben', name: 'Made-up Ben', office: null };

const plan = somePlan({
	slug,
	items: [
		someItem({ id: 'open', people: [{ id: 'ana', role: 'chair' }, { id: 'ben', role: 'speaker' }] }),
		someItem({ id: 'inside', day: '2019-10-13', disclosure: 'participants' }),
		someItem({ id: 'closed', disclosure: 'closed', title: words('Canary-Closed') })
	]
});

const someProgramme = { only_one: true, content: JSON.stringify({ language: 'en', name: words('Programme'), host: 'Nobody', place: words('Nowhere'), timeZone: 'UTC', firstYear: 2003, introduction: { original: 'en', in: { en: { markdown: 'Words.', prose: [] } } }, figures: [], quotations: [] }), changed_at: now };

async function stage() {
	const database = await testDatabase(inject('postgres'));
	const { db } = database;
	const desk = await deskIn(db);
	const recall = new Recall();
	recall.trust(false);
	let before: ReleasedForum | undefined;
	let version = 0;
	return {
		db,
		desk,
		reading: { db, recall },
		/** The next version, by who founded the circle unless told otherwise. */
		release: async (from: ForumPlan, { shown = [ana, ben], by = desk.actor, circle = desk.circle, at = version + 1, when = now }: { shown?: readonly ShownPerson[]; by?: typeof desk.actor; circle?: string; at?: number; when?: Date } = {}) => {
			const released = releaseOf(from, { shown: new Set(shown.map(({ id }) => id)), before });
			const outcome = await releaseForum({ db }, by, { circle, version: at, released, shown }, when);
			if (outcome.ok) [before, version] = [released, at];
			return outcome;
		},
		[Symbol.asyncDispose]: () => database[Symbol.asyncDispose]()
	};
}

test('a released forum stands in the record at once, with who is shown and nothing that is closed', async () => {
	await using place = await stage();

	expect(await place.release(plan)).toEqual({ ok: true, version: 1 });
	const found = await forum(place.reading, slug);

	expect(found?.agenda.map(({ id, public: isPublic, people }) => [id, isPublic, people?.map(({ name, part }) => [name, part])])).toEqual([
		['inside', false, undefined],
		['open', true, [['Made-up Ana', 'chair'], ['Made-up Ben', 'speaker']]]
	]);
	expect(JSON.stringify(found)).not.toContain('Canary');
	expect(found?.people.map(({ name }) => name)).toEqual(['Made-up Ana', 'Made-up Ben']);
	expect(await place.db.selectFrom('audit_entry').select(['actor', 'action', 'subject', 'at']).where('action', '=', 'forum.release').execute()).toEqual([{ actor: place.desk.actor.account, action: 'forum.release', subject: slug, at: new Date('2026-11-20T10:00:00Z') }]);
});

test('an item that moves raises its number in calendars, one that is taken out is cancelled there, and others stay as they were', async () => {
	await using place = await stage();
	await place.release(plan);

	await place.release({ ...moved(plan, 'open', { day: '2019-10-15', room: 'hall', starts: '15:00' }), items: moved(plan, 'open', { day: '2019-10-15', room: 'hall', starts: '15:00' }).items.filter(({ id }) => id !== 'inside') });
	const found = (await forum(place.reading, slug))!;
	const calendar = calendarOf({ forum: found, language: 'en', origin: 'https://record.example', revisions: await revisionsOf(place.reading, slug) });

	const events = calendar?.split('BEGIN:VEVENT').slice(1).map((event) => [/UID:([a-z]+)/.exec(event)?.[1], /SEQUENCE:(\d)/.exec(event)?.[1], /STATUS:(\w+)/.exec(event)?.[1]]);
	expect(events).toEqual([['inside', '1', 'CANCELLED'], ['open', '1', 'CONFIRMED']]);
});

test('who is not shown any more is in no version that the server keeps, and nothing says that somebody left', async () => {
	await using place = await stage();
	await place.release(plan);
	await place.release(changed(plan, 'inside', (item) => ({ ...item, title: words('Workshops') })));
	const sequences = await revisionsOf(place.reading, slug);

	expect(await place.release(plan, { shown: [ben] })).toMatchObject({ ok: true, version: 3 });
	const kept = await place.db.selectFrom('forum_release').select(['version', 'content']).orderBy('version').execute();

	expect(kept.map(({ version }) => version)).toEqual([1, 2, 3]);
	for (const everything of [kept, await forum(place.reading, slug), await currentRelease(place.db, slug), await place.db.selectFrom('forum_shown_person').selectAll().execute()]) expect(JSON.stringify(everything)).not.toMatch(/\bana\b|Made-up Ana|Made-up office/);
	// Only the title, which went back, was told to calendars.
	expect((await revisionsOf(place.reading, slug))['open']).toEqual(sequences['open']);
});

test('a postponed forum, one that moved online and one that is cancelled say so to calendars and search engines', async () => {
	await using place = await stage();
	const told: unknown[] = [];
	for (const standing of ['planned', 'postponed', 'online', 'cancelled'] as const) {
		await place.release({ ...plan, standing });
		const found = (await forum(place.reading, slug))!;
		const calendar = calendarOf({ forum: found, language: 'en', origin: 'https://record.example', revisions: await revisionsOf(place.reading, slug) });
		const linked = forumJsonLd({ forum: found, language: 'en', origin: 'https://record.example' }) as { eventStatus?: string; location?: { '@type'?: string } };
		told.push([linked.eventStatus?.split('/').at(-1), linked.location?.['@type'], [...new Set(calendar?.match(/(?<=STATUS:)\w+/g))], [...new Set(calendar?.match(/(?<=SEQUENCE:)\d/g))]]);
	}

	expect(told).toEqual([
		['EventScheduled', 'Place', ['CONFIRMED'], ['0']],
		['EventPostponed', 'Place', ['TENTATIVE'], ['1']],
		['EventMovedOnline', 'VirtualLocation', ['CONFIRMED'], ['2']],
		['EventCancelled', 'Place', ['CANCELLED'], ['3']]
	]);
});

test('only who is in the circle releases, only the next version, and no address of another forum', async () => {
	await using place = await stage();
	const other = await deskIn(place.db);
	const member = await officer(place.db, 'member');
	await place.db.transaction().execute((tx) => publishForum(tx, { ...forum2019, slug: 'held-already' }, now));

	expect(await place.release(plan, { by: other.actor })).toEqual({ ok: false, reason: 'not-found' });
	expect(await place.release(plan, { by: member.actor })).toEqual({ ok: false, reason: 'not-found' });
	expect(await place.release({ ...plan, slug: 'held-already' })).toEqual({ ok: false, reason: 'slug-taken' });
	expect(await place.release(plan, { at: 2 })).toEqual({ ok: false, reason: 'not-found' });
	expect(await place.release(plan)).toEqual({ ok: true, version: 1 });
	expect(await place.release(plan, { by: other.actor, circle: other.circle, at: 2 })).toEqual({ ok: false, reason: 'moved-on' });
	expect(await place.release(plan, { at: 3 })).toEqual({ ok: false, reason: 'moved-on' });
	expect(await place.db.selectFrom('forum_release').select('version').execute()).toEqual([{ version: 1 }]);
});

test('a release that is sent again after a lost connection changes nothing, and another one of the same number is refused', async () => {
	await using place = await stage();
	await place.release(plan);

	expect(await place.release(plan, { at: 1, when: new Date('2026-11-21T10:00:00Z') })).toEqual({ ok: true, version: 1 });
	expect(await place.release({ ...plan, title: words('Another') }, { at: 1 })).toEqual({ ok: false, reason: 'moved-on' });
	expect((await forum(place.reading, slug))?.title.in.en).toBe('Building Solidarity Toward Equality for All');
});

test('a released forum leaves as files and comes back as it was', async () => {
	await using place = await stage();
	const hostile = 'A subject with *stars*, [brackets](https://evil.example) and <b>tags</b> - all as they are.';
	await place.release({ ...plan, subject: words(hostile), standing: 'postponed' });
	await place.db.insertInto('archive_programme').values(someProgramme).execute();

	const record = (await wholeRecord(place.db))!;
	const again = recordFrom(filesFrom(record));

	expect(again.ok && JSON.parse(JSON.stringify(again.record.forums))).toEqual(JSON.parse(JSON.stringify(record.forums)));
	expect(record.forums[0]?.summary.in.en?.prose).toEqual([{ kind: 'paragraph', inlines: [{ kind: 'text', text: hostile }] }]);
});

const report = { slug, language: 'en', title: 'What the workshops say', introduction: 'Three days. # No heading', sections: [{ theme: 'Solidarity *now*', workshops: [{ title: 'First workshop', points: ['1. States answer.\nWithin a month.', '<b>Nobody</b> is left out.'] }] }] } as const;

test('an overview report is told at its time and not before, and comes out of the files of the record as it went in', async () => {
	await using database = await testDatabase(inject('postgres'));
	const { db } = database;
	const desk = await deskIn(db);
	const recall = new Recall();
	recall.trust(false);
	const jobs = openJobs(database.address, () => undefined);
	registerReports({ db, jobs });
	await jobs.start();
	try {
		const ask = (releaseAt: Date | null, by = desk.actor) => releaseReport({ db, jobs }, by, { circle: desk.circle, report: { ...report, sections: [...report.sections] } as never, releaseAt }, new Date());
		expect(await ask(null)).toEqual({ ok: false, reason: 'not-found' });
		await releaseForum({ db }, desk.actor, { circle: desk.circle, version: 1, released: releaseOf(plan, { shown: new Set(['ana', 'ben']), before: undefined }), shown: [ana, ben] }, now);
		const soon = new Date(Date.now() + 60 * 60 * 1000);
		const shown = () => documentOf({ db, recall }, { forumSlug: slug, slug: 'overview-report' });
		const due = (when: Date) => db.transaction().execute((tx) => publishDueReport(tx, slug, when));

		expect((await ask(null, { ...desk.actor, role: 'member' })).ok).toBe(false);
		expect((await ask(soon)).ok).toBe(true);
		expect([await due(new Date(soon.getTime() - 1)), await shown()]).toEqual([false, undefined]);
		expect(await due(new Date(soon.getTime() + 60_000))).toBe(true);
		expect((await shown())?.document.title.in.en).toBe('What the workshops say');
		expect((await ask(null)).ok).toBe(true);

		const { document } = (await shown())!;
		expect(document.publishedOn).toBe(new Date().toISOString().slice(0, 10));
		const text = JSON.stringify(document.body.in.en?.prose);
		for (const words of ['1. States answer.', 'Within a month.', '<b>Nobody</b> is left out.', 'Solidarity *now*', '# No heading']) expect(text).toContain(words);
		await db.insertInto('archive_programme').values(someProgramme).execute();
		const record = (await wholeRecord(db))!;
		const again = recordFrom(filesFrom(record));
		expect(again.ok && JSON.parse(JSON.stringify(again.record.documents))).toEqual(JSON.parse(JSON.stringify(record.documents)));
		expect(record.documents).toHaveLength(1);
	} finally {
		await jobs.stop();
	}
});
