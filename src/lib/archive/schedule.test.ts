import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import { withoutControls } from './feeds.ts';
import { clockChangeForum, clockForwardForum, forum2017, forum2018, forum2019, forum2024, forums, hostileForum, hostileWords, item, plainForum, text, untouched } from './fixtures.ts';
import type { Forum } from './forum.ts';
import { scheduleJsonOf, scheduleXmlOf } from './schedule.ts';

const standards = process.env['STANDARDS_DIR'] ?? join(import.meta.dirname, '../../../../shared/standards');
const xsd = join(standards, 'schedule/schedule.xml.xsd');
const jsonSchema = join(standards, 'schedule/schedule.schema.json');
const noXmllint = spawnSync('xmllint', ['--version']).error !== undefined;
const noXsd = !existsSync(xsd);
const noJsonSchema = !existsSync(jsonSchema);
const xmlSkipped = noXsd ? ' (skipped: no schemas)' : noXmllint ? ' (skipped: no xmllint)' : '';
const jsonSkipped = noJsonSchema ? ' (skipped: no schemas)' : '';

const request = (forum: Forum, language: Language = 'en') => ({ forum, language, origin: 'https://record.example', revisions: untouched(forum) });
const xml = (forum: Forum, language: Language = 'en'): string => scheduleXmlOf(request(forum, language)) ?? '';

interface Json {
	readonly schedule: { readonly version: string; readonly conference: Conference };
}
interface Conference {
	readonly acronym: string;
	readonly start: string;
	readonly end: string;
	readonly daysCount: number;
	readonly time_zone_name?: string;
	readonly rooms: readonly { readonly name: string; readonly guid: string }[];
	readonly days: readonly { readonly date: string; readonly day_start: string; readonly day_end: string; readonly rooms: Readonly<Record<string, readonly JsonEvent[]>> }[];
}
interface JsonEvent {
	readonly guid: string;
	readonly id: number;
	readonly code: string;
	readonly title: string;
	readonly room: string;
	readonly date: string;
	readonly start: string;
	readonly end?: string;
	readonly duration: string;
	readonly slug: string;
	readonly language: string;
	readonly url: string;
}

function json(forum: Forum, language: Language = 'en'): Json {
	// The JSON Schema below holds the shape to this.
	return JSON.parse(scheduleJsonOf(request(forum, language)) ?? 'null') as Json;
}

function eventsOf(forum: Forum, language: Language = 'en'): JsonEvent[] {
	return json(forum, language).schedule.conference.days.flatMap(({ rooms }) => Object.values(rooms).flat());
}

function titles(forum: Forum): string[] {
	return eventsOf(forum).map(({ title }) => title);
}

/** Forums at the edges of what the schemas take: short and odd slugs, a zone that a pattern refuses, any words at all. */
const edges: readonly Forum[] = [
	{ ...forum2018, slug: 'x' },
	{ ...forum2018, slug: '2018' },
	{ ...forum2018, slug: 'Ünïcode-Straße.2018' },
	{ ...forum2018, timeZone: 'Etc/GMT+3' },
	{ ...forum2018, timeZone: 'America/Argentina/Buenos_Aires' },
	{ ...forum2024, agenda: [item({ id: 'a', day: '2024-05-21', starts: '10:00', ends: '10:00', title: text('A whole day and night') })] },
	{ ...forum2018, agenda: forum2018.agenda.map((entry) => ({ ...entry, cancelled: true })) },
	{
		...forum2018,
		slug: 'any-words',
		agenda: fc.sample(fc.string({ unit: 'binary', maxLength: 60 }), { numRuns: 300, seed: 7 }).map((words, n) =>
			item({ id: words + String(n), day: '2018-07-24', starts: '10:00', ends: '10:05', title: text(words), room: text(words) })
		)
	}
];
const every = [...forums, ...edges].flatMap((forum) => languages.map((language) => ({ forum, language, name: `${forum.slug} in ${language}` })));

