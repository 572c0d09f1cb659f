import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newGuestLink, sealRecord } from '#vault';
import { startApi, type ApiServer } from '../api-server.ts';
import { sure } from '../desk-officers.ts';
import { guestDevice, TestGuests, type Stage } from '../guest-desk.ts';
import { Circles } from '#lib/circles/client/opening.ts';
import { derivedRecord } from '#lib/circles/limits.ts';
import { approveGuest, draftGuests, freshLink, type GuestDesk } from '#lib/forum/client/guests.ts';
import { lookAtLink } from '#lib/forum/client/invited.ts';
import { inboxOf, noteInbox } from '#lib/forum/client/inboxes.ts';
import type { LogisticsDesk } from '#lib/forum/client/logistics.ts';
import { openPlan } from '#lib/forum/client/plans.ts';
import { letterPlace, letterStep, type Inbox, type Invitation } from '#lib/forum/guest.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { canonical, filled, toText, type Json } from '#lib/vault/envelope.ts';

// Ana is not what she seems: her browser does as she says. Ben, outside the logistics circle, and Dora, in it, are honest.
let database: TestDatabase;
let api: ApiServer;
let guests: TestGuests;
let made: LogisticsDesk;
let ana: GuestDesk;
/** An inbox of which nobody but Ana has the key. */
let hers: Inbox;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	guests = await TestGuests.begin(database.db, api.origin);
	ana = guests.hers;
	hers = { epoch: 1, recipient: inboxOf(sure(await new Circles(ana.link).foundCircle({ name: 'Ana alone', purpose: '' })).circle).recipient };
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

async function begin(): Promise<Stage> {
	made = await guests.receivedBy('Journeys');
	return guests.drafted();
}

/** A draft as her browser makes it: another invitation in letter and record, and both say the same. */
async function draftsOtherwise(stage: Stage, change: (said: Invitation) => Partial<Invitation>): Promise<void> {
	const { record, of } = await stage.guest();
	const invitation = { ...of.invitation, ...change(of.invitation) };
	const link = await newGuestLink();
	const links = [...of.links, { secret: toText(link.secret), epoch: invitation.inbox.epoch, travelEpoch: invitation.logistics?.epoch ?? null }];
	sure(await ana.circle.write({ kind: 'forum-guest', record: record.record, body: { v: 1, ...of, invitation, links } as unknown as Json, basedOn: record }));
	const seal = { author: link.id, at: 0, previous: null, head: { seq: 0, hash: toText(new Uint8Array(32)) } };
	const letter = await sealRecord({ place: letterPlace(link.id), seal, body: filled(canonical(invitation as unknown as Json), letterStep), key: link.letter, signing: link.signing });
	const answer = await ana.link.send('POST', `/api/circles/${ana.circle.id}/guests`, { id: invitation.id, link: link.id, signing: toText(link.signing.publicKey), letter: toText(letter), keptUntil: invitation.keptUntil, logistics: invitation.logistics?.circle ?? null });
	expect(answer.ok).toBe(true);
}

/** What convenors find noted from now on, as she writes it. */
async function notes(stage: Stage, noted: NonNullable<Invitation['logistics']>): Promise<void> {
	const record = await derivedRecord('forum-logistics', stage.kept.record.record);
	const { opened } = sure(await ana.circle.read(record));
	if (!opened.ok) throw opened.trouble;
	sure(await ana.circle.write({ kind: 'forum-logistics', record, body: { v: 1, ...noted }, basedOn: opened }));
}

const approvedBy = async (desk: GuestDesk, stage: Stage): Promise<unknown> => {
	const answer = await approveGuest(desk, await stage.guest(desk));
	return answer.ok ? 'approved' : answer.reason;
};
const leadsTo = async (stage: Stage): Promise<unknown> => lookAtLink(guests.line(), guestDevice(), await stage.fragment());
const gone = { ok: false, reason: 'gone' };

test('a convenor who names her own key under the name of the logistics circle reads no passport: no honest convenor approves it, in that circle or not, whatever she has noted besides', async () => {
	const stage = await begin();
	const own = { circle: made.circle.id, ...hers };
	await draftsOtherwise(stage, () => ({ logistics: own }));
	const plainly = [await approvedBy(guests.his, stage), await approvedBy(guests.third, stage)];
	await notes(stage, own);
	const noted = [await approvedBy(guests.his, stage), await approvedBy(guests.third, stage)];

	expect(plainly).toEqual(['other-inbox', 'other-inbox']);
	expect(noted).toEqual(['unchecked-inbox', 'other-inbox']);
	expect(await leadsTo(stage)).toEqual(gone);
});

