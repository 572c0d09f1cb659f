import * as v from 'valibot';
import { dayAfter, instantOf } from '#lib/platform/time/time.ts';
import { isId } from '#lib/vault/envelope.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { isTimeZone } from '#lib/platform/time/zones.ts';
import { photographKinds, type PhotographKind } from './consent.ts';
import { forumRoles, textShape, type ForumRole } from './plan.ts';
import { travelShape, type Travel } from './guest.ts';
import { noNeeds, type Needs } from './needs.ts';

/** Of what forum a circle sees to travel: of the kind `logistics`, once in that circle. */
export interface LogisticsOf {
	/** The convenors' circle and its record of the plan. */
	readonly convenors: string;
	readonly plan: string;
	readonly title: Text;
	readonly place: Text;
	readonly timeZone: string;
	readonly startsOn: string;
	readonly endsOn: string;
}

/** Where a visa stands, from nothing to do until somebody is home again. */
export const visaStates = ['not-needed', 'collecting', 'letter-made', 'applied', 'granted', 'refused', 'travelling', 'returned'] as const;
export type VisaState = (typeof visaStates)[number];

/** Why somebody cannot come. */
export const preventions = ['detained', 'refused-exit', 'hurt', 'other'] as const;
export type Prevention = (typeof preventions)[number];

interface Told {
	/** Random, so that what two browsers noted at once is joined and nothing is there twice. */
	readonly id: string;
	/** The account that noted it, and when by that device's clock. */
	readonly by: string;
	readonly at: string;
	/** How it is known, in that member's words. */
	readonly words: string;
}

/**
 * What members of the logistics circle note of a traveller, in the order in which it was kept: never in that of anybody's clock.
 * `safe-there`, `safe-home`: they were reached. `door`: seen at the door; `not-seen` takes that and `safe-there` back. `watching`: this
 * member looks after a silence until `until`. `prevented` holds until `free`. `remote`: takes part from afar, until `in-person`.
 */
export type Happening =
	| (Told & { readonly kind: 'safe-there' | 'safe-home' | 'door' | 'not-seen' | 'free' | 'remote' | 'in-person' | 'note' })
	| (Told & { readonly kind: 'watching'; readonly until: string })
	| (Told & { readonly kind: 'prevented'; readonly why: Prevention })
	| (Told & { readonly kind: 'visa'; readonly state: VisaState });

/** What convenors hand over of a guest, so that the circle knows whose letters it opens. */
export interface HandedOver {
	readonly guest: string;
	/** As convenors call them. */
	readonly name: string;
	readonly role: ForumRole;
	/** How they are reached, in the convenors' words: whoever is missed has to be called. */
	readonly reach: string;
	/** Raw Ed25519 keys of all links, base64url, and to which epoch of the logistics circle each lets seal. */
	readonly links: readonly { readonly signing: string; readonly epoch: number }[];
	/** What convenors know: whether they come, and how people with cameras may treat them. The guest's own letter counts before it. */
	readonly comes: boolean;
	readonly photographs: PhotographKind;
	/** The invitation was taken back. */
	readonly over: boolean;
}

/** The logistics circle's record of a guest: of the kind `forum-traveller`. */
export interface TravellerRecord {
	readonly of: HandedOver;
	/** The newest letter that a member's browser has opened: an older one is not believed any more. */
	readonly travel: Travel | null;
	readonly happened: readonly Happening[];
}

/** What all that happened comes to. */
export interface Course {
	readonly there: Happening | undefined;
	readonly door: Happening | undefined;
	readonly home: Happening | undefined;
	readonly watching: Extract<Happening, { readonly kind: 'watching' }> | undefined;
	readonly prevented: Extract<Happening, { readonly kind: 'prevented' }> | undefined;
	readonly remote: boolean;
	readonly visa: VisaState;
}

export function courseOf({ happened }: Pick<TravellerRecord, 'happened'>): Course {
	let course: Course = { there: undefined, door: undefined, home: undefined, watching: undefined, prevented: undefined, remote: false, visa: 'not-needed' };
	for (const one of happened) course = { ...course, ...changeBy(one) };
	return course;
}

