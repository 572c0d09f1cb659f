import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { guestKeysOf, guestLinkOf, newGuestKeys, sealLetter, secretWords } from '#vault';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { sure } from '../../../../tests/desk-officers.ts';
import { guestDevice, nobodyShown, someConsent, someDecision, TestGuests } from '../../../../tests/guest-desk.ts';
import { somebody } from '../../../../tests/somebody.ts';
import type { Line } from '#lib/circles/client/line.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { canonical, fromText, sha256, toText, utf8, type Json } from '#lib/vault/envelope.ts';
import { notAllowedIn, permitsOf } from '../allowing.ts';
import { permitMessage, shownBy, type Permit } from '../consent.ts';
import { someItem } from '../fixtures.ts';
import { bondMessage, guestRequestMessage, standingOf } from '../guest.ts';
import type { ForumPlan } from '../plan.ts';
import { forgetGuests } from '../server/guests.ts';
import { approveGuest, freshLink, guestsOf, noteGuest, withdrawGuest, type GuestDesk } from './guests.ts';
import { answerInvitation, lookAtLink, openLetterOnce, openWithWords } from './invited.ts';
import { keepPlan, nextRelease, openPlan, release } from './plans.ts';
import { peopleOf } from './people.ts';

let database: TestDatabase;
let api: ApiServer;
let guests: TestGuests;
let hers: GuestDesk;
let his: GuestDesk;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	guests = await TestGuests.begin(database.db, api.origin);
	({ hers, his } = guests);
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

const line = (): Line => guests.line();

test('a link leads to nothing before a second convenor approved it, and then opens once, for one device', async () => {
	const stage = await guests.drafted();
	const early = await lookAtLink(line(), guestDevice(), await stage.fragment());
	const alone = await approveGuest(hers, await stage.guest());
	sure(await approveGuest(his, await stage.guest(his)));
	const store = guestDevice();

	const invitation = (await guests.opened(stage, store)).own.invitation;
	const again = sure(await lookAtLink(line(), store, await stage.fragment()));

	expect([early, alone]).toEqual([{ ok: false, reason: 'gone' }, { ok: false, reason: 'moved-on' }]);
	expect([invitation.name, invitation.words, invitation.keptUntil, again.found]).toEqual(['Canary-Rosa', 'Canary-Please-Come', '2027-03-15', 'opened']);
	expect(await lookAtLink(line(), guestDevice(), await stage.fragment())).toEqual({ ok: false, reason: 'gone' });
});

test('a used link, an unknown one, one of another invitation and one that was taken back are answered with the same bytes', async () => {
	const [used, withdrawn] = [await guests.approved(), await guests.approved()];
	await guests.opened(used);
	const back = await withdrawn.fragment();
	sure(await withdrawGuest(hers, await withdrawn.guest()));
	const ask = async (secret: string): Promise<string> => {
		const { id } = await guestLinkOf(fromText(secret)!);
		const answer = await fetch(`${api.origin}/api/invited`, { headers: { 'steadfast-guest': id } });
		return `${answer.status} ${JSON.stringify([...answer.headers].filter(([name]) => name !== 'date'))} ${await answer.text()}`;
	};

	const answers = new Set([await ask(await used.fragment()), await ask(back), await ask('A'.repeat(22)), await ask(await (await guests.drafted()).fragment())]);

	expect([...answers]).toHaveLength(1);
	expect([...answers][0]).toMatch(/^404 .*not-found/);
});

test('a guest answers without an account, and only the circle reads it: who comes, three names, what is allowed', async () => {
	const stage = await guests.approved();
	const invitation = await guests.opened(stage);

	const sent = sure(await answerInvitation(line(), guestDevice(), invitation, someDecision()));
	const guest = await stage.guest(his);

	expect(sent.narrowed).toBe(false);
	expect([standingOf(guest.of), guest.travel?.name, guest.of.answer?.roomName, guest.of.answer?.permit.shown, guest.of.answer?.consent.media, guest.trouble]).toEqual(['accepted', 'ROSA PASSPORT', 'Rosa', { name: 'Rosa the Public', office: { original: 'en', in: { en: 'A made-up office, Nowhere' } } }, ['sound'], undefined]);
	const rows = JSON.stringify(await database.db.selectFrom('forum_guest').selectAll().execute()) + JSON.stringify(await database.db.selectFrom('circle_record').selectAll().execute());
	for (const canary of ['Canary', 'Rosa', 'ROSA', 'Please-Come']) expect([rows.includes(canary), rows.includes(Buffer.from(canary).toString('base64').slice(0, -2))]).toEqual([false, false]);
});

