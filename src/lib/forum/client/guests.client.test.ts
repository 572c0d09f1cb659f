import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { guestKeysOf, guestLinkOf, newGuestKeys, sealLetter, secretWords } from '#vault';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { sure } from '../../../../tests/desk-officers.ts';
import { somebody, type Somebody } from '../../../../tests/somebody.ts';
import type { DeviceStore } from '#lib/circles/client/device-store.ts';
import { lineTo, type Line } from '#lib/circles/client/line.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { canonical, fromText, toText, utf8, type Json } from '#lib/vault/envelope.ts';
import { notAllowedIn, permitsOf } from '../allowing.ts';
import { permitMessage, shownBy, type Consent, type Permit } from '../consent.ts';
import { someItem, somePlan } from '../fixtures.ts';
import { bondMessage, standingOf } from '../guest.ts';
import { noNeeds } from '../needs.ts';
import type { ForumPlan } from '../plan.ts';
import { forgetGuests } from '../server/guests.ts';
import { approveGuest, draftGuests, freshLink, guestsOf, noteGuest, withdrawGuest, type Guest, type GuestDesk } from './guests.ts';
import { answerInvitation, lookAtLink, openLetterOnce, openWithWords, type Decision, type OpenInvitation } from './invited.ts';
import { keepNewPlan, keepPlan, nextRelease, openPlan, release, type KeptPlan } from './plans.ts';

let database: TestDatabase;
let api: ApiServer;
let ana: Somebody;
let ben: Somebody;
let hers: GuestDesk;
let his: GuestDesk;
let count = 0;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	ana = await somebody(database.db, { name: 'Ana' });
	ben = await somebody(database.db, { name: 'Ben' });
	let circle: OpenCircle = sure(await ana.circles(api.origin).foundCircle({ name: 'Convenors', purpose: '' })).circle;
	circle = sure(await circle.add({ account: ben.account, name: 'Ben' })).circle;
	const joined = sure(await sure(await ben.circles(api.origin).openCircle(circle.id)).circle.accept()).circle;
	hers = { circle: sure(await circle.refresh()).circle, link: ana.link(api.origin) };
	// What publishes is large, and is read in by the first who asks for it.
	await fetch(`${api.origin}/api/invited/shown`, { method: 'POST', headers: { origin: api.origin, 'content-type': 'application/json' }, body: '{}' });
	his = { circle: joined, link: ben.link(api.origin) };
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

const line = (): Line => lineTo(api.origin, { origin: api.origin });

function device(): DeviceStore & { readonly slots: Map<string, unknown> } {
	const slots = new Map<string, unknown>();
	return {
		slots,
		get: (slot) => Promise.resolve(slots.get(slot)),
		put: (slot, value) => Promise.resolve(void slots.set(slot, value)),
		clear: () => Promise.resolve(slots.clear())
	};
}

const consent = (of: Partial<Consent> = {}): Consent => ({ wording: 1, language: 'en', on: '2026-11-30', name: 'Rosa the Public', affiliation: 'A made-up office', country: 'Nowhere', media: ['sound'], ...of });
const decision = (of: Partial<Decision> = {}): Decision => ({ says: 'accepted', roomName: 'Rosa', passportName: 'ROSA PASSPORT', needs: noNeeds(), consent: consent(), ...of });
const nobody: Consent = consent({ name: null, affiliation: null, country: null, media: [] });

interface Stage {
	readonly kept: KeptPlan;
	/** As the convenors have the guest now. */
	guest(desk?: GuestDesk): Promise<Guest>;
	/** What stands behind the # of the newest link. */
	fragment(): Promise<string>;
}

/** A plan whose one guest was drafted by Ana. */
async function drafted(): Promise<Stage> {
	const plan = somePlan({ slug: `guests-${++count}`, people: [], items: [], startsOn: '2026-12-12', endsOn: '2026-12-15' });
	const { kept } = sure(await draftGuests(hers, sure(await keepNewPlan(hers.circle, plan)), [{ person: undefined, name: 'Canary-Rosa', role: 'speaker', reach: 'Canary-Through-The-Baker' }], 'Canary-Please-Come'));
	const guest = async (desk = hers): Promise<Guest> => sure(await guestsOf(desk, kept.record.record)).guests[0]!;
	return { kept, guest, fragment: async () => (await guest()).of.links.at(-1)?.secret ?? '' };
}

