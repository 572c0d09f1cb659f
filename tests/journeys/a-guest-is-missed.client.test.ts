import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { sealLetter } from '#vault';
import { startApi, type ApiServer } from '../api-server.ts';
import { sure } from '../desk-officers.ts';
import { guestDevice, someDecision, TestGuests, type Stage } from '../guest-desk.ts';
import { openPushService, type PushService } from '../push-service.ts';
import { somebody, type Somebody } from '../somebody.ts';
import { temporaryFolder } from '../temporary.ts';
import { patternsOf, tracesIn } from '../attacks/traces.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { beginNotices, switchOn } from '#lib/notices/server/index.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import type { House } from '#lib/platform/house.ts';
import { openPush } from '#lib/platform/push/push.ts';
import { canonical, randomId, toText, utf8, type Json } from '#lib/vault/envelope.ts';
import { standingOf, type Invitation, type Travel } from '#lib/forum/guest.ts';
import { noNeeds, type Needs } from '#lib/forum/needs.ts';
import { forgetGuests } from '#lib/forum/server/guests.ts';
import { wakeWhoIsDue } from '#lib/forum/server/watch.ts';
import { courseOf, silenceOf } from '#lib/forum/traveller.ts';
import { approveGuest, freshLink, guestsOf, noteGuest, withdrawGuest } from '#lib/forum/client/guests.ts';
import { answerInvitation, type OpenInvitation } from '#lib/forum/client/invited.ts';
import { logisticsOf, notedLogistics } from '#lib/forum/client/inboxes.ts';
import { happeningNow, journeysOf, keepHappenings, lookAfter, tellNextLook, type LogisticsDesk, type Traveller } from '#lib/forum/client/logistics.ts';
import { openPlan } from '#lib/forum/client/plans.ts';

let database: TestDatabase;
let api: ApiServer;
let guests: TestGuests;
/** Of the logistics circle and of no other. */
let cleo: Somebody;
let push: PushService;
const keys = temporaryFolder('watch');

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	guests = await TestGuests.begin(database.db, api.origin);
	cleo = await somebody(database.db, { name: 'Cleo', role: 'member' });
	push = await openPushService();
});

afterAll(async () => {
	await push[Symbol.asyncDispose]();
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
	rmSync(keys, { recursive: true, force: true });
});

let hers: LogisticsDesk;
/** Cleo's. */
let desk: LogisticsDesk;
let noted: NonNullable<Invitation['logistics']>;

/** A logistics circle that Ana, a convenor, made, and in which Dora and Cleo are. Ben, another convenor, is not. */
beforeEach(async () => {
	const made = await guests.receivedBy('Canary-Journeys');
	const circle: OpenCircle = sure(await made.circle.add({ account: cleo.account, name: 'Cleo' })).circle;
	const joined = sure(await sure(await cleo.circles(api.origin).openCircle(circle.id)).circle.accept()).circle;
	hers = { ...made, circle: sure(await circle.refresh()).circle };
	desk = { ...made, circle: joined, link: cleo.link(api.origin) };
	noted = guests.logistics!;
});

const landing: Partial<Needs> = { arrives: { day: '2026-12-11', time: '22:40', by: 'Canary-Flight-Seven' }, leaves: { day: '2026-12-15', time: '12:00', by: '' }, words: { ...noNeeds().words, emergency: 'Canary-Call-My-Mother', access: 'Canary-Insulin' } };

/** Somebody who was invited, handed over, and has answered. */
async function onTheWay(needs: Partial<Needs> = landing): Promise<{ stage: Stage; opened: OpenInvitation; store: ReturnType<typeof guestDevice> }> {
	const stage = await guests.approved();
	const store = guestDevice();
	let opened = await guests.opened(stage, store);
	await handed(stage);
	opened = sure(await answerInvitation(guests.line(), store, opened, someDecision({ passportName: 'CANARY PASSPORT', needs: { ...noNeeds(), ...needs } }))).opened;
	return { stage, opened, store };
}

let begun: House | undefined;

/** The house with what knocks. */
async function notices(): Promise<House> {
	if (begun) return begun;
	const house = { ...api.house, config: { ...api.house.config, dataDir: keys }, push: openPush({ dataDir: keys, pushServices: [push.origin], contact: undefined, vaultOrigin: 'https://vault.example.org' }) } as House;
	await beginNotices(house, () => ({ subject: '', sentence: '', signIn: '', stop: '' }));
	await house.jobs.start();
	return (begun = house);
}

const handed = (stage: Stage) => guests.handed(stage, hers);

