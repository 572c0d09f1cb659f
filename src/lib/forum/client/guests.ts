import { decodeText, guestLinkOf, newGuestLink, openRecord, sealRecord, type GuestLink } from '#vault';
import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle, OpenedRecord, Outcome, Refused } from '#lib/circles/client/open-circle.ts';
import { at, VaultTrouble, type Place } from '#lib/circles/client/trouble.ts';
import { canonical, filled, fromCanonical, isSignedBy, randomId, toText, type Json } from '#lib/vault/envelope.ts';
import { permitMessage } from '../consent.ts';
import { keptAsPlanned, letterPlace, letterStep, readAnswer, readGuestRecord, readInvitation, receiptHash, type Answer, type GuestRecord, type Invitation, type MadeLink, type Travel } from '../guest.ts';
import type { ForumPlan, ForumRole, PlannedPerson } from '../plan.ts';
import { bytesOf, fromInbox, isBond, travelIn, type KnownGuest } from './guest-letters.ts';
import { checkedInboxes, inboxOf, type InboxTrouble } from './inboxes.ts';
import { keepPlan, type KeptPlan, type PlanOutcome } from './plans.ts';

/** Somebody who is invited, as the convenors have it. */
export interface Guest {
	readonly record: OpenedRecord;
	readonly of: GuestRecord;
	/** A second convenor approved it, the server says; a link leads to nothing before. */
	readonly approved: boolean;
	/** The last day on which the server keeps anything of it; undefined where it has nothing any more. */
	readonly keptUntil: string | undefined;
	/** There is a link that nobody has opened. */
	readonly isOpen: boolean;
	/** The name in the passport and what is needed; undefined where nothing was told yet, or it is for the logistics circle alone. */
	readonly travel: Travel | undefined;
	/** Why something of it could not be opened or believed. */
	readonly trouble: VaultTrouble | undefined;
}

const listShape = v.object({ guests: v.array(v.object({ id: v.string(), link: v.nullable(v.string()), letter: v.nullable(v.string()), approved: v.boolean(), keptUntil: v.string(), version: v.number(), answer: v.nullable(v.string()), travel: v.nullable(v.string()), read: v.nullable(v.string()) })) });
type Listed = v.InferOutput<typeof listShape>['guests'][number];

/** What convenors' pages act on. */
export interface GuestDesk {
	readonly circle: OpenCircle;
	readonly link: Link;
}

const kind = 'forum-guest';
const pathOf = ({ circle }: GuestDesk): string => `/api/circles/${circle.id}/guests`;

/** A record of a guest that could not be opened: for whom it is, and even to which forum, stands inside. */
export interface UnopenedGuest {
	readonly record: string;
	readonly trouble: VaultTrouble;
}

/**
 * Everybody who is invited to the forum of a plan, and which records of the circle could not be opened. Answers that are
 * new are opened, verified, and kept in the circle, so that no convenor's browser believes an older one afterwards.
 */
export async function guestsOf(desk: GuestDesk, plan: string): Promise<Outcome<{ readonly guests: readonly Guest[]; readonly unopened: readonly UnopenedGuest[] }>> {
	const { circle, link } = desk;
	const records: OpenedRecord[] = [];
	const unopened: UnopenedGuest[] = [];
	for (let after: string | undefined; ; ) {
		const page = await circle.list(kind, { limit: 200, after });
		if (!page.ok) return page;
		for (const one of page.records) {
			if (one.ok) records.push(one);
			else unopened.push(one);
		}
		after = page.next;
		if (after === undefined) break;
	}
	const path = pathOf(desk);
	const answer = await link.ask(path);
	if (!answer.ok) return { ok: false, reason: answer.reason as Refused };
	const read = v.safeParse(listShape, answer.value);
	if (!read.success) throw new VaultTrouble('unknown-format', { part: 'answer', path }, { found: 'an answer of another shape' });
	const listed = new Map(read.output.guests.map((one) => [one.id, one]));
	const guests: Guest[] = [];
	for (const record of records) {
		const of = readGuestRecord(record.body);
		if (of === undefined) unopened.push({ record: record.record, trouble: new VaultTrouble('unknown-format', placeOf(circle, record), { found: 'a record that is no guest' }) });
		else if (of.plan === plan) guests.push(await taken(desk, { record, of }, listed.get(record.record)));
	}
	return { ok: true, guests: guests.toSorted((a, b) => (a.of.invitation.name < b.of.invitation.name ? -1 : 1)), unopened };
}

