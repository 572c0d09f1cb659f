import { guestLinkOf } from '#vault';
import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle, Opened, OpenedRecord, Outcome, Refused } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { derivedRecord } from '#lib/circles/limits.ts';
import { shown } from '#lib/platform/i18n/text.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { canonical, randomId, toText, type Json } from '#lib/vault/envelope.ts';
import { photographOf } from '../consent.ts';
import { standingOf, type GuestRecord } from '../guest.ts';
import { courseOf, joined, nextLook, readTraveller, type HandedOver, type Happening, type LogisticsOf, type TravellerRecord } from '../traveller.ts';
import { bytesOf, travelIn } from './guest-letters.ts';
import { noteGuest, type Guest, type GuestDesk } from './guests.ts';
import { noteInbox } from './inboxes.ts';
import type { KeptPlan } from './plans.ts';

/**
 * Note: A logistics circle.
 * Who receives guests, books and waits at night is not who chooses them. What guests need, their names in passports and whom to call is
 * sealed to a circle of its own; the convenors' circle does not open it, and is not handed it. Whoever is in both hands over
 * for each guest what is needed to know their letters, and brings back the one thing that convenors have to know: that a
 * guest is prevented from attending.
 */
export interface LogisticsDesk {
	readonly circle: OpenCircle;
	readonly link: Link;
	readonly of: LogisticsOf;
}

/** A guest on a journey, as the logistics circle has them. */
export interface Traveller {
	readonly record: OpenedRecord;
	readonly says: TravellerRecord;
	/** Why what they sent could not be opened or believed. */
	readonly trouble: VaultTrouble | undefined;
}

/** All that the circle knows at one moment. */
export interface Journeys {
	readonly travellers: readonly Traveller[];
	/** Records that could not be opened: for whom they are stands inside. */
	readonly unopened: readonly { readonly record: string; readonly trouble: VaultTrouble }[];
	/** What the server's clock showed. */
	readonly server: Date;
	/** Of what was read: see *An hour at which somebody is woken*. */
	readonly seen: number;
}

const kind = 'forum-traveller';
/** Makes the circle that sees to the journeys of a plan, with whoever makes it as its first steward, and notes it beside the plan. */
export async function makeLogistics({ convenors, plan, name, language, found }: { readonly convenors: OpenCircle; readonly plan: KeptPlan; readonly name: (title: string) => string; readonly language: Language; readonly found: (about: { readonly name: string; readonly purpose: string }) => Promise<Outcome<{ readonly circle: OpenCircle }>> }): Promise<Outcome<{ readonly circle: OpenCircle }>> {
	const { title, place, timeZone, startsOn, endsOn } = plan.plan;
	const founded = await found({ name: name(shown(title, language).words.trim()).slice(0, 100), purpose: '' });
	if (!founded.ok) return founded;
	const { circle } = founded;
	const says: LogisticsOf = { convenors: convenors.id, plan: plan.record.record, title, place, timeZone, startsOn, endsOn };
	const written = await circle.write({ kind: 'logistics', record: await derivedRecord('logistics', circle.id), body: bodyOf(says) });
	if (!written.ok) return { ok: false, reason: written.reason };
	const noted = await noteInbox(convenors, plan.record.record, circle);
	return noted.ok ? { ok: true, circle } : noted;
}

const lettersShape = v.object({ letters: v.array(v.object({ id: v.string(), version: v.number(), travel: v.nullable(v.string()) })), now: v.pipe(v.string(), v.isoTimestamp()) });

/** Everybody who is on the way, or will be. Letters that are new are opened, verified and kept, so that no older one is believed afterwards. */
export async function journeysOf(desk: LogisticsDesk): Promise<Outcome<Journeys>> {
	const path = `/api/circles/${desk.circle.id}/travel`;
	const answer = await desk.link.ask(path);
	if (!answer.ok) return { ok: false, reason: answer.reason as Refused };
	const read = v.safeParse(lettersShape, answer.value);
	if (!read.success) throw new VaultTrouble('unknown-format', { part: 'answer', path }, { found: 'an answer of another shape' });
	const { letters, now } = read.output;
	const listed = await allRecords(desk.circle);
	if (!listed.ok) return listed;
	const travellers: Traveller[] = [];
	const unopened: { record: string; trouble: VaultTrouble }[] = [];
	let seen = letters.reduce((sum, { version }) => sum + version, 0);
	for (const record of listed.records) {
		const says = record.ok ? readTraveller(record.body) : undefined;
		if (!record.ok || says === undefined || says.of.guest !== record.record) {
			unopened.push({ record: record.record, trouble: record.ok ? new VaultTrouble('unknown-format', placeOf(desk, record), { found: 'a record that is no traveller' }) : record.trouble });
			seen += record.version;
			continue;
		}
		const traveller = await withLetter(desk, { record, says, trouble: undefined }, letters.find(({ id }) => id === record.record));
		travellers.push(traveller);
		seen += traveller.record.version;
	}
	return { ok: true, travellers: travellers.toSorted((a, b) => (a.says.of.name < b.says.of.name ? -1 : 1)), unopened, server: new Date(now), seen };
}