function changeBy(one: Happening): Partial<Course> {
	switch (one.kind) {
		case 'safe-there':
			return { there: one, watching: undefined };
		case 'door':
			return { door: one, watching: undefined };
		case 'not-seen':
			return { there: undefined, door: undefined };
		case 'safe-home':
			return { home: one, watching: undefined };
		case 'watching':
			return { watching: one };
		case 'prevented':
			return { prevented: one, watching: undefined };
		case 'free':
			return { prevented: undefined };
		case 'remote':
			return { remote: true };
		case 'in-person':
			return { remote: false };
		case 'visa':
			return { visa: one.state };
		case 'note':
			return {};
	}
}

/** As people at the door call them. */
export function nameInRoom({ of, travel }: TravellerRecord): string {
	return travel?.roomName.trim() || of.name;
}

export function needsOf({ travel }: TravellerRecord): Needs {
	return travel?.needs ?? noNeeds();
}

export function photographsOf({ of, travel }: TravellerRecord): PhotographKind {
	return travel === null || travel.says === null ? of.photographs : travel.photographs;
}

/** Whether somebody is expected at the venue. */
export function isExpected(traveller: TravellerRecord): boolean {
	const { of, travel } = traveller;
	const { prevented, remote } = courseOf(traveller);
	return !of.over && prevented === undefined && !remote && (travel === null || travel.says === null ? of.comes : travel.says === 'accepted');
}

export type Leg = 'there' | 'home';

/** For so long after the time that was told nobody is alarmed. */
const patienceMs = 2 * 60 * 60 * 1000;
const hourMs = 60 * 60 * 1000;

/**
 * Note: A silence.
 * When somebody should have been heard of follows from what they told of their journey, in the zone of the venue, and from nothing
 * else: no clock of theirs, no line of theirs, and no time at which anything was sent. A day without an hour counts until its
 * end; whoever did not say when they are home is expected a day after they leave. Nobody is missed who said that they are there, whom a member
 * reached, or who was seen at the door; who is home was there.
 */