test('twelve words open the invitation on another device, and words of nobody open nothing', async () => {
	const stage = await guests.approved();
	const invitation = await guests.opened(stage);
	sure(await answerInvitation(line(), guestDevice(), invitation, someDecision({ says: 'undecided' })));

	const found = sure(await openWithWords(line(), (await secretWords(invitation.keys.secret, 'fr')).join(' '))).opened;
	sure(await answerInvitation(line(), guestDevice(), found, someDecision({ says: 'declined', consent: nobodyShown })));

	expect(found.own.answer?.says).toBe('undecided');
	expect(standingOf((await stage.guest()).of)).toBe('declined');
	expect(await openWithWords(line(), (await secretWords((await newGuestKeys()).secret, 'en')).join(' '))).toEqual({ ok: false, reason: 'gone' });
});

test('whoever lost the answer to the first opening goes on with the same device, and a second opening changes nothing', async () => {
	const stage = await guests.approved();
	const store = guestDevice();
	const lost: Line = { ...line(), ask: async (asking) => ((await line().ask(asking)), asking.method === 'POST' && asking.path === '/api/invited' ? { ok: false, status: 404, reason: 'not-found' } : line().ask(asking)) };

	const looked = sure(await lookAtLink(line(), store, await stage.fragment()));
	if (looked.found !== 'letter') throw new Error('It was opened already.');

	const found = await openLetterOnce(lost, store, looked);

	expect(found.ok && found.opened.own.invitation.name).toBe('Canary-Rosa');
	expect(looked.link.id).toHaveLength(22);
	expect(sure(await lookAtLink(line(), store, await stage.fragment())).found).toBe('opened');
});

test('a server that shows an older answer is noticed by the device that sent a newer one, and by every convenor', async () => {
	const stage = await guests.approved();
	const store = guestDevice();
	const invitation = await guests.opened(stage, store);
	const first = sure(await answerInvitation(line(), store, invitation, someDecision())).opened;
	await stage.guest();
	const older = await database.db.selectFrom('forum_guest').selectAll().where('id', '=', invitation.own.invitation.id).executeTakeFirstOrThrow();
	sure(await answerInvitation(line(), store, first, someDecision({ consent: nobodyShown })));
	expect((await stage.guest()).of.answer?.permit.shown).toBe(null);

	await database.db.updateTable('forum_guest').set(older).where('id', '=', older.id).execute();

	expect(await lookAtLink(line(), store, await stage.fragment())).toEqual({ ok: false, reason: 'rewound' });
	const seen = await stage.guest(his);
	expect([seen.trouble?.kind, seen.of.answer?.permit.shown]).toEqual(['rewound', null]);
});

test('a server that hides a guest’s first answer from the convenors cannot make the guest believe that it was read, nor by what an earlier answer was told', async () => {
	const stage = await guests.approved();
	const store = guestDevice();
	const fragment = await stage.fragment();
	const invitation = await guests.opened(stage, store);
	const first = sure(await answerInvitation(line(), store, invitation, someDecision())).opened;
	const id = invitation.own.invitation.id;
	const tells = (read: string | null) => database.db.updateTable('forum_guest').set({ read_hash: read }).where('id', '=', id).execute();
	const seen = async (): Promise<boolean | undefined> => {
		const looked = sure(await lookAtLink(line(), store, fragment));
		return looked.found === 'opened' ? looked.opened.isRead : undefined;
	};
	const hidden = await database.db.selectFrom('forum_guest').select(['sealed_answer', 'sealed_travel', 'version']).where('id', '=', id).executeTakeFirstOrThrow();
	await database.db.updateTable('forum_guest').set({ sealed_answer: null, sealed_travel: null, version: 0 }).where('id', '=', id).execute();
	const silent = await stage.guest(his);
	await database.db.updateTable('forum_guest').set(hidden).where('id', '=', id).execute();
	const whileHidden = await seen();
	await tells(toText(await sha256(new Uint8Array(16))));
	const madeUp = await seen();

	await stage.guest(his);
	const honest = await seen();
	const told = await database.db.selectFrom('forum_guest').select('read_hash').where('id', '=', id).executeTakeFirstOrThrow();
	const second = sure(await answerInvitation(line(), store, { ...first, isRead: undefined }, someDecision({ says: 'declined' })));
	await tells(told.read_hash);
	const replayed = await seen();
	await stage.guest(hers);

	expect([silent.of.answer, silent.trouble]).toEqual([null, undefined]);
	expect([first.isRead, whileHidden, madeUp, honest, second.opened.isRead, replayed, await seen()]).toEqual([false, false, false, true, false, false, true]);
	// What the guest reads by the words alone says it as well.
	expect(sure(await openWithWords(line(), (await secretWords(invitation.keys.secret, 'en')).join(' '))).opened.isRead).toBe(true);
	// Somebody else's circle tells a guest nothing.
	const stranger = await somebody(database.db, { name: 'Eve' });
	expect(await stranger.link(api.origin).send('PUT', `/api/circles/${hers.circle.id}/guests/${id}/read`, { read: toText(await sha256(new Uint8Array(16))) })).toMatchObject({ ok: false, status: 404 });
});