function placeOf(circle: OpenCircle, { record, version }: { readonly record: string; readonly version: number }): Place {
	return { part: 'record', circle: circle.id, record, version };
}

/** What the server has of a guest beside what the circle knows; the newest answer is kept. */
async function taken(desk: GuestDesk, known: { readonly record: OpenedRecord; readonly of: GuestRecord }, listed: Listed | undefined): Promise<Guest> {
	const { circle } = desk;
	const { record, of } = known;
	const guest: Guest = { ...known, approved: listed?.approved ?? false, keptUntil: listed?.keptUntil, isOpen: listed !== undefined && listed.link !== null, travel: undefined, trouble: undefined };
	if (listed === undefined) return guest;
	const newest = of.answer?.version ?? 0;
	try {
		if (listed.version < newest) throw new VaultTrouble('rewound', placeOf(circle, record), { found: 'an older answer than we have read' });
		const travel = listed.travel === null || of.invitation.logistics !== null ? undefined : await openedTravel(desk, of, { letter: listed.travel, version: listed.version });
		if (listed.version === newest || listed.answer === null) {
			if (of.answer) await confirmRead(desk, of.answer, listed);
			return { ...guest, travel };
		}
		const answer = await openedAnswer(desk, of, { letter: listed.answer, version: listed.version });
		const kept = await keep(desk, guest, { answer });
		await confirmRead(desk, answer, listed);
		// Somebody else was faster: what they kept is what we opened.
		return kept.ok ? { ...kept.guest, travel } : { ...guest, of: { ...of, answer }, travel };
	} catch (error) {
		if (error instanceof VaultTrouble) return { ...guest, trouble: error };
		throw error;
	}
}

/** Lets a guest know that the circle has an answer. Where it does not arrive, the next opening of the list says it again. */
async function confirmRead(desk: GuestDesk, { receipt, version }: Answer, { id, read, version: shown }: Listed): Promise<void> {
	if (receipt === undefined || version !== shown) return;
	const hash = await receiptHash(receipt);
	if (hash !== read) await desk.link.send('PUT', `${pathOf(desk)}/${id}/read`, { read: hash });
}

async function openedAnswer(desk: GuestDesk, of: GuestRecord, { letter, version }: { readonly letter: string; readonly version: number }): Promise<Answer> {
	const known = await knownBy(of);
	const { body, author, place } = await fromInbox(desk.circle, known, { letter, kind: 'guest-answer' });
	const read = readAnswer(body);
	if (read === undefined || read.answer.version !== version) throw new VaultTrouble('unknown-format', place, { found: 'an answer of another shape' });
	const { answer, bond } = read;
	const { slug, person } = of.invitation;
	const { key, signature, ...permitted } = answer.permit;
	if (bond.signing !== author || bond.showing !== key || !(await isBond(known, bond))) throw new VaultTrouble('foreign-key', place, { found: 'an answer by somebody who had no link' });
	if (!(await isSignedBy(bytesOf(key), permitMessage({ slug, person, ...permitted }), bytesOf(signature)))) throw new VaultTrouble('forged', place, { found: 'a permit that nobody signed' });
	return answer;
}

/** By what the convenors know a guest's letters. */
async function knownBy({ invitation, links }: GuestRecord): Promise<KnownGuest> {
	return { guest: invitation.id, links: await Promise.all(links.map(async ({ secret, epoch }) => ({ signing: (await guestLinkOf(bytesOf(secret))).signing.publicKey, epoch }))) };
}

async function openedTravel(desk: GuestDesk, of: GuestRecord, letter: { readonly letter: string; readonly version: number }): Promise<Travel> {
	return travelIn(desk.circle, await knownBy(of), letter);
}

/** Done with a guest, or why not: as by circles, or because of *Whose key an invitation names*. */
export type GuestChanged = { readonly ok: true; readonly guest: Guest } | { readonly ok: false; readonly reason: Refused | InboxTrouble };

/** Keeps a change of a guest's record as its next version. `moved-on`: another convenor was faster. */
async function keep({ circle }: GuestDesk, guest: Guest, change: Partial<GuestRecord>): Promise<Outcome<{ readonly guest: Guest }>> {
	const of = { ...guest.of, ...change };
	const written = await circle.write({ kind, record: guest.record.record, body: bodyOf(of), basedOn: guest.record });
	return written.ok ? { ok: true, guest: { ...guest, of, record: written.written } } : { ok: false, reason: written.reason };
}

function bodyOf(of: GuestRecord): Json {
	// A record is plain JSON by its shape.
	return { v: 1, ...of } as unknown as Json;
}