export function deadlinesOf(traveller: TravellerRecord, timeZone: string): { readonly leg: Leg; readonly at: Date }[] {
	if (!isExpected(traveller)) return [];
	const { arrives, leaves, home } = needsOf(traveller);
	const course = courseOf(traveller);
	const reached = traveller.travel?.reached ?? '';
	if (course.home !== undefined || reached === 'home') return [];
	const until = ({ day, time }: { readonly day: string; readonly time: string }): number => instantOf(time === '' ? { day: dayAfter(day), time: '00:00', timeZone } : { day, time, timeZone }).getTime() + patienceMs;
	const found: { leg: Leg; at: Date }[] = [];
	if (arrives.day !== '' && course.there === undefined && course.door === undefined && reached === '') found.push({ leg: 'there', at: new Date(until(arrives)) });
	if (home.day !== '') found.push({ leg: 'home', at: new Date(until(home)) });
	else if (leaves.day !== '') found.push({ leg: 'home', at: new Date(until(leaves) + 24 * hourMs) });
	return found.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

/** Who has not been heard of, and since when. */
export interface Silence {
	readonly leg: Leg;
	readonly since: Date;
	/** Both clocks say so. Otherwise one of them is wrong, and somebody has to look at a third. */
	readonly sure: boolean;
}

/** The clock of this device and that of the server: neither is believed alone. */
export interface TwoClocks {
	readonly device: Date;
	readonly server: Date;
}

export function silenceOf(traveller: TravellerRecord, timeZone: string, { device, server }: TwoClocks): Silence | undefined {
	const [first] = deadlinesOf(traveller, timeZone);
	if (first === undefined) return undefined;
	const past = [device, server].filter((now) => now >= first.at).length;
	return past === 0 ? undefined : { leg: first.leg, since: first.at, sure: past === 2 };
}

/** Whether two clocks tell times that no line and no sleep explains. */
export function clocksDiffer({ device, server }: TwoClocks): boolean {
	return Math.abs(device.getTime() - server.getTime()) > 10 * 60 * 1000;
}

/**
 * At what hour somebody has to look again, though no page is open: the first at which anybody would be missed; where somebody is
 * missed already, the next hour, or the one until which members look after all of them. Null: nobody is on the way.
 */
export function nextLook(travellers: readonly TravellerRecord[], timeZone: string, now: Date): Date | null {
	const hours = travellers.flatMap((traveller) => {
		const [first] = deadlinesOf(traveller, timeZone);
		if (first === undefined) return [];
		const { watching } = courseOf(traveller);
		const until = watching === undefined ? 0 : Math.min(Date.parse(watching.until), now.getTime() + longestWatchMs);
		return [hourAfter(Math.max(first.at.getTime(), until, now.getTime() + 1))];
	});
	return hours.length === 0 ? null : new Date(Math.min(...hours));
}

/** Nobody looks after a silence for longer without saying so again. */
const longestWatchMs = 6 * hourMs;

function hourAfter(ms: number): number {
	return Math.ceil(ms / hourMs) * hourMs;
}

/** What two browsers noted, as one: everything of the first in its order, then what only the second has. */
export function joined(first: readonly Happening[], second: readonly Happening[]): Happening[] {
	return [...first, ...second.filter(({ id }) => !first.some((one) => one.id === id))];
}

const id = v.pipe(v.string(), v.check(isId));
const instant = v.pipe(v.string(), v.check((text) => new Date(text).toJSON() === text));
const told = { id, by: id, at: instant, words: v.pipe(v.string(), v.maxLength(1000)) };
const happeningShape = v.variant('kind', [
	v.strictObject({ ...told, kind: v.picklist(['safe-there', 'safe-home', 'door', 'not-seen', 'free', 'remote', 'in-person', 'note']) }),
	v.strictObject({ ...told, kind: v.literal('watching'), until: instant }),
	v.strictObject({ ...told, kind: v.literal('prevented'), why: v.picklist(preventions) }),
	v.strictObject({ ...told, kind: v.literal('visa'), state: v.picklist(visaStates) })
]);

const handedShape = v.strictObject({
	guest: id,
	name: v.pipe(v.string(), v.maxLength(200)),
	role: v.picklist(forumRoles),
	reach: v.pipe(v.string(), v.maxLength(400)),
	links: v.pipe(v.array(v.strictObject({ signing: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)), epoch: v.pipe(v.number(), v.integer(), v.minValue(1)) })), v.maxLength(100)),
	comes: v.boolean(),
	photographs: v.picklist(photographKinds),
	over: v.boolean()
});
const travellerShape = v.strictObject({ v: v.literal(1), of: handedShape, travel: v.nullable(travelShape), happened: v.pipe(v.array(happeningShape), v.maxLength(500)) });
const day = v.pipe(v.string(), v.isoDate());
const logisticsShape = v.strictObject({ v: v.literal(1), convenors: id, plan: id, title: textShape, place: textShape, timeZone: v.pipe(v.string(), v.check(isTimeZone)), startsOn: day, endsOn: day });
const queueShape = v.array(v.strictObject({ guest: id, happening: happeningShape }));

// Each gives what a text says, and undefined for one of another shape.
function read<Output>(shape: v.GenericSchema<unknown, Output>): (found: unknown) => Output | undefined {
	return (found) => {
		const { success, output } = v.safeParse(shape, found);
		return success ? output : undefined;
	};
}
export const readTraveller: (found: unknown) => TravellerRecord | undefined = read(travellerShape);
export const readLogistics: (found: unknown) => LogisticsOf | undefined = read(logisticsShape);
/** What a device kept at the door while there was no line. */
export const readQueue: (found: unknown) => { readonly guest: string; readonly happening: Happening }[] | undefined = read(queueShape);