const only = async (stage: Stage, at = desk): Promise<Traveller> => {
	const { id } = (await stage.guest()).of.invitation;
	const found = sure(await journeysOf(at)).travellers.find(({ says }) => says.of.guest === id);
	if (found === undefined) throw new Error('Nobody is on the way.');
	return found;
};

test('what a guest needs is opened by the logistics circle and by no convenor who is not in it: the server hands it to nobody else, and their keys do not open it', async () => {
	const { stage } = await onTheWay();

	const { says, trouble } = await only(stage);
	const forBen = await stage.guest(guests.his);
	const asBen = await journeysOf({ ...desk, link: guests.his.link });
	const { id } = forBen.of.invitation;
	const { sealed_travel } = await database.db.selectFrom('forum_guest').select('sealed_travel').where('id', '=', id).executeTakeFirstOrThrow();
	const opening = guests.his.circle.openInbox({ letter: sealed_travel!, epoch: 1, kind: 'guest-travel', about: id, authorKey: () => undefined });

	expect([says.travel?.name, says.travel?.needs.words.emergency, says.travel?.roomName, trouble]).toEqual(['CANARY PASSPORT', 'Canary-Call-My-Mother', 'Rosa', undefined]);
	expect([forBen.travel, forBen.trouble, standingOf(forBen.of)]).toEqual([undefined, undefined, 'accepted']);
	expect(asBen).toEqual({ ok: false, reason: 'not-found' });
	await expect(opening).rejects.toThrow();
});

test('a convenor cannot have letters handed to a circle in which she is not, and a circle that is none is told as none', async () => {
	const ben = guests.his;
	const stage = await guests.approved();
	const foreign = sure(await (await somebody(database.db, { name: 'Eve' })).circles(api.origin).foundCircle({ name: 'Eve', purpose: '' })).circle;

	const { id } = (await stage.guest()).of.invitation;
	const { sealed_letter } = await database.db.selectFrom('forum_guest').select('sealed_letter').where('id', '=', id).executeTakeFirstOrThrow();
	const fresh = await ben.link.send('POST', `/api/circles/${ben.circle.id}/guests`, { id, link: randomId(), signing: 'A'.repeat(43), letter: toText(sealed_letter!), keptUntil: '2027-03-15', logistics: foreign.id });

	expect(fresh).toMatchObject({ ok: false, reason: 'not-found' });
	expect(sure(await logisticsOf(foreign)).of).toBeUndefined();
	expect(sure(await notedLogistics(ben.circle, randomId())).noted).toBeNull();
});

test('a server that shows an older letter, or writes one itself, is noticed by every member', async () => {
	const { stage, opened, store } = await onTheWay();
	await only(stage);
	const { id } = opened.own.invitation;
	const older = await database.db.selectFrom('forum_guest').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
	sure(await answerInvitation(guests.line(), store, opened, someDecision({ reached: 'arrived' })));
	expect((await only(stage)).says.travel?.reached).toBe('arrived');
	await database.db.updateTable('forum_guest').set(older).where('id', '=', id).execute();
	const rewound = await only(stage, hers);
	const stranger = (await onTheWay()).opened;
	const travel: Travel = { version: 9, name: '', needs: noNeeds(), says: 'accepted', roomName: '', photographs: 'yes', reached: 'home' };
	const letter = await sealLetter({ header: { kind: 'guest-travel', circle: desk.circle.id, about: id, author: toText(stranger.keys.signing.publicKey), at: 0 }, body: utf8(canonical({ v: 1, travel, bond: stranger.own.bond } as unknown as Json)), recipients: [noted.recipient], signing: stranger.keys.signing });
	await database.db.updateTable('forum_guest').set({ version: 9, sealed_travel: Buffer.from(letter) }).where('id', '=', id).execute();
	const forged = await only(stage);

	expect([rewound.trouble?.kind, rewound.says.travel?.reached]).toEqual(['rewound', 'arrived']);
	expect([forged.trouble?.kind, forged.says.travel?.reached]).toEqual(['foreign-key', 'arrived']);
});

test('the server learns one full hour of a circle and nothing of whom, and a page that has not seen the newest is refused', async () => {
	const { stage, opened, store } = await onTheWay();
	const stale = sure(await journeysOf(desk));
	const looked = sure(await lookAfter(desk));
	sure(await answerInvitation(guests.line(), store, opened, someDecision({ reached: 'home' })));
	const refused = await tellNextLook(desk, stale);
	const [row] = await database.db.selectFrom('forum_watch').selectAll().where('circle_id', '=', desk.circle.id).execute();
	const eve = await somebody(database.db, { name: 'Eve' });
	const asEve = await tellNextLook({ ...desk, link: eve.link(api.origin) }, stale);

	// 22:40 in New York is 03:40 UTC, and two hours, and the full hour after that.
	expect([looked.wakeAt, row]).toEqual([new Date('2026-12-12T06:00:00Z'), { circle_id: desk.circle.id, wake_at: new Date('2026-12-12T06:00:00Z') }]);
	expect([refused, asEve]).toEqual([{ ok: false, reason: 'moved-on' }, { ok: false, reason: 'not-found' }]);
	expect(sure(await lookAfter(desk)).wakeAt).toBeNull();
	expect(await database.db.selectFrom('forum_watch').selectAll().where('circle_id', '=', desk.circle.id).execute()).toEqual([]);
	expect((await stage.guest()).of.invitation.logistics?.circle).toBe(desk.circle.id);
});

