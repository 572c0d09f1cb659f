import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newReceipt } from '#vault';
import { forum2019 } from '#lib/archive/fixtures.ts';
import { publishForum } from '#lib/archive/server/records.ts';
import { closingPlan } from '#lib/forum/closing.ts';
import { somePlan, words } from '#lib/forum/fixtures.ts';
import { closeForum, keepCoverage, lookAtClosing } from '#lib/forum/client/closing.ts';
import { act, deskOf, givePass, keepContent, steer, takePass } from '#lib/forum/client/moderating.ts';
import { keepNewPlan, nextRelease, release as releaseForum } from '#lib/forum/client/plans.ts';
import { closeNotes, makeWorkshop, notesOf, releaseReport } from '#lib/forum/client/workshops.ts';
import { askQuestion } from '#lib/forum/server/index.ts';
import { leaveNewCard } from '#lib/grants/client/again.ts';
import { watchCanary } from '#lib/grants/client/canary.ts';
import { inboxOf, publishCall } from '#lib/grants/client/calls.ts';
import { Desk } from '#lib/grants/client/desk.ts';
import { makeLateLink } from '#lib/grants/client/late-links.ts';
import { publishable, release } from '#lib/grants/client/publishing.ts';
import { rekeyAll } from '#lib/grants/client/rekeying.ts';
import { beginReissue, finishReissue, reissueOf } from '#lib/grants/client/reissuing.ts';
import { renewCall } from '#lib/grants/client/renewing.ts';
import { deadlineOf } from '#lib/grants/deadline.ts';
import { leastGrants } from '#lib/grants/pooling.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { startApi, type ApiServer } from '../api-server.ts';
import { someContent } from '../calls.ts';
import { someAnswers, sure, TestDesks } from '../desk-officers.ts';
import { Mangling } from '../malformed.ts';
import { plantInWorkshop } from '../planting-workshop.ts';
import { plantInRound } from '../rounds.ts';
import { somebody } from '../somebody.ts';

let database: TestDatabase;
let api: ApiServer;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

const mangling = (): Mangling => new Mangling(database.db, { dataDir: api.house.config.dataDir, seed: Date.now(), most: 8 });

test('what a desk sends once in a while is refused where it is malformed: a late link, a canary, new keys, a new receipt, open data', async () => {
	const found = mangling();
	const desks = new TestDesks(database.db, api.origin, { link: (link) => found.link(link), line: (line) => found.line(line) });
	const { ana, cem, slug, call } = await desks.three();
	const inbox = inboxOf(ana.circle);
	const deadline = deadlineOf({ day: new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10), time: '12:00', zone: 'UTC' });
	sure(await publishCall(ana.link, ana.circle, { draft: { slug: `${slug}-hard`, kind: 'call', deadline, content: someContent() }, inboxes: { core: inbox, identity: inbox, payee: inbox } }));

	sure(await makeLateLink(ana.link, `${slug}-hard`));
	expect(await watchCanary({ link: ana.link, line: desks.line(), circle: ana.circle, call })).toEqual({ kind: 'opened' });
	sure(await ana.link.send('POST', '/api/desk/canary-failures', { failures: 1 }));
	const { application } = await desks.applied(slug);
	const { secret } = sure(await beginReissue(ana.link, { circle: ana.circle, call, opened: await desks.open(ana, call, application) }, 'Your words are said to be lost.'));
	sure(await leaveNewCard(desks.line(), { link: secret, receipt: await newReceipt() }));
	await database.db.updateTable('grant_receipt_again').set({ asked_at: new Date(Date.now() - 100 * 3_600_000) }).where('application_id', '=', application).execute();
	sure(await finishReissue(ana.link, { circle: ana.circle, call, opened: await desks.open(ana, call, application) }, sure(await reissueOf(ana.link, application)).reissue!));
	sure(await ana.circle.remove(cem.who.account));
	const again = await desks.again(ana);
	const renewed = await renewCall(again.link, again.circle, { call, open: () => Promise.resolve({ ok: false, reason: 'not-found' }) });
	expect(sure(await rekeyAll(again.link, { circle: again.circle, core: again.circle, call: renewed.call }))).toMatchObject({ left: 0, failed: [] });
	const plain = new TestDesks(database.db, api.origin);
	const granting = await plain.three();
	for (let grants = 0; grants < leastGrants; grants++) await plain.awarded([granting.ana, granting.ben], { call: granting.call, answers: someAnswers, on: '2026-04-15', region: 'africa', amountMinor: 500_000 });
	const { link, circle } = { link: found.link(granting.ana.link), circle: granting.ana.circle };
	sure(await release({ link, circle }, sure(await publishable({ link, circle, desk: new Desk(link, circle) }))));

	expect(found.found).toEqual([]);
	expect([...found.refused.keys()]).toEqual(expect.arrayContaining(['POST /api/calls/…-hard/late-links', 'POST /api/desk/calls/…/canary', 'POST /api/desk/canary-failures', 'POST /api/desk/applications/…/receipt', 'POST /api/receipt/again', 'POST /api/desk/applications/…/keys', 'POST /api/desk/releases']));
});

