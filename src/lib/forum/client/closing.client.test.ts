import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { sure } from '../../../../tests/desk-officers.ts';
import { guestDevice, someConsent, someDecision, TestGuests, type Stage } from '../../../../tests/guest-desk.ts';
import { testDatabase } from '#lib/platform/db/testing.ts';
import { permitsOf } from '../allowing.ts';
import { closingPlan, type WantedRecording } from '../closing.ts';
import { shownBy } from '../consent.ts';
import { someItem } from '../fixtures.ts';
import { guestsToTell } from '../telling.ts';
import { closeForum, keepCoverage, lookAtClosing } from './closing.ts';
import { guestsOf, noteGuest } from './guests.ts';
import { answerInvitation } from './invited.ts';
import { deletedItems, keepPlan, nextRelease, openPlan, release } from './plans.ts';
import { shredForums } from '../server/closing.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let server: ApiServer;
let guests: TestGuests;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	server = await startApi(database.address);
	guests = await TestGuests.begin(database.db, server.origin);
}, 180_000);

afterAll(async () => {
	await server[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

/** A forum of last week whose guest allows the sound of them to be kept, released with them in it. */
async function held(): Promise<{ stage: Stage; opened: Awaited<ReturnType<TestGuests['opened']>>; store: ReturnType<typeof guestDevice> }> {
	const stage = await guests.approved();
	const store = guestDevice();
	const invitation = await guests.opened(stage, store);
	const { opened } = sure(await answerInvitation(guests.line(), store, invitation, someDecision({ consent: someConsent({ media: ['sound'] }) })));
	const { hers } = guests;
	const { person } = (await stage.guest()).of.invitation;
	const now = sure(await openPlan(hers.circle, stage.kept.record.record));
	const [startsOn, endsOn] = [new Date(Date.now() - 5 * 86_400_000), new Date(Date.now() - 2 * 86_400_000)].map((day) => day.toISOString().slice(0, 10)) as [string, string];
	const plan = { ...now.plan, startsOn, endsOn, people: now.plan.people.map((one) => ({ ...one, shownAs: shownBy(someConsent()) })), items: [someItem({ id: 'opening', day: startsOn, people: [{ id: person, role: 'speaker' }], recording: { stream: false, archive: true } }), someItem({ id: 'secret', day: startsOn, disclosure: 'closed', title: { original: 'en', in: { en: 'Canary-Closed-Item' } } })] };
	sure(await keepPlan(hers.circle, { plan, based: now }));
	const { next } = sure(await nextRelease(hers.link, plan));
	sure(await release(hers.link, hers.circle, next, permitsOf([(await stage.guest()).of])));
	return { stage, opened, store };
}

async function planned({ kept }: Stage, wanted: readonly WantedRecording[]) {
	const { hers } = guests;
	const now = sure(await openPlan(hers.circle, kept.record.record));
	const desk = sure(await lookAtClosing(hers, now));
	const plan = closingPlan({ plan: now.plan, planRecord: now.record.record, guests: desk.guests, guestRecords: desk.guestRecords, released: desk.next.released, isSame: desk.next.isSame, state: desk.state, wanted, today: new Date().toISOString().slice(0, 10) });
	return { slug: now.plan.slug, state: desk.state, plan, close: () => closeForum(hers, { slug: now.plan.slug, version: desk.state.version, plan, participantsAbout: plan.participantsAbout }) };
}

const recording = (kind: 'video' | 'sound'): WantedRecording => ({ item: 'opening', kind, url: `https://media.example/canary-${kind}`, asked: [] });

test('a convenor closes a forum: what its guest allows is in the record, and the address of a recording that they do not allow never leaves the browser', { timeout: 60_000 }, async () => {
	const { stage } = await held();
	const { slug, plan, close } = await planned(stage, [recording('video'), recording('sound')]);
	expect(plan.problems).toEqual([]);
	expect(plan.recordings.map(({ verdict }) => verdict.ok)).toEqual([false, true]);

	expect(await close()).toEqual({ ok: true });

	const told = JSON.stringify([await guests.publicly(slug), await database.db.selectFrom('forum').selectAll().where('slug', '=', slug).execute()]);
	expect(told).toContain('https://media.example/canary-sound');
	expect(told).toContain('Rosa the Public');
	expect(told).not.toMatch(/canary-video|Canary-/);
	expect((await planned(stage, [])).state).toMatchObject({ isShredded: false, recordings: [{ item: 'opening', kind: 'sound', held: false }] });
	expect(await keepCoverage(guests.hers, slug, [{ on: '2026-11-30', medium: 'A paper', title: 'A headline', language: 'fr', url: 'https://paper.example/' }])).toEqual({ ok: true });
	expect(await guests.publicly(slug)).toContain('A headline');
});

test('a guest who takes back the sound alone is rid of the recording at once, on their own device, and keeps their name where it was', { timeout: 60_000 }, async () => {
	const { stage, opened, store } = await held();
	const { slug, close } = await planned(stage, [recording('sound')]);
	sure(await close());

	const answered = sure(await answerInvitation(guests.line(), store, opened, someDecision({ consent: someConsent({ media: [] }) })));

	expect(answered.narrowed).toBe(true);
	const record = JSON.stringify(await database.db.selectFrom('archive_forum').selectAll().where('slug', '=', slug).execute());
	expect(record).not.toContain('media.example');
	expect(record).toContain('Rosa the Public');
	const again = await planned(stage, [recording('sound')]);
	expect(again.state.recordings.map((one) => one.held)).toEqual([true]);
	expect(again.plan.recordings.map(({ verdict }) => verdict)).toEqual([{ ok: false, held: [{ why: 'not-allowed', person: expect.any(String) }] }]);
});

test('when the keeping time of a closed forum is over nobody can open who was invited, not even with the circle’s keys', { timeout: 60_000 }, async () => {
	const { stage } = await held();
	const { close } = await planned(stage, []);
	sure(await close());
	const { hers } = guests;
	const { record } = stage.kept.record;

	await shredForums(database.db, new Date(Date.now() + 120 * 86_400_000));

	expect((await openPlan(hers.circle, record)).ok).toBe(false);
	expect(sure(await guestsOf(hers, record)).guests).toEqual([]);
	expect((await database.db.selectFrom('forum_guest').select('id').where('id', '=', (stage.kept.plan.people[0]?.id ?? '')).execute())).toEqual([]);
});

test('whom a release touches is noted for every convenor until somebody has told them', { timeout: 60_000 }, async () => {
	const { stage } = await held();
	const { hers, his } = guests;
	const { record } = stage.kept.record;
	const now = sure(await openPlan(hers.circle, record));
	const plan = { ...now.plan, items: now.plan.items.map((item) => ({ ...item, starts: '15:00', ends: '16:00' })) };
	const { next } = sure(await nextRelease(hers.link, plan));
	const before = await stage.guest();

	const touched = guestsToTell({ changes: next.changes ?? [], plan, deleted: [], guests: [before.of] });
	expect(touched).toEqual([before.of]);
	sure(await noteGuest(hers, before, { toTell: true }));
	const seen = await stage.guest(his);
	expect(seen.of.toTell).toBe(true);
	sure(await noteGuest(his, seen, { toTell: false }));
	expect((await stage.guest()).of.toTell).toBe(false);
});

test('a guest whose item was deleted outright, and not cancelled, is among those who are told of it', { timeout: 60_000 }, async () => {
	const { stage } = await held();
	const { hers, his } = guests;
	const now = sure(await openPlan(hers.circle, stage.kept.record.record));
	sure(await keepPlan(hers.circle, { plan: { ...now.plan, items: now.plan.items.filter(({ id }) => id !== 'opening') }, based: now }));
	const kept = sure(await openPlan(his.circle, stage.kept.record.record));
	const { next } = sure(await nextRelease(his.link, kept.plan));
	const guest = (await stage.guest(his)).of;

	const { deleted } = sure(await deletedItems(his.circle, kept, next.changes ?? []));

	expect(next.changes?.map(({ kind }) => kind)).toEqual(['cancelled']);
	expect(deleted.map(({ id }) => id)).toEqual(['opening']);
	expect(guestsToTell({ changes: next.changes ?? [], plan: kept.plan, deleted, guests: [guest] })).toEqual([guest]);
});