test('when nobody has looked by that hour, members who asked are told at once and again each hour, by the words of every notice; after a look, no more', async () => {
	await onTheWay();
	sure(await lookAfter(desk));
	const house = await notices();
	await switchOn(house, cleo.account, { kind: 'push', endpoint: `${push.origin}/cleo` });
	// She was told today already, and has not been here since.
	await database.db.updateTable('notice').set({ owed: false, told: true, told_on: new Date().toISOString().slice(0, 10) }).where('account_id', '=', cleo.account).execute();
	const knocks = async (at: string, count: number): Promise<number> => {
		await wakeWhoIsDue(house, new Date(at));
		if (count > push.knocks.length) await expect.poll(() => push.knocks.length, { timeout: 20_000 }).toBe(count);
		await expect.poll(() => database.db.selectFrom('notice').select('owed').where('account_id', '=', cleo.account).executeTakeFirst()).toEqual({ owed: false });
		return push.knocks.length;
	};

	const early = await knocks('2026-12-12T05:59:00Z', 0);
	const first = await knocks('2026-12-12T06:00:00Z', 1);
	const again = await knocks('2026-12-12T07:00:00Z', 2);
	const { travellers } = sure(await journeysOf(desk));
	for (const one of travellers) sure(await keepHappenings(desk, one, [happeningNow(desk, { kind: 'safe-home', words: 'Canary-She-Rang' })]));
	sure(await lookAfter(desk));
	const looked = await knocks('2026-12-12T08:00:00Z', 2);

	expect([early, first, again, looked]).toEqual([0, 1, 2, 2]);
	expect(new Set(push.knocks.map(({ body }) => body))).toEqual(new Set(['']));
});

test('a member who names one hour after the other has the others woken twelve times in a day and every third hour then, and cannot use up what wakes them', async () => {
	const house = await notices();
	await switchOn(house, hers.circle.me.account, { kind: 'push', endpoint: `${push.origin}/ana` });
	const woken = (): number => push.knocks.filter(({ path }) => path === '/ana').length;
	const wakes = async (at: Date): Promise<void> => {
		const said = await desk.link.send('PUT', `/api/circles/${desk.circle.id}/watch`, { wakeAt: at.toJSON(), seen: 0 });
		expect(said.ok).toBe(true);
		await wakeWhoIsDue(house, at);
		await expect.poll(() => database.db.selectFrom('notice').select('owed').where('account_id', '=', hers.circle.me.account).executeTakeFirst()).toEqual({ owed: false });
	};
	const first = Date.parse('2027-01-12T06:00:00Z');

	for (let hour = 0; hour < 15; hour++) await wakes(new Date(first + hour * 3_600_000));
	await expect.poll(woken).toBe(13);
	// What would have come before it has come by then.
	await wakes(new Date(first + 15 * 3_600_000));

	await expect.poll(woken).toBe(14);
});

test('an hour that nobody answered is forgotten after a day', async () => {
	await onTheWay();
	sure(await lookAfter(desk));
	await wakeWhoIsDue(api.house, new Date('2026-12-13T06:00:00Z'));
	expect(await database.db.selectFrom('forum_watch').selectAll().where('circle_id', '=', desk.circle.id).execute()).toEqual([]);
});

test('two who note something at once lose nothing, and what was noted without a line is kept once, however often it is sent', async () => {
	const { stage } = await onTheWay();
	const [mine, theirs] = [await only(stage), await only(stage, hers)];
	const atTheDoor = happeningNow(desk, { kind: 'door', words: '' });
	sure(await keepHappenings(hers, theirs, [happeningNow(hers, { kind: 'visa', state: 'granted', words: '' })]));
	sure(await keepHappenings(desk, mine, [atTheDoor]));
	sure(await keepHappenings(desk, mine, [atTheDoor]));

	const { says } = await only(stage);
	const course = courseOf(says);

	expect(says.happened.map(({ kind, by }) => [kind, by])).toEqual([['visa', hers.circle.me.account], ['door', cleo.account]]);
	expect([course.door?.by, course.visa]).toEqual([cleo.account, 'granted']);
	const late = new Date('2026-12-12T09:00:00Z');
	expect(silenceOf(says, desk.of.timeZone, { device: late, server: late })).toBeUndefined();
});