test('somebody who knows the inbox and had no link answers for nobody: neither a server nor another guest', async () => {
	const [stage, other] = [await guests.approved(), await guests.approved()];
	const invitation = await guests.opened(stage);
	const stranger = await guests.opened(other);
	sure(await answerInvitation(line(), guestDevice(), invitation, someDecision({ consent: nobodyShown })));
	const { own } = invitation;
	const keys = stranger.keys;
	const [signing, showing] = [toText(keys.signing.publicKey), toText(keys.showing.publicKey)];
	const shown = shownBy(someConsent());
	const { slug, person, id, circle, inbox } = own.invitation;
	const permit: Permit = { key: showing, version: 2, shown, signature: toText(await keys.showing.sign(permitMessage({ slug, person, version: 2, shown }))) };
	const forged = async (signature: string, version: number): Promise<string | undefined> => {
		const answer = { version, says: 'accepted', roomName: '', consent: someConsent(), permit };
		const letter = await sealLetter({ header: { kind: 'guest-answer', circle, about: id, author: signing, at: 0 }, body: utf8(canonical({ v: 1, answer, bond: { signing, showing, signature } } as unknown as Json)), recipients: [inbox.recipient], signing: keys.signing });
		await database.db.updateTable('forum_guest').set({ version, sealed_answer: Buffer.from(letter), sealed_travel: null }).where('id', '=', id).execute();
		const guest = await stage.guest();
		expect(guest.of.answer?.permit.shown ?? null).toBe(null);
		return guest.trouble?.kind;
	};

	expect(await forged(stranger.own.bond.signature, 2)).toBe('foreign-key');
	expect(await forged(toText(await keys.signing.sign(bondMessage({ invitation: id, signing, showing }))), 3)).toBe('foreign-key');
});

test('who narrows is gone from every version at once without being asked, and a stale release does not bring them back', async () => {
	const stage = await guests.approved();
	const store = guestDevice();
	const invitation = await guests.opened(stage, store);
	const first = sure(await answerInvitation(line(), store, invitation, someDecision())).opened;
	const stale = (await stage.guest()).of;
	const plan = await guests.released(stage);
	expect(await guests.publicly(plan.slug)).toMatch(/Rosa the Public.*A made-up office, Nowhere/);

	const less = sure(await answerInvitation(line(), store, first, someDecision({ consent: someConsent({ affiliation: null, country: null }) })));
	const named = await guests.publicly(plan.slug);
	const none = sure(await answerInvitation(line(), store, less.opened, someDecision({ consent: nobodyShown })));
	const gone = await guests.publicly(plan.slug);

	expect([less.narrowed, none.narrowed]).toEqual([true, true]);
	expect([named.includes('Rosa the Public'), named.includes('made-up office')]).toEqual([true, false]);
	expect([gone.includes('Rosa'), gone.includes(first.own.invitation.person)]).toEqual([false, false]);
	const { next } = sure(await nextRelease(hers.link, plan));
	expect(await release(hers.link, hers.circle, next, permitsOf([stale]))).toEqual({ ok: false, reason: 'moved-on' });
	expect(await release(hers.link, hers.circle, next)).toEqual({ ok: false, reason: 'moved-on' });
	expect(await guests.publicly(plan.slug)).toBe(gone);
});