test('neither does a circle of hers that says it sees to these journeys, and to which she added them, nor one for the journeys of another plan, nor no circle at all, nor a key of her own for the answers', async () => {
	const another = (await begin(), made.circle);
	const stage = await begin();
	let own = sure(await new Circles(ana.link).foundCircle({ name: 'Ana alone', purpose: '' })).circle;
	const says = { convenors: ana.circle.id, plan: stage.kept.record.record, title: made.of.title, place: made.of.place, timeZone: 'UTC', startsOn: '2026-12-12', endsOn: '2026-12-15' };
	sure(await own.write({ kind: 'logistics', record: await derivedRecord('logistics', own.id), body: { v: 1, ...says } as unknown as Json }));
	// They are in it without having asked for it.
	for (const { circle } of [guests.his, guests.third]) own = sure(await own.add({ account: circle.me.account, name: circle.me.account })).circle;
	const refused: unknown[] = [];
	for (const change of [(): Partial<Invitation> => ({ logistics: null }), (): Partial<Invitation> => ({ inbox: hers })]) {
		await draftsOtherwise(stage, change);
		refused.push(await approvedBy(guests.his, stage), await approvedBy(guests.third, stage), await leadsTo(stage));
	}
	const honest = { circle: made.circle.id, ...inboxOf(made.circle) };
	for (const circle of [own, another]) {
		const noted = { circle: circle.id, ...inboxOf(circle) };
		await draftsOtherwise(stage, () => ({ logistics: noted, inbox: inboxOf(ana.circle) }));
		await notes(stage, noted);
		refused.push(await approvedBy(guests.his, stage), await approvedBy(guests.third, stage), await leadsTo(stage));
		await notes(stage, honest);
	}

	expect(refused).toEqual(['other-inbox', 'other-inbox', gone, 'other-inbox', 'other-inbox', gone, 'unchecked-inbox', 'unchecked-inbox', gone, 'unchecked-inbox', 'other-inbox', gone]);
});

test('a key that the logistics circle had before somebody left it is refused by whoever is in it, and what was confirmed before something else was noted counts no more', async () => {
	const stage = await begin();
	const before = { circle: made.circle.id, ...inboxOf(made.circle) };
	const rotated = sure(await made.circle.rotate()).circle;
	await noteInbox(ana.circle, stage.kept.record.record, rotated);
	const alone = sure(await noteInbox(ana.circle, stage.kept.record.record, rotated)).noted;
	await draftsOtherwise(stage, () => ({ logistics: alone }));
	const onlyHerWord = await approvedBy(guests.his, stage);
	await notes(stage, before);
	await draftsOtherwise(stage, () => ({ logistics: before }));
	const older = [await approvedBy(guests.his, stage), await approvedBy(guests.third, stage)];
	await notes(stage, alone);
	await draftsOtherwise(stage, () => ({ logistics: alone }));
	const doras = sure(await new Circles(guests.third.link).openCircle(made.circle.id)).circle;
	sure(await noteInbox(guests.third.circle, stage.kept.record.record, doras));

	expect([onlyHerWord, ...older]).toEqual(['unchecked-inbox', 'unchecked-inbox', 'other-inbox']);
	expect([await approvedBy(guests.his, stage), await leadsTo(stage)]).toEqual(['approved', expect.objectContaining({ ok: true })]);
});

test('nor does an honest convenor draft what she approves afterwards: what she alone has noted is put into no letter', async () => {
	const stage = await begin();
	await notes(stage, { circle: made.circle.id, ...hers });
	const based = sure(await openPlan(guests.his.circle, stage.kept.record.record));
	const logistics = { circle: made.circle.id, ...hers };
	const drafted = [await draftGuests(guests.his, based, [{ person: undefined, name: 'Rosa', role: 'speaker', reach: '' }], { words: '', logistics }), await draftGuests(guests.third, based, [{ person: undefined, name: 'Rosa', role: 'speaker', reach: '' }], { words: '', logistics }), await freshLink(guests.his, await stage.guest(guests.his), { plan: based.plan, logistics })];

	expect(drafted).toEqual([{ ok: false, reason: 'unchecked-inbox' }, { ok: false, reason: 'other-inbox' }, { ok: false, reason: 'unchecked-inbox' }]);
	expect(sure(await openPlan(guests.his.circle, stage.kept.record.record)).plan.people).toHaveLength(1);
});