function validateXml(document: string): { problems: string; status: number | null } {
	const { stderr, status } = spawnSync('xmllint', ['--nonet', '--noout', '--schema', xsd, '-'], { input: document, encoding: 'utf8' });
	return { problems: status === 0 ? '' : stderr, status };
}

test.skipIf(noXsd || noXmllint).each(every)(`schedule.xml of $name is what timetable apps can read${xmlSkipped}`, ({ forum, language }) => {
	expect(validateXml(xml(forum, language))).toEqual({ problems: '', status: 0 });
});

test.skipIf(noXsd || noXmllint)(`the check of schedule.xml would notice a wrong one${xmlSkipped}`, () => {
	expect(validateXml(xml(forum2018).replace('<acronym>', '<acronym>!')).status).not.toBe(0);
});

function validateJson(document: unknown): unknown {
	// Two JSON files, which have no types of their own.
	const draft6 = createRequire(import.meta.url)('ajv/lib/refs/json-schema-draft-06.json') as object;
	const ajv = new Ajv({ allErrors: true, unknownFormats: ['color'], logger: false });
	ajv.addMetaSchema(draft6);
	const schema = JSON.parse(readFileSync(jsonSchema, 'utf8')) as object;
	return ajv.validate(schema, document) === true ? [] : ajv.errors;
}

test.skipIf(noJsonSchema).each(every)(`schedule.json of $name is what timetable apps can read${jsonSkipped}`, ({ forum, language }) => {
	expect(validateJson(json(forum, language))).toEqual([]);
});

test.skipIf(noJsonSchema)(`the check of schedule.json would notice a wrong one${jsonSkipped}`, () => {
	expect(validateJson({ schedule: { version: 'rev 0' } })).not.toEqual([]);
});

