import { createHash } from 'node:crypto';
import { agendaSlot } from '#lib/forum/slot.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { escapeXml, withoutControls } from './feeds.ts';
import type { AgendaItem, Forum, Revisions } from './forum.ts';
import { agendaPath, pageUrl } from './sitemap.ts';
import { shown } from '#lib/platform/i18n/text.ts';
import { dayAfter, instantOf, isoAt, wallTimeIn } from '#lib/platform/time/time.ts';
import { agendaDays } from './time.ts';

/**
 * Note: What conference software is told.
 * schedule.xml and schedule.json are what timetable apps read (github.com/voc/schedule). Both are written from one
 * `Schedule`, so they cannot say different things. The format knows neither *cancelled* nor *the whole day*: a
 * cancelled item is left out, since an app that shows it would send people there, and so is an item without a time,
 * since a made-up 00:00 would be shown and rung as one; its day is there, and the agenda page and the calendar have
 * the item. Persons are never named. An item that is not public has its title and time, and the forum's place for a
 * room.
 */
interface ScheduleRequest {
	readonly forum: Forum;
	readonly language: Language;
	/** `https://record.example`, without a slash at its end. */
	readonly origin: string;
	readonly revisions: Revisions;
}

interface Schedule {
	readonly version: string;
	readonly title: string;
	readonly acronym: string;
	/** Days, YYYY-MM-DD. */
	readonly start: string;
	readonly end: string;
	readonly timeZone: string;
	readonly baseUrl: string;
	readonly url: string;
	readonly days: readonly ScheduleDay[];
}

interface ScheduleDay {
	readonly index: number;
	readonly date: string;
	/** Instants with the venue's offset. An item over midnight belongs to the day on which it starts, which then ends with it. */
	readonly start: string;
	readonly end: string;
	readonly rooms: readonly ScheduleRoom[];
}

interface ScheduleRoom {
	readonly name: string;
	readonly guid: string;
	readonly events: readonly ScheduleEvent[];
}

interface ScheduleEvent extends Identifiers {
	/** Instant with the venue's offset. */
	readonly date: string;
	/** HH:MM at the venue. */
	readonly start: string;
	/** As `date`; not there where the agenda does not say it, and `duration` is then 00:00. */
	readonly end: string | undefined;
	readonly duration: string;
	readonly slug: string;
	readonly title: string;
	readonly language: Language;
}

interface Identifiers {
	readonly guid: string;
	readonly id: number;
	readonly code: string;
}

/** The agenda as schedule.xml. Null where no item has a time: there is nothing to put into a timetable. */
export function scheduleXmlOf(request: ScheduleRequest): string | null {
	const schedule = scheduleOf(request);
	if (schedule === null) return null;
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		'<schedule>',
		`<generator${attributes({ name: generator })}/>`,
		element('version', schedule.version),
		'<conference>',
		element('title', schedule.title),
		element('acronym', schedule.acronym),
		element('start', schedule.start),
		element('end', schedule.end),
		element('days', String(schedule.days.length)),
		element('timeslot_duration', timeslot),
		element('base_url', schedule.baseUrl),
		element('url', schedule.url),
		element('time_zone_name', schedule.timeZone),
		'</conference>',
		...schedule.days.flatMap(({ index, date, start, end, rooms }) => [
			`<day${attributes({ index: String(index), date, start, end })}>`,
			...rooms.flatMap((room) => [
				`<room${attributes({ name: room.name, guid: room.guid })}>`,
				...room.events.map((event) => eventXml(event, room.name, schedule.url)),
				'</room>'
			]),
			'</day>'
		]),
		'</schedule>',
		''
	].join('\n');
}

