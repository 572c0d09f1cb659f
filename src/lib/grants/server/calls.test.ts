import { expect, inject, test } from 'vitest';
import { inEnglish, publishedCall, someContent, someDeadline, type TestCall } from '../../../../tests/calls.ts';
import { deskIn, officer, type TestDesk } from '../../../../tests/desk.ts';
import { until } from '../../../../tests/server.ts';
import { verifyChain } from '#lib/platform/audit/audit.ts';
import { Clock, type ClockState } from '#lib/platform/clock/clock.ts';
import { listenForPublications } from '#lib/platform/db/publications.ts';
import { testDatabase } from '#lib/platform/db/testing.ts';
import { Recall } from '#lib/platform/http/recall.ts';
import { randomId, toText, type SignedEntry } from '#lib/vault/envelope.ts';
import { callKeyOf, newCallSecret } from '#lib/vault/index.ts';
import type { CallAct } from '../call-log.ts';
import { deadlineOf } from '../deadline.ts';
import { lateLinkHash } from '../late-link.ts';
import { callBySlug, publicCalls } from './call-reading.ts';
import { appendToCall, publishCall } from './calls.ts';
import { forgetLateLinks, lateLinks, makeLateLink, useLateLink } from './late-links.ts';

const now = new Date('2026-11-01T08:20:00Z');
const later = deadlineOf({ day: '2027-05-15', time: '23:59', zone: 'Etc/GMT+12' });
const extend: CallAct = { do: 'extend', deadline: later, why: inEnglish('Lines were cut for a week.') };
const words: Readonly<Record<ClockState, string | undefined>> = { synchronised: 'yes', adrift: 'no', unknown: undefined };

async function stage(clockSays: ClockState = 'synchronised') {
	const database = await testDatabase(inject('postgres'));
	const { db } = database;
	const ground = { db, clock: new Clock({ clock: 'system' }, { run: (program) => Promise.resolve(program === 'timedatectl' ? words[clockSays] : undefined), exists: () => false }) };
	const recall = new Recall();
	recall.trust(false);
	return {
		ground,
		db,
		address: database.address,
		reading: { db, recall },
		deeds: async () => (await db.selectFrom('audit_entry').select(['actor', 'action', 'subject', 'at']).where('action', 'like', 'grants.%').orderBy('id').execute()),
		[Symbol.asyncDispose]: () => database[Symbol.asyncDispose]()
	};
}

const lastOf = (call: TestCall): SignedEntry => call.entries.at(-1) as SignedEntry;
const callOf = (desk: TestDesk, more: Partial<Parameters<typeof publishedCall>[0]> = {}) => publishedCall({ inbox: desk.inbox(), at: new Date('2026-11-01T08:00:00Z'), ...more });
const hour = new Date('2026-11-01T08:00:00Z');

test('a call that was published can be read by everybody, with its log, and stands in the audit without a word of it', async () => {
	await using place = await stage();
	const desk = await deskIn(place.db);
	const call = await callOf(desk);

	const published = await publishCall(place.ground, desk.actor, lastOf(call), now);
	const found = await callBySlug(place.reading, 'rapid-help');

	expect(published).toEqual({ ok: true, call: found?.state.call, slug: 'rapid-help' });
	expect(found?.entries).toEqual(call.entries);
	expect(found?.state.content).toEqual(someContent());
	expect(await place.deeds()).toEqual([{ actor: desk.actor.account, action: 'grants.publish', subject: found?.state.call, at: hour }]);
	expect(await verifyChain(place.db)).toMatchObject({ ok: true });
});

test('a request that is sent again after a lost connection publishes and extends nothing twice', async () => {
	await using place = await stage();
	const desk = await deskIn(place.db);
	const call = await callOf(desk);
	const extended = await call.and(extend, hour);

	const both = await Promise.all([publishCall(place.ground, desk.actor, lastOf(call), now), publishCall(place.ground, desk.actor, lastOf(call), now)]);
	// Even after the circle's key has changed: what was done is done.
	await appendToCall(place.ground, desk.actor, 'rapid-help', lastOf(extended), now);
	await desk.rotate();
	const again = [await publishCall(place.ground, desk.actor, lastOf(call), now), await appendToCall(place.ground, desk.actor, 'rapid-help', lastOf(extended), now)];

	expect([...both, ...again].map(({ ok }) => ok)).toEqual([true, true, true, true]);
	expect((await callBySlug(place.reading, 'rapid-help'))?.entries).toEqual(extended.entries);
	expect(await place.deeds()).toHaveLength(2);
});