test('another name takes the old one away at once and waits for the next release itself', async () => {
	const stage = await guests.approved();
	const invitation = await guests.opened(stage);
	const first = sure(await answerInvitation(line(), guestDevice(), invitation, someDecision())).opened;
	const plan = await guests.released(stage);

	const renamed = sure(await answerInvitation(line(), guestDevice(), first, someDecision({ consent: someConsent({ name: 'Another Name' }) })));
	const between = await guests.publicly(plan.slug);
	await guests.released(stage, shownBy(someConsent({ name: 'Another Name' })));

	expect([renamed.narrowed, /Rosa the Public|Another Name/.test(between)]).toEqual([true, false]);
	expect(await guests.publicly(plan.slug)).toContain('Another Name');
});

type Keys = Pick<Awaited<ReturnType<typeof newGuestKeys>>, 'showing'>;

/** The status of the answer to a signed *show me less*; `from`: whose invitation is named and signs besides. */
async function narrow({ showing }: Keys, { slug, person, ...of }: { readonly slug: string; readonly person: string } & Pick<Permit, 'version' | 'shown'>, { key = toText(showing.publicKey), from }: { readonly key?: string; readonly from?: Awaited<ReturnType<typeof newGuestKeys>> } = {}): Promise<number> {
	const permit: Permit = { key, ...of, signature: toText(await showing.sign(permitMessage({ slug, person, ...of }))) };
	const [path, body] = ['/api/invited/shown', JSON.stringify({ slug, person, permit })];
	const named = from && { 'steadfast-guest': from.mailbox, 'steadfast-signature': toText(await from.signing.sign(guestRequestMessage({ path, bodyHash: toText(await sha256(utf8(body))) }))) };
	const answer = await fetch(`${api.origin}${path}`, { method: 'POST', headers: { origin: api.origin, 'content-type': 'application/json', ...named }, body });
	return answer.status;
}

test('nobody narrows for another, and nobody widens without a release', async () => {
	const stage = await guests.approved();
	const first = sure(await answerInvitation(line(), guestDevice(), await guests.opened(stage), someDecision({ consent: someConsent({ affiliation: null, country: null }) }))).opened;
	const plan = await guests.released(stage, shownBy(someConsent({ affiliation: null, country: null })));
	const before = await guests.publicly(plan.slug);
	const { slug, person } = first.own.invitation;
	const stranger = await newGuestKeys();

	expect([await narrow(stranger, { slug, person, version: 90, shown: null }), await narrow(stranger, { slug, person, version: 90, shown: null }, { key: toText(first.keys.showing.publicKey) }), await narrow(first.keys, { slug, person, version: 8, shown: shownBy(someConsent()) })]).toEqual([404, 404, 409]);
	expect(await guests.publicly(plan.slug)).toBe(before);
});

test('a signed “show me less” of somebody who was not invited leaves nothing behind, and an invitation is no licence to leave much', async () => {
	const invited = await guests.opened(await guests.approved());
	const plan = await guests.released(await answered());
	const rows = () => database.db.selectFrom('forum_permit').selectAll().orderBy('slug').orderBy('person').orderBy('key').execute();
	const before = await rows();
	const stranger = await newGuestKeys();
	const less = { person: 'somebody', version: 2, shown: null };

	expect([await narrow(stranger, { slug: plan.slug, ...less }), await narrow(stranger, { slug: 'nothing-yet', ...less }), await narrow(stranger, { slug: 'nothing-yet', ...less }, { from: stranger })]).toEqual([404, 404, 404]);
	expect(await rows()).toEqual(before);
	const statuses: number[] = [];
	for (let one = 0; one < 51; one++) statuses.push(await narrow(stranger, { slug: plan.slug, ...less, person: `somebody-${one}` }, { from: invited.keys }));
	expect([statuses.slice(0, 50).every((status) => status === 200), statuses.at(-1)]).toEqual([true, 429]);
});

/** A guest who has answered. */
async function answered() {
	const stage = await guests.approved();
	sure(await answerInvitation(line(), guestDevice(), await guests.opened(stage), someDecision()));
	return stage;
}