/** Notes something about a guest: how they are reached, what was told for them, the waiting list, that they are to be told. */
export function noteGuest(desk: GuestDesk, guest: Guest, change: Partial<Pick<GuestRecord, 'state' | 'reach' | 'toldFor' | 'toTell' | 'prevented'>>): Promise<Outcome<{ readonly guest: Guest }>> {
	if (change.state === 'handed-over' && guest.of.prevented !== null) return Promise.resolve({ ok: false, reason: 'moved-on' });
	return keep(desk, guest, change);
}

/** Has the server keep every invitation for as long as the forum is planned now, where it keeps one for less. */
export async function keepAsPlanned(desk: GuestDesk, plan: ForumPlan, guests: readonly Guest[]): Promise<Outcome<object>> {
	const until = keptAsPlanned(plan, desk.link.now().toJSON().slice(0, 10));
	const sooner = guests.flatMap(({ record, keptUntil: now }) => (now !== undefined && now < until ? [record.record] : []));
	if (sooner.length === 0) return { ok: true };
	const answer = await desk.link.send('PUT', pathOf(desk), { guests: sooner, keptUntil: until });
	return answer.ok ? { ok: true } : { ok: false, reason: answer.reason as Refused };
}

/** Somebody to invite. */
export interface NewGuest {
	/** Somebody of the plan; undefined for somebody who is not in it yet. */
	readonly person: string | undefined;
	readonly name: string;
	readonly role: ForumRole;
	readonly reach: string;
}

/**
 * Drafts invitations: whoever is not in the plan is added to it, and each gets a link, which leads to nothing until a second
 * convenor approves. Each is kept in the circle before the server hears of it. Gives back the plan as it is then, and how many were drafted.
 * Nothing is drafted where *Whose key an invitation names* forbids it.
 */
export async function draftGuests(desk: GuestDesk, based: KeptPlan, all: readonly NewGuest[], { words, logistics }: { readonly words: string; readonly logistics: Invitation['logistics'] }): Promise<PlanOutcome<{ readonly kept: KeptPlan; readonly drafted: number }> | { readonly ok: false; readonly reason: Refused | InboxTrouble }> {
	const checked = await checkedInboxes(desk, based.record.record, { circle: desk.circle.id, inbox: inboxOf(desk.circle), logistics });
	if (!checked.ok) return checked;
	const named = all.map((one) => ({ ...one, person: one.person ?? crypto.randomUUID() }));
	const added = named.filter(({ person }) => !based.plan.people.some(({ id }) => id === person)).map(({ person, name }): PlannedPerson => ({ id: person, name, shownAs: null, person: randomId(), available: null, interprets: [] }));
	let kept = based;
	if (added.length > 0) {
		const planned = await keepPlan(desk.circle, { plan: { ...based.plan, people: [...based.plan.people, ...added] }, based });
		if (!planned.ok) return planned;
		kept = planned;
	}
	let drafted = 0;
	for (const { person, name, role, reach } of named) {
		const id = randomId();
		const invitation = invitationOf(desk, kept.plan, { id, person, name, role, words, logistics });
		const link = await newGuestLink();
		const of: GuestRecord = { plan: kept.record.record, invitation, links: [madeLink(link, invitation)], state: 'drafted', draftedBy: desk.circle.me.account, approvedBy: null, reach, toldFor: null, answer: null, prevented: null };
		const written = await desk.circle.write({ kind, record: id, body: bodyOf(of), basedOn: undefined });
		if (!written.ok) return { ok: false, reason: written.reason };
		const sent = await sendDraft(desk, invitation, link);
		if (!sent.ok) return sent;
		drafted++;
	}
	return { ok: true, kept, drafted };
}

function invitationOf({ circle, link }: GuestDesk, { slug, title, place, timeZone, startsOn, endsOn, standing }: ForumPlan, guest: Pick<Invitation, 'id' | 'person' | 'name' | 'role' | 'words' | 'logistics'>): Invitation {
	return { ...guest, circle: circle.id, inbox: inboxOf(circle), slug, title, place, timeZone, startsOn, endsOn, keptUntil: keptAsPlanned({ endsOn, standing }, link.now().toJSON().slice(0, 10)) };
}

function madeLink({ secret }: GuestLink, { inbox, logistics }: Invitation): MadeLink {
	return { secret: toText(secret), epoch: inbox.epoch, travelEpoch: logistics?.epoch ?? null };
}