async function allRecords(circle: OpenCircle): Promise<Outcome<{ readonly records: readonly Opened[] }>> {
	const records: Opened[] = [];
	for (let after: string | undefined; ; ) {
		const page = await circle.list(kind, { limit: 200, after });
		if (!page.ok) return page;
		records.push(...page.records);
		after = page.next;
		if (after === undefined) return { ok: true, records };
	}
}

function placeOf({ circle }: LogisticsDesk, { record, version }: { readonly record: string; readonly version: number }) {
	return { part: 'record', circle: circle.id, record, version } as const;
}

async function withLetter(desk: LogisticsDesk, traveller: Traveller, listed: { readonly version: number; readonly travel: string | null } | undefined): Promise<Traveller> {
	const { record, says } = traveller;
	const newest = says.travel?.version ?? 0;
	if (listed === undefined || listed.travel === null) return traveller;
	try {
		if (listed.version < newest) throw new VaultTrouble('rewound', placeOf(desk, record), { found: 'an older letter than we have read' });
		if (listed.version === newest) return traveller;
		const known = { guest: says.of.guest, links: says.of.links.map(({ signing, epoch }) => ({ signing: bytesOf(signing), epoch })) };
		const travel = await travelIn(desk.circle, known, { letter: listed.travel, version: listed.version });
		const kept = await keep(desk, traveller, (now) => ({ ...now, travel: (now.travel?.version ?? 0) > travel.version ? now.travel : travel }));
		return kept.ok ? kept.traveller : { ...traveller, says: { ...says, travel } };
	} catch (error) {
		if (error instanceof VaultTrouble) return { ...traveller, trouble: error };
		throw error;
	}
}

export type TravellerChanged = Outcome<{ readonly traveller: Traveller }>;

const mostTries = 5;

/** Keeps a change as the next version; where somebody was faster, what they kept is changed instead. */
async function keep({ circle }: LogisticsDesk, traveller: Traveller, change: (now: TravellerRecord) => TravellerRecord): Promise<TravellerChanged> {
	let { record, says } = traveller;
	for (let tries = 0; tries < mostTries; tries++) {
		const next = change(says);
		const written = await circle.write({ kind, record: record.record, body: bodyOf(next), basedOn: record });
		if (written.ok) return { ok: true, traveller: { ...traveller, says: next, record: written.written } };
		if (written.reason !== 'moved-on') return { ok: false, reason: written.reason };
		if (!('newest' in written) || !written.newest.ok) return { ok: false, reason: 'moved-on' };
		const theirs = readTraveller(written.newest.body);
		if (theirs === undefined) return { ok: false, reason: 'moved-on' };
		[record, says] = [written.newest, theirs];
	}
	return { ok: false, reason: 'moved-on' };
}

/** What a member notes, before it has an author and a time. */
export type Noted = Happening extends infer One ? (One extends Happening ? Omit<One, 'id' | 'by' | 'at'> : never) : never;

/** Something that the open account notes now: it can be kept at once, or when there is a line again. */
export function happeningNow({ circle, link }: Pick<LogisticsDesk, 'circle' | 'link'>, noted: Noted): Happening {
	return { ...noted, id: randomId(), by: circle.me.account, at: link.now().toJSON() };
}

/** Keeps what happened after everything that others kept: nothing of theirs is lost, and what is there already is not added again. */
export function keepHappenings(desk: LogisticsDesk, traveller: Traveller, happened: readonly Happening[]): Promise<TravellerChanged> {
	return keep(desk, traveller, (now) => ({ ...now, happened: joined(now.happened, happened) }));
}