async function approved(): Promise<Stage> {
	const stage = await drafted();
	sure(await approveGuest(his, await stage.guest(his)));
	return stage;
}

async function opened(stage: Stage, store = device()): Promise<OpenInvitation> {
	const looked = sure(await lookAtLink(line(), store, await stage.fragment()));
	if (looked.found !== 'letter') throw new Error('It was opened already.');
	return sure(await openLetterOnce(line(), store, looked.link)).opened;
}

/** Releases the forum with the guest in one item, as the plan and the guest's own permit have it. */
async function released({ kept, guest }: Stage, shownAs = shownBy(consent())): Promise<ForumPlan> {
	const { person } = (await guest()).of.invitation;
	const now = sure(await openPlan(hers.circle, kept.record.record));
	const plan = { ...now.plan, people: now.plan.people.map((one) => ({ ...one, shownAs })), items: [someItem({ id: 'opening', day: '2026-12-12', people: [{ id: person, role: 'speaker' }] })] };
	sure(await keepPlan(hers.circle, { plan, based: now }));
	const { next } = sure(await nextRelease(hers.link, plan));
	sure(await release(hers.link, hers.circle, next, permitsOf([(await guest()).of])));
	return plan;
}

async function publicly(slug: string): Promise<string> {
	const rows = [await database.db.selectFrom('archive_forum').selectAll().where('slug', '=', slug).execute(), await database.db.selectFrom('forum_release').selectAll().where('slug', '=', slug).execute(), await database.db.selectFrom('forum_shown_person').selectAll().where('slug', '=', slug).execute()];
	return JSON.stringify(rows);
}

test('a link leads to nothing before a second convenor approved it, and then opens once, for one device', async () => {
	const stage = await drafted();
	const early = await lookAtLink(line(), device(), await stage.fragment());
	const alone = await approveGuest(hers, await stage.guest());
	sure(await approveGuest(his, await stage.guest(his)));
	const store = device();

	const invitation = (await opened(stage, store)).own.invitation;
	const again = sure(await lookAtLink(line(), store, await stage.fragment()));

	expect([early, alone]).toEqual([{ ok: false, reason: 'gone' }, { ok: false, reason: 'moved-on' }]);
	expect([invitation.name, invitation.words, invitation.keptUntil, again.found]).toEqual(['Canary-Rosa', 'Canary-Please-Come', '2027-03-15', 'opened']);
	expect(await lookAtLink(line(), device(), await stage.fragment())).toEqual({ ok: false, reason: 'gone' });
});

test('a used link, an unknown one, one of another invitation and one that was taken back are answered with the same bytes', async () => {
	const [used, withdrawn] = [await approved(), await approved()];
	await opened(used);
	const back = await withdrawn.fragment();
	sure(await withdrawGuest(hers, await withdrawn.guest()));
	const ask = async (secret: string): Promise<string> => {
		const { id } = await guestLinkOf(fromText(secret)!);
		const answer = await fetch(`${api.origin}/api/invited`, { headers: { 'steadfast-guest': id } });
		return `${answer.status} ${JSON.stringify([...answer.headers].filter(([name]) => name !== 'date'))} ${await answer.text()}`;
	};

	const answers = new Set([await ask(await used.fragment()), await ask(back), await ask('A'.repeat(22)), await ask(await (await drafted()).fragment())]);

	expect([...answers]).toHaveLength(1);
	expect([...answers][0]).toMatch(/^404 .*not-found/);
});

test('a guest answers without an account, and only the circle reads it: who comes, three names, what is allowed', async () => {
	const stage = await approved();
	const invitation = await opened(stage);

	const sent = sure(await answerInvitation(line(), device(), invitation, decision()));
	const guest = await stage.guest(his);

	expect(sent.narrowed).toBe(false);
	expect([standingOf(guest.of), guest.travel?.name, guest.of.answer?.roomName, guest.of.answer?.permit.shown, guest.of.answer?.consent.media, guest.trouble]).toEqual(['accepted', 'ROSA PASSPORT', 'Rosa', { name: 'Rosa the Public', office: { original: 'en', in: { en: 'A made-up office, Nowhere' } } }, ['sound'], undefined]);
	const rows = JSON.stringify(await database.db.selectFrom('forum_guest').selectAll().execute()) + JSON.stringify(await database.db.selectFrom('circle_record').selectAll().execute());
	for (const canary of ['Canary', 'Rosa', 'ROSA', 'Please-Come']) expect([rows.includes(canary), rows.includes(Buffer.from(canary).toString('base64').slice(0, -2))]).toEqual([false, false]);
});