test('an address that a call once had is never given to another, not even when the first is archived', async () => {
	await using place = await stage();
	const desk = await deskIn(place.db);
	const first = await callOf(desk, { kind: 'rapid' });
	await publishCall(place.ground, desk.actor, lastOf(first), now);
	const closed = await first.and({ do: 'close' }, hour);
	const archived = await closed.and({ do: 'archive' }, hour);
	for (const call of [closed, archived]) await appendToCall(place.ground, desk.actor, 'rapid-help', lastOf(call), now);

	const second = await publishCall(place.ground, desk.actor, lastOf(await callOf(desk)), now);

	expect(second).toEqual({ ok: false, reason: 'slug-taken' });
	expect((await callBySlug(place.reading, 'rapid-help'))?.state.stage).toBe('archived');
	expect(await publicCalls(place.reading)).toHaveLength(1);
});

test('nobody publishes a call whose applications they could not read themselves: a stranger, a member of no rank, somebody who has not accepted', async () => {
	await using place = await stage();
	const desk = await deskIn(place.db);
	const [stranger, member, invited] = [await officer(place.db), await officer(place.db, 'member'), await officer(place.db)];
	await desk.add(member);
	await desk.add(invited, { accepts: false });
	const entry = lastOf(await callOf(desk));

	const outcomes = await Promise.all([stranger, member, invited].map(({ actor }) => publishCall(place.ground, actor, entry, now)));

	expect(outcomes).toEqual(outcomes.map(() => ({ ok: false, reason: 'not-found' })));
	expect(await publicCalls(place.reading)).toEqual([]);
	expect(await place.deeds()).toEqual([]);
});

test('an officer who is in one of three circles cannot make a call that is sealed to all three', async () => {
	await using place = await stage();
	const [core, identity, payee] = [await deskIn(place.db), await deskIn(place.db), await deskIn(place.db)];
	await identity.add(core);
	const entry = lastOf(await callOf(core, { inboxes: { core: core.inbox(), identity: identity.inbox(), payee: payee.inbox() } }));

	const before = await publishCall(place.ground, core.actor, entry, now);
	await payee.add(core);
	const after = await publishCall(place.ground, core.actor, entry, now);

	expect([before, after]).toMatchObject([{ ok: false, reason: 'not-found' }, { ok: true }]);
});

test('every process hears that a call was published and extended, and of nothing that was refused', async () => {
	await using place = await stage();
	const desk = await deskIn(place.db);
	const call = await callOf(desk);
	const heard: string[] = [];
	const standing = Promise.withResolvers<undefined>();
	const listener = listenForPublications({ address: place.address, onPublication: (tags) => heard.push(tags.join(' ')), onTrust: () => standing.resolve(undefined) });
	await standing.promise;

	await publishCall(place.ground, (await officer(place.db)).actor, lastOf(call), now);
	await publishCall(place.ground, desk.actor, lastOf(call), now);
	await appendToCall(place.ground, desk.actor, 'rapid-help', lastOf(await call.and({ do: 'decide' }, hour)), now);
	await appendToCall(place.ground, desk.actor, 'rapid-help', lastOf(await call.and(extend, hour)), now);
	await until(() => heard.length >= 2);
	await listener.close();

	expect(heard).toEqual(['grants call:rapid-help', 'grants call:rapid-help']);
});

test('a list of three calls takes as many questions to the database as a list of one', async () => {
	await using place = await stage();
	const desk = await deskIn(place.db);
	const counted = async (): Promise<number> => {
		let queries = 0;
		const db = place.db.withPlugin({ transformQuery: ({ node }) => ((queries += 1), node), transformResult: ({ result }) => Promise.resolve(result) });
		expect((await publicCalls({ ...place.reading, db })).length).toBeGreaterThan(0);
		return queries;
	};

	await publishCall(place.ground, desk.actor, lastOf(await callOf(desk)), now);
	const one = await counted();
	for (const slug of ['second', 'third']) await publishCall(place.ground, desk.actor, lastOf(await callOf(desk, { slug })), now);

	expect([one, await counted()]).toEqual([1, 1]);
});