async function sendDraft(desk: GuestDesk, invitation: Invitation, link: GuestLink): Promise<Outcome<object>> {
	const { id, keptUntil: until } = invitation;
	const seal = { author: link.id, at: 0, previous: null, head: { seq: 0, hash: toText(new Uint8Array(32)) } };
	const letter = await sealRecord({ place: letterPlace(link.id), seal, body: filled(canonical(invitation as unknown as Json), letterStep), key: link.letter, signing: link.signing });
	const answer = await desk.link.send('POST', pathOf(desk), { id, link: link.id, signing: toText(link.signing.publicKey), letter: toText(letter), keptUntil: until, logistics: invitation.logistics?.circle ?? null });
	return answer.ok ? { ok: true } : { ok: false, reason: answer.reason as Refused };
}

/**
 * Drafts another link for a guest, with the forum as it is planned now, and with the logistics circle that there is now. As any draft it leads to nothing before a second
 * convenor has approved it; from then on the guest's old device and words lead to nothing. `moved-on` for whoever is prevented from attending: to them nothing is sent.
 */
export async function freshLink(desk: GuestDesk, guest: Guest, { plan, logistics }: { readonly plan: ForumPlan; readonly logistics: Invitation['logistics'] }): Promise<GuestChanged> {
	if (guest.of.prevented !== null) return { ok: false, reason: 'moved-on' };
	const invitation = invitationOf(desk, plan, { ...guest.of.invitation, logistics });
	const checked = await checkedInboxes(desk, guest.of.plan, invitation);
	if (!checked.ok) return checked;
	const link = await newGuestLink();
	const kept = await keep(desk, guest, { invitation, links: [...guest.of.links, madeLink(link, invitation)].slice(-100), state: 'drafted', draftedBy: desk.circle.me.account, approvedBy: null });
	if (!kept.ok) return kept;
	const sent = await sendDraft(desk, invitation, link);
	return sent.ok ? { ok: true, guest: { ...kept.guest, isOpen: true, approved: false } } : sent;
}

/**
 * Approves an invitation as somebody who did not draft it. The letter behind the link is opened first, and has to say what
 * the circle's record says: nobody approves another letter than they see. Throws a `VaultTrouble` where it does not. To whom
 * the guest will seal is checked besides, as *Whose key an invitation names* says.
 */
export async function approveGuest(desk: GuestDesk, guest: Guest): Promise<GuestChanged> {
	const { of, record } = guest;
	if (of.prevented !== null) return { ok: false, reason: 'moved-on' };
	const place = placeOf(desk.circle, record);
	const link = await guestLinkOf(bytesOf(of.links.at(-1)?.secret ?? ''));
	const listed = await desk.link.ask(pathOf(desk));
	if (!listed.ok) return { ok: false, reason: listed.reason as Refused };
	const read = v.safeParse(listShape, listed.value);
	const letter = read.success ? read.output.guests.find(({ id }) => id === of.invitation.id)?.letter : undefined;
	if (letter === undefined || letter === null) return { ok: false, reason: 'moved-on' };
	const { body } = await at(place, () => openRecord({ envelope: bytesOf(letter), place: letterPlace(link.id), key: link.letter, authorKey: (author) => (author === link.id ? link.signing.publicKey : undefined) }));
	const said = readInvitation(fromCanonical(decodeText(body).trimEnd()));
	if (said === undefined || canonical(said as unknown as Json) !== canonical(of.invitation as unknown as Json)) throw new VaultTrouble('wrong-place', place, { found: 'a letter that says something else than the record' });
	const checked = await checkedInboxes(desk, of.plan, said);
	if (!checked.ok) return checked;
	const answer = await desk.link.send('PUT', `${pathOf(desk)}/${of.invitation.id}`, { link: link.id });
	if (!answer.ok) return { ok: false, reason: answer.reason as Refused };
	const kept = await keep(desk, guest, { state: 'approved', approvedBy: desk.circle.me.account });
	return kept.ok ? { ok: true, guest: { ...kept.guest, approved: true } } : kept;
}

/**
 * Takes an invitation back: its link leads to nothing, and what was answered is deleted. The record stays, so that nobody
 * asks again by mistake; and so does what the guest has opened, so that they can still be shown less.
 */
export async function withdrawGuest(desk: GuestDesk, guest: Guest): Promise<GuestChanged> {
	const answer = await desk.link.send('DELETE', `${pathOf(desk)}/${guest.of.invitation.id}`, {});
	if (!answer.ok) return { ok: false, reason: answer.reason as Refused };
	const kept = await keep(desk, guest, { state: 'withdrawn' });
	return kept.ok ? { ok: true, guest: { ...kept.guest, isOpen: false, approved: false } } : kept;
}
