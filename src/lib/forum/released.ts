import * as v from 'valibot';
import { languages } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { isTimeZone } from '#lib/platform/time/zones.ts';
import { forumRoles, forumStandings, type ForumPlan, type ForumRole, type ForumStanding, type PlannedItem, type Recording } from './plan.ts';

/**
 * Note: What a release tells, and whom it never names.
 * A release is made from a plan in the convenor's browser and is public from then on. What is only for those who take part
 * has its time and title there and nothing else; what is closed, or under the Chatham House Rule, is not there at all.
 * People are in it by an id that means nothing outside of their forum, and only those who are shown today: names stand
 * apart (`ShownPerson`), so that every version, however old, is shown through today's consent. Who is not shown any more
 * is taken out of all versions: no two of them then differ by that person.
 */
export interface ReleasedForum {
	readonly slug: string;
	readonly ordinal: number | null;
	readonly title: Text;
	readonly subject: Text;
	readonly place: Text;
	readonly timeZone: string;
	readonly startsOn: string;
	readonly endsOn: string;
	readonly standing: ForumStanding;
	readonly themes: readonly { readonly title: Text; readonly workshops: readonly Text[] }[];
	readonly items: readonly ReleasedItem[];
}

export interface ReleasedItem {
	readonly id: string;
	readonly day: string;
	readonly starts: string | null;
	readonly ends: string | null;
	readonly title: Text;
	readonly room: Text | null;
	/** False: only that it takes place is told. */
	readonly public: boolean;
	readonly cancelled: boolean;
	readonly recording: Recording;
	readonly questionsMinutes: number | null;
	readonly spoken: readonly string[];
	readonly offered: readonly string[];
	readonly people: readonly { readonly id: string; readonly role: ForumRole }[];
}

/** Somebody as the public is shown them, by their own consent. */
export interface ShownPerson {
	readonly id: string;
	readonly name: string;
	readonly office: Text | null;
}

/** What is released of a plan as it is now. What was released before and is gone, or not to be told any more, is cancelled there. */
export function releaseOf(plan: ForumPlan, { shown, before }: { readonly shown: ReadonlySet<string>; readonly before: ReleasedForum | undefined }): ReleasedForum {
	const { slug, ordinal, title, subject, place, timeZone, startsOn, endsOn, standing } = plan;
	const rooms = new Map(plan.rooms.map((room) => [room.id, room.name]));
	const released = new Set(before?.items.map(({ id }) => id));
	const told = plan.items.filter((item) => isTold(item) && (item.state === 'confirmed' || (item.state === 'cancelled' && released.has(item.id)))).map((item) => releasedItem(item, { rooms, shown, isOver: standing === 'cancelled' }));
	const ids = new Set(told.map(({ id }) => id));
	const gone = (before?.items ?? []).filter(({ id }) => !ids.has(id)).map((item) => ({ ...item, cancelled: true, people: [] }));
	return {
		slug,
		ordinal,
		title,
		subject,
		place,
		timeZone,
		startsOn,
		endsOn,
		standing,
		themes: plan.themes.map((theme) => ({ title: theme.title, workshops: theme.workshops.map((workshop) => workshop.title) })),
		items: [...told, ...gone].toSorted(byTime)
	};
}

function isTold({ disclosure }: PlannedItem): boolean {
	return disclosure === 'public' || disclosure === 'participants';
}

function releasedItem(item: PlannedItem, { rooms, shown, isOver }: { readonly rooms: ReadonlyMap<string, Text>; readonly shown: ReadonlySet<string>; readonly isOver: boolean }): ReleasedItem {
	const { id, day, starts, ends, title, spoken, offered } = item;
	const isPublic = item.disclosure === 'public';
	return {
		id,
		day,
		starts,
		ends,
		title,
		room: isPublic && item.room !== null ? (rooms.get(item.room) ?? null) : null,
		public: isPublic,
		cancelled: isOver || item.state === 'cancelled',
		recording: isPublic ? item.recording : { stream: false, archive: false },
		questionsMinutes: isPublic ? item.questionsMinutes : null,
		spoken: isPublic ? spoken : [],
		offered: isPublic ? offered : [],
		// Interpreters are not shown whatever they allow: they speak for others.
		people: isPublic ? item.people.filter((one) => one.role !== 'interpreter' && shown.has(one.id)) : []
	};
}

function byTime(a: ReleasedItem, b: ReleasedItem): number {
	const [left, right] = [a, b].map(({ day, starts, id }) => `${day} ${starts ?? ''} ${id}`);
	return (left ?? '') < (right ?? '') ? -1 : 1;
}

/** What the public needs a word for and has none: of the forum, or of a theme, workshop, room or item by its id. */
export type MissingWords = { readonly of: 'title' | 'subject' | 'place' } | { readonly of: 'theme' | 'workshop' | 'room' | 'item'; readonly id: string };