/**
 * Tells the server at what hour somebody has to look again, as *An hour at which somebody is woken* says. `moved-on`: others kept
 * something meanwhile, so read it first.
 */
export async function tellNextLook({ circle, link, of }: LogisticsDesk, { travellers, server, seen }: Journeys): Promise<Outcome<{ readonly wakeAt: Date | null }>> {
	const wakeAt = nextLook(
		travellers.map(({ says }) => says),
		of.timeZone,
		server
	);
	const answer = await link.send('PUT', `/api/circles/${circle.id}/watch`, { wakeAt: wakeAt?.toJSON() ?? null, seen });
	return answer.ok ? { ok: true, wakeAt } : { ok: false, reason: answer.reason as Refused };
}

/** Reads everything and tells the next hour of it, again where others were faster. */
export async function lookAfter(desk: LogisticsDesk): Promise<Outcome<{ readonly journeys: Journeys; readonly wakeAt: Date | null }>> {
	for (let tries = 0; ; tries++) {
		const journeys = await journeysOf(desk);
		if (!journeys.ok) return journeys;
		const told = await tellNextLook(desk, journeys);
		if (told.ok) return { ok: true, journeys, wakeAt: told.wakeAt };
		if (told.reason !== 'moved-on' || tries === mostTries) return told;
	}
}

/**
 * Hands over to the logistics circle what it has to know of each guest, as somebody who is in both circles, and takes back who is
 * prevented from attending. Gives the guests as they are then.
 */
export async function handOver(convenors: GuestDesk, desk: LogisticsDesk, guests: readonly Guest[]): Promise<Outcome<{ readonly guests: readonly Guest[] }>> {
	const listed = await allRecords(desk.circle);
	if (!listed.ok) return listed;
	const found: Guest[] = [];
	for (const guest of guests) {
		if (guest.of.invitation.logistics?.circle !== desk.circle.id) {
			found.push(guest);
			continue;
		}
		const of = await handedOver(guest.of);
		const record = listed.records.find((one) => one.record === of.guest);
		const says = record?.ok === true ? readTraveller(record.body) : undefined;
		// One that cannot be opened is shown as such by the circle's own page; who was withdrawn before was never handed over.
		if (record === undefined ? of.over : says === undefined) {
			found.push(guest);
			continue;
		}
		const kept = await handOne(desk, { record: record?.ok === true ? record : undefined, says, of });
		if (!kept.ok) return kept;
		const prevented = courseOf({ happened: says?.happened ?? [] }).prevented;
		const mirrored = prevented === undefined ? null : { by: prevented.by, at: prevented.at };
		if (mirrored?.at === guest.of.prevented?.at) {
			found.push(guest);
			continue;
		}
		const noted = await noteGuest(convenors, guest, { prevented: mirrored });
		found.push(noted.ok ? noted.guest : { ...guest, of: { ...guest.of, prevented: mirrored } });
	}
	return { ok: true, guests: found };
}

async function handOne(desk: LogisticsDesk, { record, says, of }: { readonly record: OpenedRecord | undefined; readonly says: TravellerRecord | undefined; readonly of: HandedOver }): Promise<Outcome<object>> {
	if (says === undefined || record === undefined) {
		const written = await desk.circle.write({ kind, record: of.guest, body: bodyOf({ of, travel: null, happened: [] }), basedOn: undefined });
		return written.ok ? { ok: true } : { ok: false, reason: written.reason };
	}
	if (canonical(bodyOf(says.of)) === canonical(bodyOf(of))) return { ok: true };
	return keep(desk, { record, says, trouble: undefined }, (now) => ({ ...now, of }));
}

async function handedOver(of: GuestRecord): Promise<HandedOver> {
	const { invitation, links, answer, toldFor, state, reach } = of;
	const known = await Promise.all(links.flatMap(({ secret, travelEpoch }) => (travelEpoch === null ? [] : [guestLinkOf(bytesOf(secret)).then(({ signing }) => ({ signing: toText(signing.publicKey), epoch: travelEpoch }))])));
	return { guest: invitation.id, name: invitation.name, role: invitation.role, reach, links: known, comes: standingOf({ state, answer, toldFor }) === 'accepted', photographs: photographOf(answer?.consent.media ?? []), over: state === 'withdrawn' };
}

function bodyOf(says: object): Json {
	// Each is plain JSON by its shape.
	return { v: 1, ...says };
}
