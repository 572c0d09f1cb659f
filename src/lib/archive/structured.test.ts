import type { EventLeaf } from 'schema-dts';
import { expect, test } from 'vitest';
import { clockChangeForum, forum2018, forum2019, forum2024, forums, hostileForum, item, plainForum, statement, text } from './fixtures.ts';
import type { Forum, ForumDocument } from './forum.ts';
import { documentJsonLd, forumJsonLd, jsonLdText } from './structured.ts';

const origin = 'https://record.example';
const atlanta = 'Atlanta, Georgia, United States';

test('search engines are told of a forum what its page says, with the times of its public items', () => {
	const forum: Forum = { ...clockChangeForum, agenda: clockChangeForum.agenda.filter(({ id }) => ['over-midnight', 'open-end', 'cancelled'].includes(id)) };

	expect(forumJsonLd({ forum, language: 'en', origin })).toEqual({
		'@context': 'https://schema.org',
		'@type': 'Event',
		name: 'A forum across the change of clocks',
		description: 'What wider police powers and weaker courts cost those who defend rights',
		inLanguage: 'en',
		startDate: '2019-11-02',
		endDate: '2019-11-03',
		eventStatus: 'https://schema.org/EventScheduled',
		location: { '@type': 'Place', name: atlanta, address: atlanta },
		organizer: [{ '@type': 'Organization', name: 'The Carter Center' }],
		url: 'https://record.example/en/forums/2019-clock-change',
		subEvent: [
			{
				'@type': 'Event',
				name: 'Vigil over midnight',
				inLanguage: 'en',
				startDate: '2019-11-02T23:30:00-04:00',
				endDate: '2019-11-03T00:30:00-04:00',
				eventStatus: 'https://schema.org/EventScheduled',
				location: { '@type': 'Place', name: 'Garden', address: atlanta },
				url: 'https://record.example/en/forums/2019-clock-change/agenda'
			},
			{
				'@type': 'Event',
				name: 'Nobody knows until when',
				inLanguage: 'en',
				startDate: '2019-11-03T20:00:00-05:00',
				eventStatus: 'https://schema.org/EventScheduled',
				location: { '@type': 'Place', name: atlanta, address: atlanta },
				url: 'https://record.example/en/forums/2019-clock-change/agenda'
			},
			{
				'@type': 'Event',
				name: 'It will not take place',
				inLanguage: 'en',
				startDate: '2019-11-03T11:00:00-05:00',
				endDate: '2019-11-03T12:00:00-05:00',
				eventStatus: 'https://schema.org/EventCancelled',
				location: { '@type': 'Place', name: atlanta, address: atlanta },
				url: 'https://record.example/en/forums/2019-clock-change/agenda'
			}
		]
	});
});

test('a date that is known to the month or the year is not told as a day', () => {
	const dates = (forum: Forum) => [forumJsonLd({ forum, language: 'en', origin }).startDate, forumJsonLd({ forum, language: 'en', origin }).endDate];

	expect(dates(forum2024)).toEqual(['2024-05', '2024-05']);
	expect(dates({ ...plainForum, precision: 'year' })).toEqual(['2003', '2003']);
	expect(dates(plainForum)).toEqual(['2003-11-11', '2003-11-12']);
});

test('an item without times is told as its day, and one that is not public is not told at all', () => {
	expect(forumJsonLd({ forum: forum2019, language: 'ar', origin }).subEvent).toEqual([
		expect.objectContaining({ name: 'الوصول', startDate: '2019-10-12', endDate: '2019-10-12', inLanguage: 'ar' }),
		expect.objectContaining({ startDate: '2019-10-15', endDate: '2019-10-15' }),
		expect.objectContaining({ startDate: '2019-10-15T15:50:00-04:00', endDate: '2019-10-15T17:00:00-04:00' })
	]);
	expect(jsonLdText(forumJsonLd({ forum: clockChangeForum, language: 'en', origin }))).not.toMatch(/CANARY|Closed/);
	expect(forumJsonLd({ forum: plainForum, language: 'en', origin })).not.toHaveProperty('subEvent');
});

test('search engines are given no person, also not who spoke in public', () => {
	const forum: Forum = { ...forum2019, people: [{ name: 'CANARY-NAME', part: 'speaker' }], quotations: [{ form: 'verbatim', words: text('CANARY-WORDS'), by: 'CANARY-BY' }] };

	expect(jsonLdText(forumJsonLd({ forum, language: 'en', origin }))).not.toContain('CANARY');
});

test('a statement is a report whose clauses have their permanent addresses', () => {
	expect(documentJsonLd({ document: statement, language: 'es', origin })).toEqual({
		'@context': 'https://schema.org',
		'@type': 'Report',
		name: 'Una declaración',
		mainEntityOfPage: 'https://record.example/es/forums/2019-clock-change/statement',
		url: 'https://record.example/es/forums/2019-clock-change/statement',
		about: { '@type': 'Event', url: 'https://record.example/es/forums/2019-clock-change' },
		datePublished: '2019-11-04',
		creditText: 'The participants',
		inLanguage: 'en',
		isBasedOn: 'https://newspaper.example/statement',
		hasPart: [
			{ '@type': 'CreativeWork', position: 1, url: 'https://record.example/es/forums/2019-clock-change/statement#clause-1' },
			{ '@type': 'CreativeWork', position: 2, url: 'https://record.example/es/forums/2019-clock-change/statement#clause-2' }
		]
	});
});

test('of a document that the record only tells about, neither clauses nor a language are claimed, and the address is its own', () => {
	const told: ForumDocument = { ...statement, text: 'summary' };
	const { source, ...withoutSource } = told;

	expect(documentJsonLd({ document: told, language: 'en', origin })).toMatchObject({ '@type': 'Report', url: source?.url });
	for (const property of ['hasPart', 'inLanguage', 'isBasedOn']) expect(documentJsonLd({ document: told, language: 'en', origin })).not.toHaveProperty(property);
	expect(documentJsonLd({ document: withoutSource, language: 'en', origin })).not.toHaveProperty('url');
});

test('only a report is called a report, and only a statement has clauses', () => {
	const kinds = (['statement', 'overview-report', 'press-release', 'concept-note', 'speech'] as const).map((kind) => documentJsonLd({ document: { ...statement, kind }, language: 'en', origin }));

	expect(kinds.map((work) => work['@type'])).toEqual(['Report', 'Report', 'NewsArticle', 'CreativeWork', 'CreativeWork']);
	expect(kinds.map((work) => 'hasPart' in work)).toEqual([true, false, false, false, false]);
});

test('no words of an editor can end the script element, and they come back as they were', () => {
	const title = '</script><!-- <script>alert(1) & \u2028\u2029 ]]>';
	for (const forum of [...forums, hostileForum, { ...forum2018, title: text(title), agenda: [item({ id: 'a', day: '2018-07-24', title: text(title) })] }]) {
		const description = forumJsonLd({ forum, language: 'en', origin });

		expect(jsonLdText(description)).not.toMatch(/[<>&\u2028\u2029]/);
		expect(JSON.parse(jsonLdText(description))).toEqual(JSON.parse(JSON.stringify(description)));
	}
});

test('a misspelt property does not compile', () => {
	// @ts-expect-error -- the compiler must refuse this
	const event: EventLeaf = { '@type': 'Event', startDat: '2019-10-12' };

	expect(event['@type']).toBe('Event');
});