test('a call is never sealed to an old key, to somebody else’s key, or to a key that somebody took along who left', async () => {
	await using place = await stage();
	const desk = await deskIn(place.db);
	const other = await deskIn(place.db, desk);
	const leaver = await officer(place.db);
	const old = await callOf(desk);
	const foreign = await publishedCall({ inbox: { ...desk.inbox(), recipient: other.inbox().recipient }, at: hour });
	const ahead = await publishedCall({ inbox: { ...desk.inbox(), epoch: 2 }, at: hour });
	const publish = (call: TestCall) => publishCall(place.ground, desk.actor, lastOf(call), now);

	const wrong = [await publish(foreign), await publish(ahead)];
	await desk.add(leaver);
	await desk.leave(leaver);
	const due = await publish(old);
	await desk.rotate();
	const stale = await publish(old);
	const fresh = await publish(await callOf(desk));

	expect([...wrong, due, stale, fresh]).toMatchObject([{ reason: 'stale-inbox' }, { reason: 'stale-inbox' }, { reason: 'rotation-due' }, { reason: 'stale-inbox' }, { ok: true }]);
});

test('a closed circle gets no call, and when it is deleted its calls can still be read', async () => {
	await using place = await stage();
	const [desk, closing] = [await deskIn(place.db), await deskIn(place.db)];
	await publishCall(place.ground, closing.actor, lastOf(await callOf(closing)), now);
	await closing.close();

	const refused = await publishCall(place.ground, closing.actor, lastOf(await callOf(closing, { slug: 'another' })), now);
	// As sweeping does after thirty days.
	for (const table of ['circle_keys', 'circle_letter', 'circle_record', 'circle_entry', 'circle_member'] as const) await place.db.deleteFrom(table).where('circle_id', '=', closing.circle).execute();
	await place.db.deleteFrom('circle').where('id', '=', closing.circle).execute();

	expect(refused).toEqual({ ok: false, reason: 'circle-closed' });
	expect((await callBySlug(place.reading, 'rapid-help'))?.state.inboxes.core.circle).toBe(closing.circle);
	expect(desk.circle).not.toBe(closing.circle);
});

test('of two officers who change a call at the same time one is told that the other was faster, and nothing is lost', async () => {
	await using place = await stage();
	const desk = await deskIn(place.db);
	const second = await officer(place.db);
	await desk.add(second);
	const call = await callOf(desk);
	await publishCall(place.ground, desk.actor, lastOf(call), now);
	const revised = await call.and({ do: 'revise', content: someContent({ summary: inEnglish('Other words.') }) }, hour);

	const outcomes = await Promise.all([appendToCall(place.ground, desk.actor, 'rapid-help', lastOf(await call.and(extend, hour)), now), appendToCall(place.ground, second.actor, 'rapid-help', lastOf(revised), now)]);

	expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
	expect(outcomes).toContainEqual({ ok: false, reason: 'moved-on' });
	expect((await callBySlug(place.reading, 'rapid-help'))?.entries).toHaveLength(2);
	expect(await place.deeds()).toHaveLength(2);
});

test('what the log’s rules refuse is refused with their word, and whoever is not in the circle learns nothing', async () => {
	await using place = await stage();
	const desk = await deskIn(place.db);
	const call = await callOf(desk);
	await publishCall(place.ground, desk.actor, lastOf(call), now);
	const append = async (act: CallAct, by = desk.actor) => appendToCall(place.ground, by, 'rapid-help', lastOf(await call.and(act, hour)), now);
	const forged = { ...lastOf(await call.and(extend, hour)), signature: lastOf(call).signature };

	const outcomes = [
		await append({ ...extend, deadline: { ...later, at: '2027-04-01T11:59:00.000Z' } }),
		await append({ do: 'decide' }),
		await appendToCall(place.ground, desk.actor, 'rapid-help', forged, now),
		await appendToCall(place.ground, desk.actor, 'another', lastOf(await call.and(extend, hour)), now),
		await append(extend, (await officer(place.db)).actor),
		await append(extend, { ...desk.actor, role: 'member' })
	];

	expect(outcomes.map((outcome) => outcome.ok || outcome.reason)).toEqual(['not-later', 'wrong-stage', 'forged', 'not-found', 'not-found', 'not-found']);
	expect((await callBySlug(place.reading, 'rapid-help'))?.entries).toHaveLength(1);
});

