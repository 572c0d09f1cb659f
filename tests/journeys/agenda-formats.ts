import ICAL from 'ical.js';
import { tagsOf } from './html.ts';

/** When something of an agenda is, as one of its formats says; instants in ISO 8601, UTC. */
export interface Slot {
	/** The item's id, or its title where the format has no id. */
	readonly name: string;
	readonly start: string;
	/** The same as `start` where the format says no end. */
	readonly end: string;
}

/** Something that fills a whole day of the venue. */
export interface WholeDay {
	readonly name: string;
	readonly day: string;
}

/** The agenda page: an item's `<time>` elements, and the heading of the day under which it stands. */
export function readAgendaPage(html: string): { slots: Slot[]; wholeDays: WholeDay[] } {
	const items: { name: string; day: string; times: string[] }[] = [];
	let day = '';
	let open: 'heading' | 'item' = 'heading';
	for (const { name, attributes } of tagsOf(html)) {
		if (name === 'section') open = 'heading';
		if (name === 'div' && attributes['id'] !== undefined && day !== '') {
			items.push({ name: attributes['id'], day, times: [] });
			open = 'item';
		}
		if (name === 'time' && open === 'heading') day = attributes['datetime'] ?? '';
		else if (name === 'time') items.at(-1)?.times.push(attributes['datetime'] ?? '');
	}
	const timed = items.filter(({ times }) => times.length > 0);
	return {
		slots: sorted(timed.map(({ name, times: [start = '', end = start] }) => ({ name, start: utc(start), end: utc(end) }))),
		wholeDays: items.filter(({ times }) => times.length === 0).map(({ name, day: on }) => ({ name, day: on }))
	};
}

/** The calendar, as ical.js understands it with the file's own VTIMEZONE; `named` chooses what a slot is called. */
export function readCalendar(ics: string, named: 'id' | 'title'): { slots: Slot[]; wholeDays: WholeDay[] } {
	const calendar = ICAL.Component.fromString(ics);
	const zones = new Map(calendar.getAllSubcomponents('vtimezone').map((zone) => [String(zone.getFirstPropertyValue('tzid')), new ICAL.Timezone(zone)]));
	const slots: Slot[] = [];
	const wholeDays: WholeDay[] = [];
	for (const component of calendar.getAllSubcomponents('vevent')) {
		const event = new ICAL.Event(component);
		const name = named === 'id' ? (event.uid.split('.')[0] ?? '') : event.summary;
		const instant = (property: 'dtstart' | 'dtend', time: ICAL.Time): string => {
			const zone = zones.get(String(component.getFirstProperty(property)?.getFirstParameter('tzid')));
			if (zone === undefined) throw new Error(`${event.uid} is in a zone that the calendar does not define`);
			return new Date(Date.parse(`${time.toString()}Z`) - zone.utcOffset(time) * 1000).toISOString();
		};
		if (event.startDate.isDate) wholeDays.push({ name, day: event.startDate.toString() });
		else slots.push({ name, start: instant('dtstart', event.startDate), end: instant('dtend', event.endDate) });
	}
	return { slots: sorted(slots), wholeDays };
}

interface ScheduleJson {
	readonly schedule: { readonly conference: { readonly days: readonly { readonly rooms: Readonly<Record<string, readonly { title: string; date: string; duration: string; end?: string }[]>> }[] } };
}

/** schedule.json. Its `end` and its `duration` say the same twice: throws where they do not. */
export function readScheduleJson(text: string): Slot[] {
	const { schedule } = JSON.parse(text) as ScheduleJson;
	const events = schedule.conference.days.flatMap(({ rooms }) => Object.values(rooms).flat());
	return sorted(
		events.map(({ title, date, duration, end = date }) => {
			if (utc(end) !== after(date, duration)) throw new Error(`${title} ends at ${end} but lasts ${duration} from ${date}.`);
			return { name: title, start: utc(date), end: utc(end) };
		})
	);
}

/** schedule.xml, whose events say how long they last. */
export function readScheduleXml(xml: string): Slot[] {
	return sorted(
		[...xml.matchAll(/<event [^]*?<\/event>/g)].map(([event]) => {
			const text = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(event)?.[1] ?? '';
			const title = text('title').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
			return { name: title, start: utc(text('date')), end: after(text('date'), text('duration')) };
		})
	);
}

function utc(instant: string): string {
	return new Date(instant).toISOString();
}

/** `duration` is HH:MM. */
function after(instant: string, duration: string): string {
	const [hours = 0, minutes = 0] = duration.split(':').map(Number);
	return new Date(Date.parse(instant) + (hours * 60 + minutes) * 60_000).toISOString();
}

function sorted(slots: readonly Slot[]): Slot[] {
	return slots.toSorted((a, b) => (a.start + a.name < b.start + b.name ? -1 : 1));
}