function plain(escaped: string): string {
	return escaped.replace(/&(lt|gt|quot|apos|#13|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"', apos: "'", '#13': '\r', amp: '&' })[name] ?? '');
}

/** The events of a schedule.xml, read with patterns: what our own writer puts out, and no XML in general. */
function eventsInXml(document: string): Record<string, string>[] {
	return [...document.matchAll(/<event guid="(.+?)" id="(.+?)" code="(.+?)">(.+?)<\/event>/gs)].map(([, guid = '', id = '', code = '', inner = '']) => ({
		guid,
		id,
		code,
		...Object.fromEntries([...inner.matchAll(/<(\w+)>(.*?)<\/\1>/gs)].map(([, name = '', value = '']) => [name, plain(value)]))
	}));
}

test.each(every)('$name: schedule.xml and schedule.json do not disagree about a single event or day', ({ forum, language }) => {
	const { conference, version } = json(forum, language).schedule;
	const document = xml(forum, language);
	const fromJson = eventsOf(forum, language).map((event) =>
		Object.fromEntries(Object.entries(event).filter(([name, value]) => name !== 'end' && !Array.isArray(value)).map(([name, value]) => [name, String(value)]))
	);

	expect(eventsInXml(document)).toEqual(fromJson);
	expect([...document.matchAll(/<day index="(\d+)" date="(.+?)" start="(.+?)" end="(.+?)">/g)].map((match) => match.slice(2, 5))).toEqual(
		conference.days.map(({ date, day_start, day_end }) => [date, day_start, day_end])
	);
	for (const [name, value] of Object.entries({ version, acronym: conference.acronym, start: conference.start, end: conference.end, days: conference.daysCount })) {
		expect(document).toContain(`<${name}>${value}</${name}>`);
	}
	expect(document.match(/<room name=/g) ?? []).toHaveLength(conference.days.flatMap(({ rooms }) => Object.keys(rooms)).length);
});

test('the concluding session of 2019 is told whole and right', () => {
	expect(eventsOf(forum2019, 'fr')).toEqual([
		{
			// As Python computes them: uuid.uuid5(namespace, '<slug>/item/<id>') and SHA-256 of '<slug>/item/<id>/0'.
			guid: '4520eac5-0dc4-5863-a9f1-0b73cdd4f4ad',
			id: 1135216951,
			code: 'CFFSYF',
			room: 'Atlanta, Géorgie, États-Unis',
			title: 'Séance de clôture : déclaration, remarques, questions écrites de la presse, du public et des internautes',
			subtitle: '',
			type: 'other',
			date: '2019-10-15T15:50:00-04:00',
			start: '15:50',
			end: '2019-10-15T17:00:00-04:00',
			duration: '01:10',
			abstract: '',
			slug: '2019_building_solidarity_toward_equality_for_all-cffsyf',
			track: '',
			language: 'fr',
			url: 'https://record.example/fr/forums/2019-building-solidarity-toward-equality-for-all/agenda',
			persons: [],
			links: []
		}
	]);
});

function identifiers({ guid, id, code, slug }: JsonEvent): object {
	return { guid, id, code, slug };
}

test('identifiers stay when words, times, the language and the host change, and when another item is cancelled or added', () => {
	const changed: Forum = {
		...forum2017,
		agenda: [
			item({ id: 'added', day: '2017-05-08', starts: '09:00', ends: '10:00', title: text('Added') }),
			...forum2017.agenda.map((entry, n) => ({ ...entry, title: text('New'), starts: '08:00', cancelled: n === 0 }))
		]
	};
	const before = eventsOf(forum2017).map(identifiers);
	const after = eventsOf(changed, 'ar').map(identifiers);

	expect(before).toHaveLength(7);
	expect(after).toHaveLength(7);
	expect(after).toEqual(expect.arrayContaining(before.slice(1)));
});

test('two forums with the same item id do not share its identifiers', () => {
	const guids = [forum2017, forum2018].flatMap((forum) => eventsOf(forum)).map(({ guid }) => guid);

	expect(new Set(guids).size).toBe(guids.length);
});

test('items whose hashes meet share neither a number nor a code, and cancelling one changes none of the others', () => {
	// Found by search: the first two begin with the same code, the other two with the same number.
	const agenda = [22178, 55256, 22960, 56527].map((n) => item({ id: `item-${n}`, day: '2018-07-24', starts: '10:00', title: text('x') }));
	const events = eventsOf({ ...forum2018, agenda });
	const withCancelled = eventsOf({ ...forum2018, agenda: agenda.map((entry, n) => ({ ...entry, cancelled: n % 2 === 0 })) });
	const reversed = eventsOf({ ...forum2018, agenda: agenda.toReversed() });

	expect(new Set(events.flatMap(({ id, code }) => [id, code])).size).toBe(8);
	expect(withCancelled.map(identifiers)).toEqual([events[1], events[3]].map((event) => event && identifiers(event)));
	expect(reversed.map(identifiers)).toEqual(events.map(identifiers).toReversed());
});

test('nobody is sent to what is cancelled, and what has no time does not ring at midnight; its day is still there', () => {
	expect(titles(clockChangeForum)).not.toContain('It will not take place');
	expect(titles(forum2019)).toHaveLength(1);
	expect(json(forum2018).schedule.conference).toMatchObject({ start: '2018-07-21', end: '2018-07-24', daysCount: 4 });
	expect(json(forum2019).schedule.conference.days.map(({ date, rooms }) => [date, Object.keys(rooms).length])).toEqual([
		['2019-10-12', 0],
		['2019-10-13', 0],
		['2019-10-14', 0],
		['2019-10-15', 1]
	]);
});

test('a schedule in which everything is cancelled is empty, so that apps forget what they had; a forum without times has none', () => {
	expect(titles({ ...forum2018, agenda: forum2018.agenda.map((entry) => ({ ...entry, cancelled: true })) })).toEqual([]);
	for (const forum of [plainForum, forum2024, { ...forum2019, agenda: forum2019.agenda.slice(0, 3) }]) {
		expect([scheduleXmlOf(request(forum)), scheduleJsonOf(request(forum))]).toEqual([null, null]);
	}
});

test('an item over midnight stays on the day on which it starts, and that day ends with it', () => {
	const [first, second] = json(clockChangeForum).schedule.conference.days;

	expect(Object.keys(first?.rooms ?? {})).toEqual(['Hall', 'Garden']);
	expect([first?.day_start, first?.day_end]).toEqual(['2019-11-02T00:00:00-04:00', '2019-11-03T00:30:00-04:00']);
	expect([second?.day_start, second?.day_end]).toEqual(['2019-11-03T00:00:00-04:00', '2019-11-04T00:00:00-05:00']);
});

test('across the change of clocks durations are what a stopwatch shows, and a time that never comes is moved', () => {
	const by = (forum: Forum, title: string) => eventsOf(forum).find((event) => event.title === title);

	expect(by(clockChangeForum, 'Through the change')).toMatchObject({ date: '2019-11-03T00:45:00-04:00', end: '2019-11-03T02:30:00-05:00', duration: '02:45' });
	expect(by(clockForwardForum, 'At the time that never comes')).toMatchObject({ date: '2019-03-10T03:30:00-04:00', start: '03:30', duration: '00:30' });
	expect(by(clockChangeForum, 'Nobody knows until when')).toMatchObject({ start: '20:00', duration: '00:00' });
	expect(by(clockChangeForum, 'Nobody knows until when')).not.toHaveProperty('end');
});

test('a forum of which only the month is known claims the days of its agenda and not the first of the month', () => {
	const forum = { ...forum2024, agenda: [item({ id: 'a', day: '2024-05-21', starts: '10:00', ends: '11:00', title: text('A') })] };

	expect(json(forum).schedule.conference).toMatchObject({ start: '2024-05-21', end: '2024-05-21', daysCount: 1 });
});

test('a room is the same room in every language, and of an item that is not public the room is not told', () => {
	const rooms = (language: Language) => json(clockChangeForum, language).schedule.conference.rooms;
	const hall = rooms('en').find(({ name }) => name === 'Hall');

	expect(hall?.guid).toBeDefined();
	expect(rooms('es').find(({ name }) => name === 'Sala')?.guid).toBe(hall?.guid);
	expect(titles(clockChangeForum)).toContain('Closed meeting');
	expect(xml(clockChangeForum) + JSON.stringify(json(clockChangeForum))).not.toContain('CANARY');
});

test('nobody is named, also not who spoke in public', () => {
	const forum: Forum = { ...forum2019, people: [{ name: 'CANARY-NAME', part: 'speaker' }] };

	expect(xml(forum) + JSON.stringify(json(forum))).not.toContain('CANARY');
	expect(eventsOf(forum)).toEqual([expect.objectContaining({ persons: [] })]);
});

test('a version rises with the forum’s revision', () => {
	const revisions = { ...untouched(forum2018), '': { changedAt: new Date(0), sequence: 12 } };

	expect(scheduleXmlOf({ ...request(forum2018), revisions })).toContain('<version>rev 12</version>');
	expect(() => scheduleJsonOf({ ...request(forum2018), revisions: {} })).toThrow('revisions');
});

test('no words of an editor can become markup, and a room may be called __proto__', () => {
	expect(titles(hostileForum)).toEqual([withoutControls(hostileWords), '__proto__', 'constructor']);
	expect(xml(hostileForum)).not.toContain('<script');
	expect(xml(hostileForum)).not.toContain(']]>');
	expect(eventsOf(hostileForum)[2]?.room).toBe('__proto__');
});

test.skipIf(noXmllint)(`hostile words come out of XML as they went in${noXmllint ? ' (skipped: no xmllint)' : ''}`, () => {
	const { stdout } = spawnSync('xmllint', ['--nonet', '--xpath', 'string(//event[1]/title)', '-'], { input: xml(hostileForum), encoding: 'utf8' });

	expect(stdout.replace(/\n$/, '')).toBe(withoutControls(hostileWords));
});