test('after a removal the call is renewed to the new key, and an officer of the core circle alone need not be in the others', async () => {
	await using place = await stage();
	const [core, payee] = [await deskIn(place.db), await deskIn(place.db)];
	const second = await officer(place.db);
	await core.add(second);
	await payee.add(core);
	const inboxes = { core: core.inbox(), identity: core.inbox(), payee: payee.inbox() };
	const call = await callOf(core, { inboxes });
	await publishCall(place.ground, core.actor, lastOf(call), now);
	await core.rotate();
	const signing = toText((await callKeyOf(newCallSecret())).publicKey);
	const renew = async (act: Partial<Extract<CallAct, { do: 'renew' }>>) =>
		appendToCall(place.ground, second.actor, 'rapid-help', lastOf(await call.and({ do: 'renew', signing, inboxes: { ...inboxes, core: core.inbox(), identity: core.inbox() }, ...act }, hour)), now);

	const stale = await renew({ inboxes: { ...inboxes, core: core.inbox() , identity: { ...core.inbox(), epoch: 1 } } });
	await payee.rotate();
	const foreign = await renew({ inboxes: { core: core.inbox(), identity: core.inbox(), payee: payee.inbox() } });
	const renewed = await renew({});

	expect([stale, foreign, renewed]).toMatchObject([{ reason: 'stale-inbox' }, { reason: 'not-found' }, { ok: true }]);
	expect((await callBySlug(place.reading, 'rapid-help'))?.state).toMatchObject({ signing, inboxes: { core: { epoch: 2 } } });
	expect(await place.db.selectFrom('grant_call').select(['head_seq', 'stage']).executeTakeFirst()).toEqual({ head_seq: 1, stage: 'published' });
});

test.each([
	['synchronised', { ok: true }],
	['adrift', { ok: false, reason: 'clock-unsure' }],
	['unknown', { ok: false, reason: 'clock-unsure' }]
] as const)('with a clock that is %s a call with a deadline is closed only if the clock can be trusted', async (clock, expected) => {
	await using place = await stage(clock);
	const desk = await deskIn(place.db);
	const soon = deadlineOf({ day: '2026-11-01', time: '08:30', zone: 'UTC' });
	const call = await callOf(desk, { deadline: soon });
	await publishCall(place.ground, desk.actor, lastOf(call), now);
	const close = async (at: string) => appendToCall(place.ground, desk.actor, 'rapid-help', lastOf(await call.and({ do: 'close' }, hour)), new Date(at));

	// The minute of the deadline belongs to it.
	const early = await close('2026-11-01T08:30:59.999Z');
	const after = await close('2026-11-01T08:31:00Z');

	expect(early).toEqual({ ok: false, reason: clock === 'synchronised' ? 'too-early' : 'clock-unsure' });
	expect(after).toMatchObject(expected);
	expect((await callBySlug(place.reading, 'rapid-help'))?.state.stage).toBe(expected.ok ? 'closed' : 'published');
});

test('a rapid call, which has no deadline, is closed whatever the clock says', async () => {
	await using place = await stage('adrift');
	const desk = await deskIn(place.db);
	const call = await callOf(desk, { kind: 'rapid' });
	await publishCall(place.ground, desk.actor, lastOf(call), now);

	expect(await appendToCall(place.ground, desk.actor, 'rapid-help', lastOf(await call.and({ do: 'close' }, hour)), now)).toMatchObject({ ok: true });
});

