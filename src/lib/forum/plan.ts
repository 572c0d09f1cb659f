import * as v from 'valibot';
import { languages } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { isTimeZone } from '#lib/platform/time/zones.ts';

/**
 * Note: A plan and what is released of it.
 * Who comes and what is still open is nobody's business but the convenors': the plan of a forum is a sealed record of
 * their circle, and everything in this file is read in browsers alone. What the world is to know is released from it
 * (`programme.ts`), and only that is ever sent to the server to be read.
 */
export interface ForumPlan {
	readonly slug: string;
	/** Its number among the programme's forums, where one is counted. */
	readonly ordinal: number | null;
	readonly title: Text;
	/** One sentence for lists. */
	readonly subject: Text;
	readonly place: Text;
	/** IANA name: every time of the plan is what the clocks of this zone show. */
	readonly timeZone: string;
	/** YYYY-MM-DD; both are days of the forum. */
	readonly startsOn: string;
	readonly endsOn: string;
	readonly standing: ForumStanding;
	/** In which people work: tags of BCP 47, such as `ar` or `pt-BR`. */
	readonly workingLanguages: readonly string[];
	/** Who has to go from one room to another needs so long. */
	readonly bufferMinutes: number;
	readonly themes: readonly PlannedTheme[];
	readonly rooms: readonly Room[];
	readonly people: readonly PlannedPerson[];
	readonly items: readonly PlannedItem[];
	/** Conflicts that a convenor has seen and lets stand, as `conflictKey` names them. */
	readonly acknowledged: readonly string[];
}

/** `online`: it was moved there, and the rooms are none. A postponed forum keeps its old days until it has new ones. */
export const forumStandings = ['planned', 'postponed', 'online', 'cancelled'] as const;
export type ForumStanding = (typeof forumStandings)[number];

export interface PlannedTheme {
	readonly id: string;
	readonly title: Text;
	readonly workshops: readonly { readonly id: string; readonly title: Text }[];
}

export interface Room {
	readonly id: string;
	readonly name: Text;
	/** Seats; null where nobody counted. */
	readonly capacity: number | null;
	/** Steps, lifts, loops for hearing aids: what somebody has to know before coming. */
	readonly access: Text | null;
}

export const forumRoles = ['chair', 'speaker', 'facilitator', 'rapporteur', 'moderator', 'interpreter', 'observer', 'press'] as const;
export type ForumRole = (typeof forumRoles)[number];

/** Somebody under one name. Two of these may be one person under two names: then `person` is the same. */
export interface PlannedPerson {
	readonly id: string;
	/** As convenors call them. What is shown in public is another question, and theirs to answer. */
	readonly name: string;
	/** As they allowed to be shown in public; null: not at all. `known`: convenors vouch that it is public knowledge, and nobody was asked. */
	readonly shownAs: { readonly name: string; readonly office: Text | null; readonly known?: true | undefined } | null;
	/** Random, the same for all names of a person in this forum, and nowhere else. */
	readonly person: string;
	/** When they can be there; null: at any time. */
	readonly available: readonly Availability[] | null;
	/** Of an interpreter: the languages between which they work. */
	readonly interprets: readonly string[];
}

export interface Availability {
	readonly day: string;
	readonly from: string;
	/** Until midnight where it is not after `from`. */
	readonly until: string;
}

export const itemKinds = ['plenary', 'panel', 'workshop', 'questions', 'break', 'meal', 'other'] as const;
export type ItemKind = (typeof itemKinds)[number];

export const itemStates = ['draft', 'proposed', 'confirmed', 'cancelled'] as const;
export type ItemState = (typeof itemStates)[number];

/**
 * Who may know of an item. `public`: everybody. `participants`: whoever takes part. `closed`: whoever is in it; others see
 * that the room is taken. `chatham-house`: as closed, and nobody says afterwards who said what or who was there.
 */
export const disclosures = ['public', 'participants', 'closed', 'chatham-house'] as const;
export type Disclosure = (typeof disclosures)[number];

/** Two choices, neither of which follows from the other: who is seen live may not want to be kept, and what is kept may not have been live. */
export interface Recording {
	readonly stream: boolean;
	readonly archive: boolean;
}

/** A slot of the programme. Without `starts` it is still to be placed, and fills its day in the agenda. */
export interface PlannedItem {
	/** Stable within its forum: calendars know the item by it. */
	readonly id: string;
	readonly kind: ItemKind;
	readonly state: ItemState;
	readonly title: Text;
	readonly day: string;
	/** HH:MM; null: the whole day. */
	readonly starts: string | null;
	/** HH:MM; at or before `starts` it is on the next day. Null only where `starts` is. */
	readonly ends: string | null;
	readonly room: string | null;
	readonly theme: string | null;
	readonly disclosure: Disclosure;
	readonly recording: Recording;
	readonly people: readonly { readonly id: string; readonly role: ForumRole }[];
	/** How many are expected to come; null where nobody knows. */
	readonly expected: number | null;
	/** Spoken from the floor, and offered to listeners. */
	readonly spoken: readonly string[];
	readonly offered: readonly string[];
	/** Minutes kept for written questions. */
	readonly questionsMinutes: number | null;
}