/** The agenda as schedule.json, which says the same as schedule.xml; null where that is null. */
export function scheduleJsonOf(request: ScheduleRequest): string | null {
	const schedule = scheduleOf(request);
	if (schedule === null) return null;
	return JSON.stringify({
		$schema: 'https://c3voc.de/schedule/schema.json',
		generator: { name: generator },
		schedule: {
			version: schedule.version,
			base_url: schedule.baseUrl,
			conference: {
				acronym: schedule.acronym,
				title: schedule.title,
				start: schedule.start,
				end: schedule.end,
				daysCount: schedule.days.length,
				timeslot_duration: timeslot,
				// The schema's pattern refuses some names of the zone database (`Etc/GMT+3`): those stay in the XML alone.
				...(/^([A-Z][a-z]+\/[A-Z][a-z]+)|UTC$/.test(schedule.timeZone) ? { time_zone_name: schedule.timeZone } : {}),
				url: schedule.url,
				rooms: [...new Map(schedule.days.flatMap(({ rooms }) => rooms.map(({ name, guid }) => [guid, { name, guid }]))).values()],
				days: schedule.days.map(({ index, date, start, end, rooms }) => ({
					index,
					date,
					day_start: start,
					day_end: end,
					// Own properties even for a room named `__proto__`.
					rooms: Object.fromEntries(rooms.map((room) => [room.name, room.events.map((event) => eventJson(event, room.name, schedule.url))]))
				}))
			}
		}
	});
}

const generator = 'Steadfast';
/** The grid that apps draw: agendas keep to quarters and to five minutes. */
const timeslot = '00:05';

function scheduleOf({ forum, language, origin, revisions }: ScheduleRequest): Schedule | null {
	if (!forum.agenda.some(({ starts }) => starts !== undefined)) return null;
	const revision = Object.hasOwn(revisions, '') ? revisions[''] : undefined;
	if (revision === undefined) throw new Error('the revisions of a forum lack the one of the forum as a whole');
	const acronym = acronymOf(forum.slug);
	const identifiers = identifiersOf(forum);
	const agenda = new Map(agendaDays(forum).map(({ day, items }) => [day, items]));
	const dates = [...new Set([...(forum.precision === 'day' ? daysBetween(forum.startsOn, forum.endsOn) : []), ...agenda.keys()])].toSorted();
	return {
		version: `rev ${revision.sequence}`,
		title: withoutControls(shown(forum.title, language).words),
		acronym,
		start: dates[0] ?? forum.startsOn,
		end: dates.at(-1) ?? forum.endsOn,
		timeZone: forum.timeZone,
		baseUrl: origin,
		url: pageUrl({ origin, language, path: agendaPath(forum.slug) }),
		days: dates.map((date, index) => dayOf(date, index + 1))
	};

	function dayOf(date: string, index: number): ScheduleDay {
		const items = (agenda.get(date) ?? []).filter(({ starts, cancelled }) => starts !== undefined && !cancelled);
		const midnight = instantOf({ day: dayAfter(date), time: '00:00', timeZone: forum.timeZone });
		const end = new Date(Math.max(midnight.getTime(), ...items.map((item) => agendaSlot(item, forum).end.getTime())));
		const names = new Set(items.map((item) => roomName(item, language)));
		return {
			index,
			date,
			start: isoAt(instantOf({ day: date, time: '00:00', timeZone: forum.timeZone }), forum.timeZone),
			end: isoAt(end, forum.timeZone),
			rooms: [...names].map((name) => {
				const inRoom = items.filter((item) => roomName(item, language) === name);
				// By the original words, so that a room is the same room in every language.
				const original = inRoom[0] === undefined ? name : roomName(inRoom[0], forum.language);
				return { name, guid: guidOf(`${forum.slug}/room/${original}`), events: inRoom.map(eventOf) };
			})
		};
	}

	function roomName(item: AgendaItem, inLanguage: Language): string {
		return withoutControls(shown(item.public && item.room !== undefined ? item.room : forum.place, inLanguage).words);
	}

	function eventOf(item: AgendaItem): ScheduleEvent {
		const { start, end } = agendaSlot(item, forum);
		const minutes = Math.round((end.getTime() - start.getTime()) / 60_000);
		const ids = identifiers.get(item.id);
		if (ids === undefined) throw new Error('an agenda item has no identifiers');
		const title = shown(item.title, language);
		return {
			...ids,
			date: isoAt(start, forum.timeZone),
			start: wallTimeIn(start, forum.timeZone).time,
			end: end > start ? isoAt(end, forum.timeZone) : undefined,
			duration: `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`,
			slug: `${acronym}-${ids.code.toLowerCase()}`,
			title: withoutControls(title.words),
			language: title.language
		};
	}
}