/** All words that a release of this plan would lack. */
export function missingWords(plan: ForumPlan): MissingWords[] {
	const isMissing = ({ original, in: found }: Text): boolean => Object.values(found).some((said) => said.trim() === '') || found[original] === undefined;
	const ofForum = (['title', 'subject', 'place'] as const).filter((of) => isMissing(plan[of]));
	const of = (kind: 'theme' | 'workshop' | 'room' | 'item', all: readonly { readonly id: string; readonly title: Text }[]): MissingWords[] => all.filter(({ title }) => isMissing(title)).map(({ id }) => ({ of: kind, id }));
	const told = plan.items.filter((item) => isTold(item) && item.state === 'confirmed');
	const rooms = new Set(told.filter(({ disclosure }) => disclosure === 'public').map(({ room }) => room));
	return [
		...ofForum.map((one) => ({ of: one })),
		...of('theme', plan.themes),
		...of('workshop', plan.themes.flatMap(({ workshops }) => workshops)),
		...of('room', plan.rooms.filter(({ id }) => rooms.has(id)).map(({ id, name }) => ({ id, title: name }))),
		...of('item', told)
	];
}

/** A released forum without somebody, as if they had never been in it. */
export function withoutPerson(forum: ReleasedForum, person: string): ReleasedForum {
	return { ...forum, items: forum.items.map((item) => (item.people.some(({ id }) => id === person) ? { ...item, people: item.people.filter(({ id }) => id !== person) } : item)) };
}

export type ReleaseChange =
	| { readonly kind: 'forum'; readonly fields: readonly ('title' | 'days' | 'place' | 'standing')[] }
	| { readonly kind: 'new' | 'cancelled' | 'back' | 'moved' | 'room' | 'title'; readonly item: ReleasedItem };

/**
 * What is different in the second of two releases, for those who read it. Who is in an item is no difference: nobody's
 * coming or going is told by comparing.
 */
export function changesBetween(before: ReleasedForum, after: ReleasedForum): ReleaseChange[] {
	const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
	const fields = (
		[
			['title', same(before.title, after.title)],
			['days', same([before.startsOn, before.endsOn, before.timeZone], [after.startsOn, after.endsOn, after.timeZone])],
			['place', same(before.place, after.place)],
			['standing', before.standing === after.standing]
		] as const
	).flatMap(([field, isSame]) => (isSame ? [] : [field]));
	const known = new Map(before.items.map((item) => [item.id, item]));
	const items = after.items.flatMap((item): ReleaseChange[] => {
		const old = known.get(item.id);
		if (old === undefined) return item.cancelled ? [] : [{ kind: 'new', item }];
		if (old.cancelled !== item.cancelled) return [{ kind: item.cancelled ? 'cancelled' : 'back', item }];
		if (item.cancelled) return [];
		return [
			...(same([old.day, old.starts, old.ends], [item.day, item.starts, item.ends]) ? [] : [{ kind: 'moved', item } as const]),
			...(same(old.room, item.room) ? [] : [{ kind: 'room', item } as const]),
			...(same(old.title, item.title) ? [] : [{ kind: 'title', item } as const])
		];
	});
	return [...(fields.length > 0 ? [{ kind: 'forum', fields } as const] : []), ...items];
}

const words = v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(2000)));
/** A text that is there in its own language at least. */
const text = v.pipe(
	v.strictObject({ original: v.picklist(languages), in: v.strictObject({ en: words, es: words, fr: words, ar: words }) }),
	v.check(({ original, in: found }) => found[original] !== undefined),
	v.transform(({ original, in: found }): Text => ({ original, in: Object.fromEntries(Object.entries(found).filter(([, said]) => said !== undefined)) }))
);
const day = v.pipe(v.string(), v.isoDate());
const clock = v.nullable(v.pipe(v.string(), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)));
const id = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,59}$/));
const tags = v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?$/))), v.maxLength(20));

/** Somebody who is shown: one line for a name, and an office in the languages that there are. */
export const shownShape = v.strictObject({ id, name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)), office: v.nullable(text) });

/** The shape of a release. What does not fit is refused, and no field is added or left out. */
export const releasedShape = v.pipe(
	v.strictObject({
		slug: v.pipe(v.string(), v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/), v.maxLength(80)),
		ordinal: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
		title: text,
		subject: text,
		place: text,
		timeZone: v.pipe(v.string(), v.check(isTimeZone)),
		startsOn: day,
		endsOn: day,
		standing: v.picklist(forumStandings),
		themes: v.pipe(v.array(v.strictObject({ title: text, workshops: v.pipe(v.array(text), v.maxLength(30)) })), v.maxLength(30)),
		items: v.pipe(
			v.array(
				v.strictObject({
					id,
					day,
					starts: clock,
					ends: clock,
					title: text,
					room: v.nullable(text),
					public: v.boolean(),
					cancelled: v.boolean(),
					recording: v.strictObject({ stream: v.boolean(), archive: v.boolean() }),
					questionsMinutes: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(600))),
					spoken: tags,
					offered: tags,
					people: v.pipe(v.array(v.strictObject({ id, role: v.picklist(forumRoles) })), v.maxLength(200))
				})
			),
			v.maxLength(500)
		)
	}),
	v.check(({ startsOn, endsOn, items }) => startsOn <= endsOn && new Set(items.map((item) => item.id)).size === items.length && items.every(({ starts, ends }) => (starts === null) === (ends === null)))
);