test('a narrowing before anything was released already binds the first release', async () => {
	const stage = await guests.approved();
	const first = sure(await answerInvitation(line(), guestDevice(), await guests.opened(stage), someDecision())).opened;
	const stale = permitsOf([(await stage.guest()).of]);
	sure(await answerInvitation(line(), guestDevice(), first, someDecision({ consent: nobodyShown })));
	const { person } = first.own.invitation;
	const plan = { ...stage.kept.plan, people: stage.kept.plan.people.map((one) => ({ ...one, shownAs: shownBy(someConsent()) })), items: [someItem({ id: 'opening', day: '2026-12-12', people: [{ id: person, role: 'speaker' }] })] };

	const { next } = sure(await nextRelease(hers.link, plan));

	expect(await release(hers.link, hers.circle, next, stale)).toEqual({ ok: false, reason: 'moved-on' });
});

test('a convenor who shows what was not allowed is told of whom, and the server refuses what was not signed', async () => {
	const stage = await guests.approved();
	const first = sure(await answerInvitation(line(), guestDevice(), await guests.opened(stage), someDecision())).opened;
	const { of } = await stage.guest();
	const { person } = first.own.invitation;
	const as = (shownAs: ForumPlan['people'][number]['shownAs'], id = person): ForumPlan => ({ ...stage.kept.plan, people: [{ ...stage.kept.plan.people[0]!, id, shownAs }] });
	const allowed = shownBy(someConsent());

	expect(notAllowedIn(as(allowed), [of])).toEqual([]);
	expect(notAllowedIn(as({ name: 'Rosa the Public', office: null }), [of])).toEqual([]);
	expect(notAllowedIn(as({ name: 'Her Real Name', office: null, known: true }), [of])).toEqual([{ person, why: 'other-words', allowed }]);
	expect(notAllowedIn(as(allowed), [{ ...of, answer: null }])).toEqual([{ person, why: 'no-answer', allowed: null }]);
	expect([notAllowedIn(as(allowed, 'minister'), [of]), notAllowedIn(as({ ...allowed!, known: true }, 'minister'), [of])]).toEqual([[{ person: 'minister', why: 'nobody-vouches', allowed: null }], []]);
	const { next } = sure(await nextRelease(hers.link, { ...as({ name: 'Her Real Name', office: null }), items: [] }));
	expect(await release(hers.link, hers.circle, next, permitsOf([of]))).toEqual({ ok: false, reason: 'moved-on' });
});

test('nobody approves another letter than they see', async () => {
	const stage = await guests.drafted();
	const [guest, other] = [await stage.guest(his), await (await guests.drafted()).guest(his)];
	const { sealed_letter } = await database.db.selectFrom('forum_guest').select('sealed_letter').where('id', '=', other.of.invitation.id).executeTakeFirstOrThrow();
	await database.db.updateTable('forum_guest').set({ sealed_letter }).where('id', '=', guest.of.invitation.id).execute();

	await expect(approveGuest(his, guest)).rejects.toMatchObject({ kind: 'damaged' });
	expect((await stage.guest()).approved).toBe(false);
});

test('a fresh link takes the place of the old one, also where that was opened, and what was answered stays', async () => {
	const stage = await guests.approved();
	const store = guestDevice();
	const old = await stage.fragment();
	sure(await answerInvitation(line(), store, await guests.opened(stage, store), someDecision({ says: 'undecided' })));

	sure(await freshLink(hers, await stage.guest(), { plan: stage.kept.plan, logistics: null }));
	sure(await approveGuest(his, await stage.guest(his)));

	expect(await lookAtLink(line(), store, old)).toEqual({ ok: false, reason: 'gone' });
	expect(standingOf((await stage.guest()).of)).toBe('undecided');
	sure(await answerInvitation(line(), guestDevice(), await guests.opened(stage), someDecision()));
	expect([(await stage.guest()).trouble, standingOf((await stage.guest()).of)]).toEqual([undefined, 'accepted']);
});