test('twelve words open the invitation on another device, and words of nobody open nothing', async () => {
	const stage = await approved();
	const invitation = await opened(stage);
	sure(await answerInvitation(line(), device(), invitation, decision({ says: 'undecided' })));

	const found = sure(await openWithWords(line(), (await secretWords(invitation.keys.secret, 'fr')).join(' '))).opened;
	sure(await answerInvitation(line(), device(), found, decision({ says: 'declined', consent: nobody })));

	expect(found.own.answer?.says).toBe('undecided');
	expect(standingOf((await stage.guest()).of)).toBe('declined');
	expect(await openWithWords(line(), (await secretWords((await newGuestKeys()).secret, 'en')).join(' '))).toEqual({ ok: false, reason: 'gone' });
});

test('whoever lost the answer to the first opening goes on with the same device, and a second opening changes nothing', async () => {
	const stage = await approved();
	const store = device();
	const lost: Line = { ...line(), ask: async (asking) => ((await line().ask(asking)), asking.method === 'POST' && asking.path === '/api/invited' ? { ok: false, status: 404, reason: 'not-found' } : line().ask(asking)) };
	const { id, secret } = await guestLinkOf(fromText(await stage.fragment())!);

	const found = await openLetterOnce(lost, store, await guestLinkOf(secret));

	expect(found.ok && found.opened.own.invitation.name).toBe('Canary-Rosa');
	expect(id).toHaveLength(22);
	expect(sure(await lookAtLink(line(), store, await stage.fragment())).found).toBe('opened');
});

test('a server that shows an older answer is noticed by the device that sent a newer one, and by every convenor', async () => {
	const stage = await approved();
	const store = device();
	const invitation = await opened(stage, store);
	const first = sure(await answerInvitation(line(), store, invitation, decision())).opened;
	await stage.guest();
	const older = await database.db.selectFrom('forum_guest').selectAll().where('id', '=', invitation.own.invitation.id).executeTakeFirstOrThrow();
	sure(await answerInvitation(line(), store, first, decision({ consent: nobody })));
	expect((await stage.guest()).of.answer?.permit.shown).toBe(null);

	await database.db.updateTable('forum_guest').set(older).where('id', '=', older.id).execute();

	expect(await lookAtLink(line(), store, await stage.fragment())).toEqual({ ok: false, reason: 'rewound' });
	const seen = await stage.guest(his);
	expect([seen.trouble?.kind, seen.of.answer?.permit.shown]).toEqual(['rewound', null]);
});