/** Letters that both schemas take: XML `[a-z0-9_-]{4,}`, JSON without a hyphen after the first letter. */
function acronymOf(forumSlug: string): string {
	return forumSlug
		.toLowerCase()
		.replace(/[^a-z0-9_]/g, '_')
		.padEnd(4, '_');
}

/**
 * Identifiers of the forum's agenda items by their ids: made from slug and id alone, so that they stay when words,
 * times and the host change, and made for cancelled items too, so that cancelling one moves no other. Should two
 * items meet on a number or a code (about one agenda in ten million), the later in the alphabet takes its next one.
 */
function identifiersOf(forum: Forum): ReadonlyMap<string, Identifiers> {
	const identifiers = new Map<string, Identifiers>();
	const taken = new Set<number | string>();
	for (const itemId of forum.agenda.map(({ id }) => id).toSorted()) {
		const name = `${forum.slug}/item/${itemId}`;
		let attempt = 0;
		let numbers = numbersOf(name, attempt);
		while (taken.has(numbers.id) || taken.has(numbers.code)) numbers = numbersOf(name, ++attempt);
		taken.add(numbers.id).add(numbers.code);
		identifiers.set(itemId, { guid: guidOf(name), ...numbers });
	}
	return identifiers;
}

/** A positive number that fits the 32 signed bits of Android apps, and six of `[0-9A-Z]`. */
function numbersOf(name: string, attempt: number): { id: number; code: string } {
	const hash = createHash('sha256').update(`${name}/${attempt}`).digest();
	const id = Math.max(1, hash.readUInt32BE(0) >>> 1);
	const code = (hash.readUInt32BE(4) % 36 ** 6).toString(36).toUpperCase().padStart(6, '0');
	return { id, code };
}

const namespace = Buffer.from('6f1c9f3e0b7d4a52934e2d8c51a7e0b4', 'hex');

/** A UUID of version 5 (RFC 9562, section 5.5): the same name gives the same UUID for ever. */
function guidOf(name: string): string {
	const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
	bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
	bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
	return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function daysBetween(first: string, last: string): string[] {
	const days = [first];
	for (let day = first; day < last; day = dayAfter(day)) days.push(dayAfter(day));
	return days;
}

function eventXml(event: ScheduleEvent, room: string, url: string): string {
	return [
		`<event${attributes({ guid: event.guid, id: String(event.id), code: event.code })}>`,
		element('room', room),
		element('title', event.title),
		element('subtitle', ''),
		element('type', 'other'),
		element('date', event.date),
		element('start', event.start),
		element('duration', event.duration),
		element('abstract', ''),
		element('slug', event.slug),
		element('track', ''),
		element('language', event.language),
		element('url', url),
		'</event>'
	].join('\n');
}

function eventJson({ guid, id, code, ...event }: ScheduleEvent, room: string, url: string): Record<string, unknown> {
	return {
		guid,
		id,
		code,
		room,
		title: event.title,
		subtitle: '',
		type: 'other',
		date: event.date,
		start: event.start,
		...(event.end === undefined ? {} : { end: event.end }),
		duration: event.duration,
		abstract: '',
		slug: event.slug,
		track: '',
		language: event.language,
		url,
		persons: [],
		links: []
	};
}

function attributes(values: Readonly<Record<string, string>>): string {
	return Object.entries(values)
		.map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
		.join('');
}

function element(name: string, text: string): string {
	return `<${name}>${escapeXml(text)}</${name}>`;
}