test('one convenor alone puts nobody in a guest’s place: a fresh link leads to nothing before a second approved it, and until then the guest goes on', async () => {
	const [stage, unopened] = [await guests.approved(), await guests.approved()];
	const store = guestDevice();
	const old = await stage.fragment();
	const first = sure(await answerInvitation(line(), store, await guests.opened(stage, store), someDecision({ says: 'undecided' }))).opened;
	const handedOver = await unopened.fragment();

	// He approved the first link, and is now the one who makes another.
	const fresh = sure(await freshLink(his, await stage.guest(his), { plan: stage.kept.plan, logistics: null })).guest;
	sure(await freshLink(his, await unopened.guest(his), { plan: unopened.kept.plan, logistics: null }));

	expect([fresh.approved, (await stage.guest()).approved, fresh.of.draftedBy]).toEqual([false, false, his.circle.me.account]);
	expect(await lookAtLink(line(), guestDevice(), await stage.fragment())).toEqual({ ok: false, reason: 'gone' });
	expect(await approveGuest(his, await stage.guest(his))).toEqual({ ok: false, reason: 'moved-on' });
	expect(sure(await lookAtLink(line(), store, old)).found).toBe('opened');
	sure(await answerInvitation(line(), store, first, someDecision({ says: 'declined' })));
	expect(standingOf((await stage.guest()).of)).toBe('declined');
	expect([await lookAtLink(line(), guestDevice(), handedOver), await lookAtLink(line(), guestDevice(), await unopened.fragment())]).toEqual([{ ok: false, reason: 'gone' }, { ok: false, reason: 'gone' }]);
	sure(await approveGuest(hers, await stage.guest()));
	expect(sure(await lookAtLink(line(), guestDevice(), await stage.fragment())).found).toBe('letter');
});

test('an invitation whose record was damaged is said to be so, and the others are worked with', async () => {
	const [damaged, stage] = [await answered(), await guests.approved()];
	const { record } = (await damaged.guest()).record;
	const plans = [damaged.kept.record.record, stage.kept.record.record];
	const { sealed_envelope: envelope } = await database.db.selectFrom('circle_record').select('sealed_envelope').where('id', '=', record).where('newest', '=', true).executeTakeFirstOrThrow();
	const change = (sealed_envelope: Buffer) => database.db.updateTable('circle_record').set({ sealed_envelope }).where('id', '=', record).where('newest', '=', true).execute();
	const broken = Buffer.from(envelope);
	broken[broken.length - 1]! ^= 1;

	await change(broken);
	const seen = await Promise.all(plans.map(async (plan) => sure(await guestsOf(his, plan))));
	sure(await noteGuest(his, await stage.guest(his), { state: 'handed-over' }));
	await change(envelope);

	expect(seen.map((list) => [list.guests.length, list.unopened.map((one) => [one.record, one.trouble.kind])])).toEqual([[0, [[record, 'damaged']]], [1, [[record, 'damaged']]]]);
	expect([standingOf((await stage.guest()).of), sure(await guestsOf(his, damaged.kept.record.record)).unopened]).toEqual(['handed-over', []]);
});

test('who was withdrawn answers no more, by the same bytes as a used link, and still takes back what they allowed; a stranger to the circle sees no list', async () => {
	const stage = await guests.approved();
	const first = sure(await answerInvitation(line(), guestDevice(), await guests.opened(stage), someDecision())).opened;
	const plan = await guests.released(stage);
	sure(await noteGuest(hers, await stage.guest(), { toldFor: { says: 'declined', how: 'by voice' } }));
	const withdrawn = sure(await withdrawGuest(hers, await stage.guest())).guest;
	const stranger = await somebody(database.db, { name: 'Stranger' });
	const kept = () => database.db.selectFrom('forum_guest').selectAll().where('id', '=', first.own.invitation.id).executeTakeFirstOrThrow();
	const before = await kept();
	const answers: unknown[] = [];
	const heard: Line = { ...line(), ask: async (asking) => {
		const answer = await line().ask(asking);
		if (asking.path === '/api/invited/own') answers.push(answer);
		return answer;
	} };

	const again = await answerInvitation(line(), guestDevice(), first, someDecision());
	const less = await answerInvitation(heard, guestDevice(), first, someDecision({ consent: nobodyShown }));
	const used = await line().ask({ method: 'GET', path: '/api/invited', headers: { 'steadfast-guest': (await guestLinkOf(fromText(await (await answered()).fragment())!)).id } });

	expect(standingOf(withdrawn.of)).toBe('withdrawn');
	expect([again, less]).toEqual([{ ok: false, reason: 'gone' }, { ok: false, reason: 'gone-narrowed' }]);
	expect(answers).toEqual([used]);
	expect(await kept()).toEqual(before);
	expect(await guests.publicly(plan.slug)).not.toContain('Rosa');
	expect(await stranger.link(api.origin).ask(`/api/circles/${hers.circle.id}/guests`)).toMatchObject({ ok: false, status: 404 });
});