test('to whoever is prevented from attending nothing goes by itself any more, the circle sees who set it, and it can be undone', async () => {
	const waiting = await guests.approved();
	await handed(waiting);
	const { stage, opened } = await onTheWay();
	for (const one of [waiting, stage]) sure(await keepHappenings(desk, await only(one), [happeningNow(desk, { kind: 'prevented', why: 'detained', words: 'Canary-At-The-Airport' })]));
	const before = await database.db.selectFrom('forum_guest').selectAll().where('id', 'in', [opened.own.invitation.id]).execute();

	const [hidden] = await handed(waiting);
	await handed(stage);
	const plan = sure(await openPlan(guests.hers.circle, waiting.kept.record.record));
	const refused = [await freshLink(guests.his, await waiting.guest(guests.his), { plan: plan.plan, logistics: noted }), await noteGuest(guests.hers, await waiting.guest(), { state: 'handed-over' }), await approveGuest(guests.his, await waiting.guest(guests.his))];
	const looked = sure(await lookAfter(desk));

	// Reminders go by standing; links are neither made nor handed over; nobody is woken; and what the guest has is as it was.
	expect([hidden && standingOf(hidden.of), standingOf((await stage.guest(guests.his)).of)]).toEqual(['prevented', 'prevented']);
	expect(refused).toEqual([1, 2, 3].map(() => ({ ok: false, reason: 'moved-on' })));
	expect(looked.wakeAt).toBeNull();
	expect(await database.db.selectFrom('forum_guest').selectAll().where('id', 'in', [opened.own.invitation.id]).execute()).toEqual(before);
	const { prevented } = courseOf((await only(stage, hers)).says);
	expect([prevented?.by, prevented?.why, (await stage.guest(guests.his)).of.prevented?.by]).toEqual([cleo.account, 'detained', cleo.account]);

	for (const one of [waiting, stage]) sure(await keepHappenings(hers, await only(one, hers), [happeningNow(hers, { kind: 'free', words: '' })]));
	await handed(waiting);
	await handed(stage);
	expect([standingOf((await waiting.guest()).of), standingOf((await stage.guest()).of), sure(await lookAfter(desk)).wakeAt]).toEqual(['approved', 'accepted', new Date('2026-12-12T06:00:00Z')]);
	sure(await freshLink(guests.hers, await waiting.guest(), { plan: plan.plan, logistics: noted }));
});

test('what the circle noted of a guest goes with the invitation, and of whoever never opened it, when it is taken back', async () => {
	const [unopened, { stage }] = [await guests.approved(), await onTheWay()];
	await handed(unopened);
	const before = sure(await journeysOf(desk)).travellers.length;
	sure(await withdrawGuest(guests.hers, await unopened.guest()));
	await handed(unopened);
	const after = sure(await journeysOf(desk)).travellers.length;
	await forgetGuests(database.db, new Date('2027-03-16T00:00:00Z'));

	expect([before, after, sure(await journeysOf(desk)).travellers.length]).toEqual([2, 1, 0]);
	expect(sure(await guestsOf(guests.hers, stage.kept.record.record)).guests.map(({ of }) => of.state)).toEqual(['withdrawn']);
});

test('the database holds no word of a journey, of a silence or of why somebody is prevented', async () => {
	const { stage } = await onTheWay();
	sure(await keepHappenings(desk, await only(stage), [happeningNow(desk, { kind: 'prevented', why: 'refused-exit', words: 'Canary-Taken-At-Gate-Nine' }), happeningNow(desk, { kind: 'note', words: 'Canary-Her-Lawyer' })]));
	sure(await lookAfter(desk));
	const canaries = ['CANARY PASSPORT', 'Canary-Flight-Seven', 'Canary-Call-My-Mother', 'Canary-Insulin', 'Canary-Taken-At-Gate-Nine', 'Canary-Her-Lawyer', 'refused-exit', 'Canary-Journeys'].map((text) => ({ what: text, text }));
	const tables = await Promise.all((['forum_guest', 'forum_watch', 'circle', 'circle_record', 'circle_letter', 'circle_entry', 'notice', 'audit_entry'] as const).map((table) => database.db.selectFrom(table).selectAll().execute()));
	const bytes = Buffer.concat(tables.flat().flatMap((row) => Object.values(row).map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(`${JSON.stringify(value)}\n`)))));

	expect(tracesIn(bytes, 'the database', patternsOf(canaries))).toEqual([]);
});