test('nobody is surprised by a deadline that has passed before the call is there, and no entry is dated into another day', async () => {
	await using place = await stage();
	const desk = await deskIn(place.db);
	const call = await callOf(desk);
	const past = deadlineOf({ day: '2026-11-01', time: '08:19', zone: 'UTC' });

	const publish = async (more: Parameters<typeof callOf>[1]) => publishCall(place.ground, desk.actor, lastOf(await callOf(desk, more)), now);
	const outcomes = [await publish({ deadline: past }), await publish({ at: new Date('2026-10-31T08:00:00Z') }), await publish({ at: new Date('2026-11-02T09:00:00Z') })];
	await publishCall(place.ground, desk.actor, lastOf(call), now);
	const afterAll = await appendToCall(place.ground, desk.actor, 'rapid-help', lastOf(await call.and(extend, new Date('2027-06-01T08:00:00Z'))), new Date('2027-06-01T08:00:00Z'));

	expect([...outcomes, afterAll].map((outcome) => outcome.ok || outcome.reason)).toEqual(['already-over', 'wrong-time', 'wrong-time', 'already-over']);
});

test('a late link lets one application in, once, for its own call, for seven days, and it is recorded that it did', async () => {
	await using place = await stage();
	const desk = await deskIn(place.db);
	const first = await callOf(desk);
	await publishCall(place.ground, desk.actor, lastOf(first), now);
	await publishCall(place.ground, desk.actor, lastOf(await callOf(desk, { slug: 'another' })), now);
	const call = (await callBySlug(place.reading, 'rapid-help'))?.state.call ?? '';
	const other = (await callBySlug(place.reading, 'another'))?.state.call ?? '';
	const [secret, expiring] = [randomId(), randomId()];
	const make = async (one: string) => makeLateLink(place.ground, desk.actor, { slug: 'rapid-help', hash: await lateLinkHash(one), now });
	const use = (one: string, of: string, at: Date) => place.db.transaction().execute((tx) => useLateLink(tx, { call: of, secret: one, now: at }));
	const made = [await make(secret), await make(expiring), await make(secret)];
	const inTime = new Date('2026-11-08T07:59:59Z');

	const wrong = [await use(secret, other, now), await use(randomId(), call, now), await use('', call, now), await use(expiring, call, new Date('2026-11-08T08:00:00Z'))];
	const right = await Promise.all([use(secret, call, inTime), use(secret, call, inTime)]);

	expect(made).toMatchObject([{ ok: true, expiresAt: '2026-11-08T08:00:00.000Z' }, { ok: true }, { ok: false, reason: 'as-it-is' }]);
	expect(wrong).toEqual([false, false, false, false]);
	expect(right.toSorted()).toEqual([false, true]);
	const counted = await lateLinks(place.ground, desk.actor, 'rapid-help');
	expect(counted.ok && counted.links.map(({ used }) => used).toSorted()).toEqual([false, true]);
	expect(await lateLinks(place.ground, (await deskIn(place.db)).actor, 'rapid-help')).toEqual({ ok: false, reason: 'not-found' });
	expect((await place.deeds()).map(({ actor, action }) => [actor === desk.actor.account ? 'officer' : actor, action])).toEqual([
		['officer', 'grants.publish'], ['officer', 'grants.publish'], ['officer', 'grants.late-link'], ['officer', 'grants.late-link'], ['visitor', 'grants.late-link-used']
	]);
	expect(JSON.stringify(await place.db.selectFrom('grant_late_link').selectAll().execute())).not.toContain(secret);
	await forgetLateLinks(place.db, new Date('2026-11-08T08:00:00Z'));
	expect(await place.db.selectFrom('grant_late_link').selectAll().execute()).toEqual([]);
});

test('only officers make late links, of a call with a deadline that is not decided yet', async () => {
	await using place = await stage();
	const desk = await deskIn(place.db);
	await publishCall(place.ground, desk.actor, lastOf(await callOf(desk)), now);
	await publishCall(place.ground, desk.actor, lastOf(await callOf(desk, { slug: 'always', kind: 'rapid' })), now);
	const hash = await lateLinkHash(randomId());
	const stranger = await officer(place.db);

	const make = (slug: string, by = desk.actor) => makeLateLink(place.ground, by, { slug, hash, now });

	expect([await make('rapid-help', stranger.actor), await make('nowhere'), await make('always'), await make('rapid-help')]).toMatchObject([{ reason: 'not-found' }, { reason: 'not-found' }, { reason: 'wrong-kind' }, { ok: true }]);
	expect(someDeadline.zone).toBe('Etc/GMT+12');
});