test('who drafted, approved and withdrew invitations of a circle is in the audit, once each, and nothing of which or whose', async () => {
	const deeds = async () => (await database.db.selectFrom('audit_entry').select(['actor', 'action', 'subject', 'at']).where('action', 'like', 'guest.%').orderBy('id').execute()).map(({ at, ...deed }) => ({ ...deed, inHour: at.getUTCMinutes() + at.getUTCSeconds() + at.getUTCMilliseconds() }));
	const before = (await deeds()).length;
	const stage = await guests.approved();
	sure(await freshLink(his, await stage.guest(his), { plan: stage.kept.plan, logistics: null }));
	const withdrawn = sure(await withdrawGuest(hers, await stage.guest())).guest;
	sure(await withdrawGuest(hers, withdrawn));

	const by = ({ circle }: GuestDesk, action: string) => ({ actor: circle.me.account, action, subject: circle.id, inHour: 0 });
	expect((await deeds()).slice(before)).toEqual([by(hers, 'guest.draft'), by(his, 'guest.approve'), by(his, 'guest.draft'), by(hers, 'guest.withdraw')]);
});

test('ninety days after the last day everything of an invitation is gone, the convenors’ record too', async () => {
	const stage = await guests.approved();
	sure(await answerInvitation(line(), guestDevice(), await guests.opened(stage), someDecision()));
	const { id } = (await stage.guest()).of.invitation;
	const left = async (): Promise<number[]> => [(await database.db.selectFrom('forum_guest').select('id').where('id', '=', id).execute()).length, (await database.db.selectFrom('circle_record').select('id').where('id', '=', id).execute()).length];

	await forgetGuests(database.db, new Date('2027-03-15T23:00:00Z'));
	const before = await left();
	await forgetGuests(database.db, new Date('2027-03-16T00:00:00Z'));

	expect(before).toEqual([1, 3]);
	expect(await left()).toEqual([0, 0]);
	expect(await guestKeysOf(new Uint8Array(16))).toMatchObject({ mailbox: expect.any(String) as string });
});

test('a forum that is put off keeps its invitations as long as it needs them: the link still opens after the day on which they were to go, and the guest reads the new one', async () => {
	const [stage, unopened] = [await guests.approved(), await guests.approved()];
	const other = (await unopened.guest()).of.invitation.id;
	const store = guestDevice();
	await guests.opened(stage, store);
	const now = sure(await openPlan(hers.circle, stage.kept.record.record));
	const nobody = (): Promise<{ ok: false; reason: 'not-found' }> => Promise.resolve({ ok: false, reason: 'not-found' });
	const until = async ({ guest }: typeof stage): Promise<string | undefined> => (await guest()).keptUntil;
	sure(await peopleOf(hers, now, nobody));
	const before = await until(stage);

	const moved = sure(await keepPlan(hers.circle, { plan: { ...now.plan, startsOn: '2027-05-12', endsOn: '2027-05-15' }, based: now }));
	sure(await peopleOf(his, moved, nobody));
	const after = await until(stage);
	await forgetGuests(database.db, new Date('2027-03-16T00:00:00Z'));
	const looked = sure(await lookAtLink(line(), store, await stage.fragment()));
	const someday = sure(await keepPlan(hers.circle, { plan: { ...now.plan, standing: 'postponed' }, based: moved }));
	sure(await peopleOf(hers, someday, nobody));
	const sooner = await his.link.send('PUT', `/api/circles/${his.circle.id}/guests`, { guests: [(await stage.guest()).of.invitation.id], keptUntil: new Date().toJSON().slice(0, 10) });

	expect([before, after, looked.found === 'opened' && looked.opened.keptUntil]).toEqual(['2027-03-15', '2027-08-13', '2027-08-13']);
	// Without a new day it is a year from now on, and nobody alone makes it less.
	const year = new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10);
	expect([sooner.ok, await until(stage)]).toEqual([true, year > '2027-08-13' ? year : '2027-08-13']);
	// Of another forum of the same circle nothing was kept for longer.
	expect(await database.db.selectFrom('forum_guest').select('id').where('id', '=', other).execute()).toEqual([]);
});