const id = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,59}$/));
const wallClock = v.pipe(v.string(), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/));
const day = v.pipe(v.string(), v.isoDate());
const languageTag = v.pipe(v.string(), v.regex(/^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?$/));
const said = v.optional(v.pipe(v.string(), v.maxLength(2000)));
/** Words in one or more languages, as a sealed record has them. */
export const textShape = v.pipe(
	v.strictObject({ original: v.picklist(languages), in: v.strictObject({ en: said, es: said, fr: said, ar: said }) }),
	v.transform(({ original, in: found }): Text => ({ original, in: Object.fromEntries(Object.entries(found).filter(([, words]) => words !== undefined)) }))
);
const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const list = <Item extends v.GenericSchema>(item: Item, most: number) => v.pipe(v.array(item), v.maxLength(most));

/** More than any forum has; a plan that is larger was not made by a convenor. */
export const mostItems = 500;

/** The shape of a plan. A draft may lack words; times, ids and what refers to them hold. */
const planShape = v.pipe(
	v.strictObject({
		slug: v.pipe(v.string(), v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/), v.maxLength(80)),
		ordinal: v.nullable(whole(1, 1000)),
		title: textShape,
		subject: textShape,
		place: textShape,
		timeZone: v.pipe(v.string(), v.check(isTimeZone)),
		startsOn: day,
		endsOn: day,
		standing: v.picklist(forumStandings),
		workingLanguages: list(languageTag, 20),
		bufferMinutes: whole(0, 240),
		themes: list(v.strictObject({ id, title: textShape, workshops: list(v.strictObject({ id, title: textShape }), 30) }), 30),
		rooms: list(v.strictObject({ id, name: textShape, capacity: v.nullable(whole(1, 100_000)), access: v.nullable(textShape) }), 60),
		people: list(
			v.strictObject({
				id,
				name: v.pipe(v.string(), v.maxLength(200)),
				shownAs: v.nullable(v.strictObject({ name: v.pipe(v.string(), v.maxLength(200)), office: v.nullable(textShape), known: v.optional(v.literal(true)) })),
				person: v.pipe(v.string(), v.regex(/^[\w-]{22}$/)),
				available: v.nullable(list(v.strictObject({ day, from: wallClock, until: wallClock }), 60)),
				interprets: list(languageTag, 20)
			}),
			1000
		),
		items: list(
			v.strictObject({
				id,
				kind: v.picklist(itemKinds),
				state: v.picklist(itemStates),
				title: textShape,
				day,
				starts: v.nullable(wallClock),
				ends: v.nullable(wallClock),
				room: v.nullable(id),
				theme: v.nullable(id),
				disclosure: v.picklist(disclosures),
				recording: v.strictObject({ stream: v.boolean(), archive: v.boolean() }),
				people: list(v.strictObject({ id, role: v.picklist(forumRoles) }), 200),
				expected: v.nullable(whole(1, 100_000)),
				spoken: list(languageTag, 20),
				offered: list(languageTag, 20),
				questionsMinutes: v.nullable(whole(1, 600))
			}),
			mostItems
		),
		acknowledged: list(v.pipe(v.string(), v.maxLength(400)), 2000)
	}),
	v.check((plan) => planProblems(plan).length === 0)
);

/** What does not hold together in a plan: something is there twice, or is named and not there. */
export function planProblems({ startsOn, endsOn, themes, rooms, people, items }: Pick<ForumPlan, 'startsOn' | 'endsOn' | 'themes' | 'rooms' | 'people' | 'items'>): string[] {
	const known = { themes: idsOf(themes), rooms: idsOf(rooms), people: idsOf(people), items: idsOf(items) };
	const twice = Object.entries({ themes, rooms, people, items }).flatMap(([name, all]) => (new Set(all.map((one) => one.id)).size === all.length ? [] : [`${name}: an id is there twice`]));
	const dangling = items.flatMap((item) => [
		...(item.room === null || known.rooms.has(item.room) ? [] : [`items.${item.id}: there is no room ${item.room}`]),
		...(item.theme === null || known.themes.has(item.theme) ? [] : [`items.${item.id}: there is no theme ${item.theme}`]),
		...item.people.filter((one) => !known.people.has(one.id)).map((one) => `items.${item.id}: there is nobody ${one.id}`),
		...((item.starts === null) === (item.ends === null) ? [] : [`items.${item.id}: it starts and does not end, or ends and does not start`])
	]);
	return [...(startsOn <= endsOn ? [] : ['the forum ends before it starts']), ...twice, ...dangling];
}

function idsOf(all: readonly { readonly id: string }[]): ReadonlySet<string> {
	return new Set(all.map((one) => one.id));
}

/** The plan that a record says; undefined for anything else. */
export function readPlan(value: unknown): ForumPlan | undefined {
	const { success, output } = v.safeParse(planShape, value);
	return success ? output : undefined;
}