test('what moderators send about the questions of a public day is refused where it is malformed', async () => {
	const found = mangling();
	await database.db.transaction().execute((tx) => publishForum(tx, forum2019, new Date()));
	const at = { forum: forum2019.slug, item: forum2019.agenda.find((one) => one.public)?.id ?? '' };
	const link = (await somebody(database.db, { name: 'Luis', wrap: (own) => found.link(own) })).link(api.origin);

	sure(await keepContent(link, at, { streams: [{ kind: 'stream', language: 'en', url: 'https://stream.example.org/', player: null }], documents: [{ title: 'Statement', url: 'https://record.example.org/', releasesAt: '2019-10-15T17:00' }] }));
	sure(await askQuestion(api.house, { ...at, words: 'One?', language: 'en', lane: 'room', address: '192.0.2.1' }, new Date()));
	const id = sure(await deskOf(link, at, undefined)).value?.waiting[0]?.question.id ?? '';
	for (const one of [{ do: 'move', move: 'approve', id }, { do: 'tag', id, tag: 'law' }, { do: 'translate', id, language: 'es', words: '¿Uno?' }, { do: 'answer', id, language: 'en', words: 'Yes.' }, { do: 'refuse', id, reason: 'off-topic' }] as const) await act(link, at, one);
	sure(await steer(link, at, 'blank'));
	sure(await givePass(link, at.forum));
	sure(await takePass(link, at.forum, 1));

	expect(found.found).toEqual([]);
	expect([...found.refused.keys()].map((asked) => asked.replace(at.forum, '…').replace(at.item, '…')).toSorted()).toEqual(['POST /api/desk/questions/…/…', 'POST /api/desk/questions/…/…/steer', 'PUT /api/desk/questions/…/…']);
});

test('what convenors send from a plan to its closing is refused where it is malformed, and so is what is written in workshops', async () => {
	const found = mangling();
	const ana = await somebody(database.db, { name: 'Ana', wrap: (link) => found.link(link) });
	const [circles, link] = [ana.circles(api.origin), ana.link(api.origin)];
	const convenors = sure(await circles.foundCircle({ name: 'Convenors', purpose: '' })).circle;
	const [startsOn, endsOn] = [5, 2].map((days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)) as [string, string];
	const slug = 'a-forum-of-last-week';
	const kept = sure(await keepNewPlan(convenors, somePlan({ slug, startsOn, endsOn, people: [], items: [], themes: [{ id: 'theme', title: words('A theme'), workshops: [{ id: 'workshop', title: words('A workshop') }] }] })));

	await plantInWorkshop(database.db, api.origin, (own) => found.link(own));
	const workshop = sure(await makeWorkshop({ convenors, plan: kept, theme: 'theme', workshop: 'workshop', chathamHouse: true, language: 'en', found: (about) => circles.foundCircle(about) })).circle;
	const notes = sure(await notesOf(workshop)).note;
	notes.text.type('first', [{ at: 0, remove: 0, insert: 'Made up.' }]);
	sure(await notes.send());
	sure(await closeNotes(workshop, notes));
	sure(await releaseForum(link, convenors, sure(await nextRelease(link, kept.plan)).next));
	sure(await releaseReport(link, convenors, { slug, language: 'en', title: 'Overview report', introduction: 'What we heard.', sections: [{ theme: 'A theme', workshops: [{ title: 'A workshop', points: ['A point.'] }] }] }, undefined));
	const desk = sure(await lookAtClosing({ circle: convenors, link }, kept));
	const plan = closingPlan({ plan: kept.plan, planRecord: kept.record.record, guests: desk.guests, guestRecords: desk.guestRecords, released: desk.next.released, isSame: desk.next.isSame, state: desk.state, wanted: [], today: new Date().toISOString().slice(0, 10) });
	sure(await closeForum({ circle: convenors, link }, { slug, version: desk.state.version, plan, participantsAbout: plan.participantsAbout }));
	sure(await keepCoverage({ circle: convenors, link }, slug, [{ on: '2026-11-30', medium: 'A paper', title: 'A headline', language: 'fr', url: 'https://paper.example/' }]));

	expect(found.found).toEqual([]);
	expect([...found.refused.keys()].map((asked) => asked.replace(slug, '…'))).toEqual(expect.arrayContaining(['POST /api/forums', 'POST /api/circles/…/notes/…', 'POST /api/circles/…/notes/…/close', 'POST /api/forums/…/report', 'POST /api/forums/…/closing', 'PUT /api/forums/…/coverage']));
});

test('what stewards and voters of a round send is refused where it is malformed, ballots too', async () => {
	const found = mangling();

	await plantInRound(database.db, api.origin, { link: (link) => found.link(link), line: (line) => found.line(line) });

	expect(found.found).toEqual([]);
	expect([...found.refused.keys()]).toEqual(expect.arrayContaining(['POST /api/circles/…/rounds', 'POST /api/rounds/…/ballots']));
});