test('somebody who knows the inbox and had no link answers for nobody: neither a server nor another guest', async () => {
	const [stage, other] = [await approved(), await approved()];
	const invitation = await opened(stage);
	const stranger = await opened(other);
	sure(await answerInvitation(line(), device(), invitation, decision({ consent: nobody })));
	const { own } = invitation;
	const keys = stranger.keys;
	const [signing, showing] = [toText(keys.signing.publicKey), toText(keys.showing.publicKey)];
	const shown = shownBy(consent());
	const { slug, person, id, circle, inbox } = own.invitation;
	const permit: Permit = { key: showing, version: 2, shown, signature: toText(await keys.showing.sign(permitMessage({ slug, person, version: 2, shown }))) };
	const forged = async (signature: string, version: number): Promise<string | undefined> => {
		const answer = { version, says: 'accepted', roomName: '', consent: consent(), permit };
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
	const stage = await approved();
	const store = device();
	const invitation = await opened(stage, store);
	const first = sure(await answerInvitation(line(), store, invitation, decision())).opened;
	const stale = (await stage.guest()).of;
	const plan = await released(stage);
	expect(await publicly(plan.slug)).toMatch(/Rosa the Public.*A made-up office, Nowhere/);

	const less = sure(await answerInvitation(line(), store, first, decision({ consent: consent({ affiliation: null, country: null }) })));
	const named = await publicly(plan.slug);
	const none = sure(await answerInvitation(line(), store, less.opened, decision({ consent: nobody })));
	const gone = await publicly(plan.slug);

	expect([less.narrowed, none.narrowed]).toEqual([true, true]);
	expect([named.includes('Rosa the Public'), named.includes('made-up office')]).toEqual([true, false]);
	expect([gone.includes('Rosa'), gone.includes(first.own.invitation.person)]).toEqual([false, false]);
	const { next } = sure(await nextRelease(hers.link, plan));
	expect(await release(hers.link, hers.circle, next, permitsOf([stale]))).toEqual({ ok: false, reason: 'moved-on' });
	expect(await release(hers.link, hers.circle, next)).toEqual({ ok: false, reason: 'moved-on' });
	expect(await publicly(plan.slug)).toBe(gone);
});

test('another name takes the old one away at once and waits for the next release itself', async () => {
	const stage = await approved();
	const invitation = await opened(stage);
	const first = sure(await answerInvitation(line(), device(), invitation, decision())).opened;
	const plan = await released(stage);

	const renamed = sure(await answerInvitation(line(), device(), first, decision({ consent: consent({ name: 'Another Name' }) })));
	const between = await publicly(plan.slug);
	await released(stage, shownBy(consent({ name: 'Another Name' })));

	expect([renamed.narrowed, /Rosa the Public|Another Name/.test(between)]).toEqual([true, false]);
	expect(await publicly(plan.slug)).toContain('Another Name');
});

test('nobody narrows for another, and nobody widens without a release', async () => {
	const stage = await approved();
	const first = sure(await answerInvitation(line(), device(), await opened(stage), decision({ consent: consent({ affiliation: null, country: null }) }))).opened;
	const plan = await released(stage, shownBy(consent({ affiliation: null, country: null })));
	const before = await publicly(plan.slug);
	const { slug, person } = first.own.invitation;
	const narrow = async (keys: { readonly showing: { readonly publicKey: Uint8Array; sign(message: Uint8Array): Promise<Uint8Array> } }, of: Pick<Permit, 'version' | 'shown'>, key = toText(keys.showing.publicKey)) => {
		const permit: Permit = { key, ...of, signature: toText(await keys.showing.sign(permitMessage({ slug, person, ...of }))) };
		const answer = await fetch(`${api.origin}/api/invited/shown`, { method: 'POST', headers: { origin: api.origin, 'content-type': 'application/json' }, body: JSON.stringify({ slug, person, permit }) });
		return answer.status;
	};
	const stranger = await newGuestKeys();

	expect([await narrow(stranger, { version: 90, shown: null }), await narrow(stranger, { version: 90, shown: null }, toText(first.keys.showing.publicKey)), await narrow(first.keys, { version: 8, shown: shownBy(consent()) })]).toEqual([200, 404, 409]);
	expect(await publicly(plan.slug)).toBe(before);
});

test('a narrowing before anything was released already binds the first release', async () => {
	const stage = await approved();
	const first = sure(await answerInvitation(line(), device(), await opened(stage), decision())).opened;
	const stale = permitsOf([(await stage.guest()).of]);
	sure(await answerInvitation(line(), device(), first, decision({ consent: nobody })));
	const { person } = first.own.invitation;
	const plan = { ...stage.kept.plan, people: stage.kept.plan.people.map((one) => ({ ...one, shownAs: shownBy(consent()) })), items: [someItem({ id: 'opening', day: '2026-12-12', people: [{ id: person, role: 'speaker' }] })] };

	const { next } = sure(await nextRelease(hers.link, plan));

	expect(await release(hers.link, hers.circle, next, stale)).toEqual({ ok: false, reason: 'moved-on' });
});

test('a convenor who shows what was not allowed is told of whom, and the server refuses what was not signed', async () => {
	const stage = await approved();
	const first = sure(await answerInvitation(line(), device(), await opened(stage), decision())).opened;
	const { of } = await stage.guest();
	const { person } = first.own.invitation;
	const as = (shownAs: ForumPlan['people'][number]['shownAs'], id = person): ForumPlan => ({ ...stage.kept.plan, people: [{ ...stage.kept.plan.people[0]!, id, shownAs }] });
	const allowed = shownBy(consent());

	expect(notAllowedIn(as(allowed), [of])).toEqual([]);
	expect(notAllowedIn(as({ name: 'Rosa the Public', office: null }), [of])).toEqual([]);
	expect(notAllowedIn(as({ name: 'Her Real Name', office: null, known: true }), [of])).toEqual([{ person, why: 'other-words', allowed }]);
	expect(notAllowedIn(as(allowed), [{ ...of, answer: null }])).toEqual([{ person, why: 'no-answer', allowed: null }]);
	expect([notAllowedIn(as(allowed, 'minister'), [of]), notAllowedIn(as({ ...allowed!, known: true }, 'minister'), [of])]).toEqual([[{ person: 'minister', why: 'nobody-vouches', allowed: null }], []]);
	const { next } = sure(await nextRelease(hers.link, { ...as({ name: 'Her Real Name', office: null }), items: [] }));
	expect(await release(hers.link, hers.circle, next, permitsOf([of]))).toEqual({ ok: false, reason: 'moved-on' });
});

test('nobody approves another letter than they see', async () => {
	const stage = await drafted();
	const [guest, other] = [await stage.guest(his), await (await drafted()).guest(his)];
	const { sealed_letter } = await database.db.selectFrom('forum_guest').select('sealed_letter').where('id', '=', other.of.invitation.id).executeTakeFirstOrThrow();
	await database.db.updateTable('forum_guest').set({ sealed_letter }).where('id', '=', guest.of.invitation.id).execute();

	await expect(approveGuest(his, guest)).rejects.toMatchObject({ kind: 'damaged' });
	expect((await stage.guest()).approved).toBe(false);
});

test('a fresh link takes the place of the old one, also where that was opened, and what was answered stays', async () => {
	const stage = await approved();
	const store = device();
	const old = await stage.fragment();
	sure(await answerInvitation(line(), store, await opened(stage, store), decision({ says: 'undecided' })));

	sure(await freshLink(hers, await stage.guest(), stage.kept.plan));

	expect(await lookAtLink(line(), store, old)).toEqual({ ok: false, reason: 'gone' });
	expect(standingOf((await stage.guest()).of)).toBe('undecided');
	sure(await answerInvitation(line(), device(), await opened(stage), decision()));
	expect([(await stage.guest()).trouble, standingOf((await stage.guest()).of)]).toEqual([undefined, 'accepted']);
});

test('who was invited and withdrawn can still take back what they allowed, and a stranger to the circle sees no list', async () => {
	const stage = await approved();
	const first = sure(await answerInvitation(line(), device(), await opened(stage), decision())).opened;
	const plan = await released(stage);
	sure(await noteGuest(hers, await stage.guest(), { toldFor: { says: 'declined', how: 'by voice' } }));
	const withdrawn = sure(await withdrawGuest(hers, await stage.guest())).guest;
	const stranger = await somebody(database.db, { name: 'Stranger' });

	sure(await answerInvitation(line(), device(), first, decision({ consent: nobody })));

	expect(standingOf(withdrawn.of)).toBe('withdrawn');
	expect(await publicly(plan.slug)).not.toContain('Rosa');
	expect(await stranger.link(api.origin).ask(`/api/circles/${hers.circle.id}/guests`)).toMatchObject({ ok: false, status: 404 });
});

test('ninety days after the last day everything of an invitation is gone, the convenors’ record too', async () => {
	const stage = await approved();
	sure(await answerInvitation(line(), device(), await opened(stage), decision()));
	const { id } = (await stage.guest()).of.invitation;
	const left = async (): Promise<number[]> => [(await database.db.selectFrom('forum_guest').select('id').where('id', '=', id).execute()).length, (await database.db.selectFrom('circle_record').select('id').where('id', '=', id).execute()).length];

	await forgetGuests(database.db, new Date('2027-03-15T23:00:00Z'));
	const before = await left();
	await forgetGuests(database.db, new Date('2027-03-16T00:00:00Z'));

	expect(before).toEqual([1, 3]);
	expect(await left()).toEqual([0, 0]);
	expect(await guestKeysOf(new Uint8Array(16))).toMatchObject({ mailbox: expect.any(String) as string });
});
