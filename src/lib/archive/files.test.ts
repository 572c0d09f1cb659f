import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxFileBytes, recordFrom } from './files.ts';
import { cleanPhoto } from '#lib/platform/photo/photo.ts';
import { pictures } from '#lib/platform/photo/photo-samples.ts';
import type { ArchiveRecord, Problem } from './record.ts';

const programme = `---
language: en
name: { en: Human Rights Defenders Forum, ar: منتدى المدافعين }
place: Atlanta
host: The Carter Center
time_zone: America/New_York
first_year: 2003
---

The programme.
`;
const forum = `---
language: en
title: Freedom from Fear
subject: What defenders fear, and what helps.
starts_on: 2017-05-08
ends_on: 2017-05-09
place: Atlanta
time_zone: America/New_York
agenda:
  - id: opening
    day: 2017-05-08
    starts: "09:30"
    ends: "10:00"
    title: Opening
  - id: evening
    day: 2017-05-09
    title: Evening
    public: false
    cancelled: true
photo:
  file: opening.jpg
  caption: The opening
  credit: Somebody
  alternative: People around a table
---

What happened.
`;
const statement = `---
language: en
title: Statement
kind: statement
text: full
published_on: 2017-05
source: { name: The Carter Center, url: "https://example.org/statement" }
---

1. First.
2. Second.
`;

const folder = 'forums/2017-freedom-from-fear';
const good: Readonly<Record<string, string | Uint8Array>> = {
	'README.md': 'Not part of the record.',
	'programme.md': programme,
	'programme.es.md': 'El programa.\n',
	[`${folder}/forum.md`]: forum,
	[`${folder}/opening.jpg`]: pictures.jpeg,
	[`${folder}/documents/statement.md`]: statement,
	[`${folder}/documents/statement.ar.md`]: '1. أولاً.\n2. ثانياً.\n'
};

function read(changes: Readonly<Record<string, string | Uint8Array | undefined>> = {}) {
	const files = new Map<string, Uint8Array>();
	for (const [path, content] of Object.entries({ ...good, ...changes })) {
		if (content !== undefined) files.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
	}
	return recordFrom(files);
}

function problems(changes: Readonly<Record<string, string | Uint8Array | undefined>>): readonly Problem[] {
	const result = read(changes);
	return result.ok ? [] : result.problems;
}

function recordOf(changes: Readonly<Record<string, string | Uint8Array | undefined>> = {}): ArchiveRecord {
	const result = read(changes);
	if (!result.ok) throw new Error(JSON.stringify(result.problems));
	return result.record;
}

/** What is reported when one line of forum.md is another. */
function inForum(line: string, changed: string): readonly Problem[] {
	if (!forum.includes(line)) throw new Error(`forum.md has no ${line}`);
	return problems({ [`${folder}/forum.md`]: forum.replace(line, changed) });
}

function at(line: number, message: string): Problem {
	return { file: `${folder}/forum.md`, line, message: expect.stringContaining(message) };
}

describe('a folder without faults', () => {
	test('becomes the record that it describes', () => {
		const { forums, documents, programme: found, photos } = recordOf();

		const sha256 = createHash('sha256').update(pictures.jpeg).digest('hex');
		const en = (words: string) => ({ original: 'en', in: { en: words } });
		const writing = (markdown: string, words = markdown) => ({ markdown, prose: [{ kind: 'paragraph', inlines: [{ kind: 'text', text: words }] }] });
		const clause = (number: number, words: string) => ({ kind: 'clause', clause: number, blocks: writing(words).prose });
		expect(found).toEqual({
			language: 'en',
			name: { original: 'en', in: { en: 'Human Rights Defenders Forum', ar: 'منتدى المدافعين' } },
			place: en('Atlanta'),
			host: 'The Carter Center',
			timeZone: 'America/New_York',
			firstYear: 2003,
			figures: [],
			quotations: [],
			introduction: { original: 'en', in: { en: writing('The programme.'), es: writing('El programa.') } }
		});
		expect(forums).toEqual([
			{
				slug: '2017-freedom-from-fear',
				language: 'en',
				title: en('Freedom from Fear'),
				subject: en('What defenders fear, and what helps.'),
				summary: { original: 'en', in: { en: writing('What happened.') } },
				startsOn: '2017-05-08',
				endsOn: '2017-05-09',
				precision: 'day',
				place: en('Atlanta'),
				timeZone: 'America/New_York',
				hosts: [],
				people: [],
				themes: [],
				agenda: [
					{ id: 'opening', day: '2017-05-08', starts: '09:30', ends: '10:00', title: en('Opening'), public: true, cancelled: false },
					{ id: 'evening', day: '2017-05-09', title: en('Evening'), public: false, cancelled: true }
				],
				quotations: [],
				figures: [],
				recordings: [],
				photo: { file: 'opening.jpg', sha256, type: 'image/jpeg', width: 4, height: 3, caption: en('The opening'), credit: 'Somebody', alternative: en('People around a table') }
			}
		]);
		expect(documents).toEqual([
			{
				forum: '2017-freedom-from-fear',
				slug: 'statement',
				language: 'en',
				title: en('Statement'),
				kind: 'statement',
				text: 'full',
				publishedOn: '2017-05',
				source: { name: 'The Carter Center', url: 'https://example.org/statement' },
				body: {
					original: 'en',
					in: {
						en: { markdown: '1. First.\n2. Second.', prose: [clause(1, 'First.'), clause(2, 'Second.')] },
						ar: { markdown: '1. أولاً.\n2. ثانياً.', prose: [clause(1, 'أولاً.'), clause(2, 'ثانياً.')] }
					}
				}
			}
		]);
		expect(photos).toEqual(new Map([[sha256, { bytes: pictures.jpeg, type: 'image/jpeg' }]]));
	});

	test('is the same record with Windows line ends, byte order marks and in any order of files', () => {
		const crlf = Object.entries(good).map(([path, content]) => [path, typeof content === 'string' ? `\uFEFF${content.replaceAll('\n', '\r\n')}` : content]);

		expect(recordOf(Object.fromEntries(crlf.toReversed()))).toEqual(recordOf());
	});

	test('may hold README.md and hidden files anywhere, which nobody reads', () => {
		expect(recordOf({ '.git/config': 'x', [`${folder}/README.md`]: 'x', [`${folder}/.DS_Store`]: Uint8Array.of(255), 'forums/.draft/forum.md': 'x' })).toEqual(recordOf());
	});

	test('a month or a year is kept as one and never shown as its first day', () => {
		const dates = (starts: string, ends: string): string => forum.replace('starts_on: 2017-05-08', starts).replace('ends_on: 2017-05-09\n', ends);

		expect(recordOf({ [`${folder}/forum.md`]: dates('starts_on: 2017-05', '') }).forums[0]).toMatchObject({ startsOn: '2017-05-01', endsOn: '2017-05-01', precision: 'month' });
		expect(recordOf({ [`${folder}/forum.md`]: dates('starts_on: 2016', 'ends_on: "2017"\n') }).forums[0]).toMatchObject({ startsOn: '2016-01-01', endsOn: '2017-01-01', precision: 'year' });
	});

	test('forums and documents are sorted by their slugs', () => {
		const forums = { 'forums/b-c/forum.md': forum, 'forums/b-c/opening.jpg': pictures.jpeg, 'forums/b/forum.md': forum, 'forums/b/opening.jpg': pictures.jpeg };
		const documents = { 'forums/b/documents/z-a.md': statement, 'forums/b/documents/z.md': statement, 'forums/b-c/documents/a.md': statement };
		const record = recordOf({ ...forums, ...documents });

		expect(record.forums.map(({ slug }) => slug)).toEqual(['2017-freedom-from-fear', 'b', 'b-c']);
		expect(record.documents.map(({ forum: of, slug }) => `${of} ${slug}`)).toEqual(['2017-freedom-from-fear statement', 'b z', 'b z-a', 'b-c a']);
		expect(record.photos.size).toBe(1);
	});
});

describe('words in several languages', () => {
	function title(yaml: string) {
		return recordOf({ [`${folder}/forum.md`]: forum.replace('title: Freedom from Fear', `title: ${yaml}`) }).forums[0]?.title;
	}

	test('the original is the file\'s language, else the first, else what the editor says', () => {
		expect(title('{ es: Libres, en: Free }')).toEqual({ original: 'en', in: { en: 'Free', es: 'Libres' } });
		expect(title('{ fr: Libres de peur, es: Libres }')).toEqual({ original: 'fr', in: { fr: 'Libres de peur', es: 'Libres' } });
		expect(title('{ original: es, en: Free, es: Libres }')).toEqual({ original: 'es', in: { en: 'Free', es: 'Libres' } });
	});

	test.each([
		['title: {}', 'nothing stands here'],
		['title: { de: Frei }', '"de" is not known here. Allowed are en, es, fr, ar, original.'],
		['title: { en: Free, original: ar }', 'one of the languages that stand beside it'],
		['title: { original: en }', 'one of the languages that stand beside it'],
		['title: { en: Free, es: }', '"title: es" must be text; nothing stands here.'],
		['title: { __proto__: x }', '"__proto__" is not known here'],
		['title: [Free]', 'must be text; found a list'],
		['title: 2017', 'must be text; put it in quotation marks; found number 2017'],
		['title: true', 'found boolean true'],
		['title: ""', 'nothing stands here'],
		['title: "\\u202e\\u0000 \\u200b"', 'nothing stands here'],
		[`title: ${'a'.repeat(5_001)}`, 'at most 5000 characters']
	])('%s is refused with its line', (yaml, message) => {
		expect(inForum('title: Freedom from Fear', yaml)).toEqual([at(3, message)]);
	});

	test('a title that turns the reading direction loses that, also when YAML hides it in an escape', () => {
		expect(title('"a\\u202Eb\\u0007\\ud800\u2066c"')).toEqual({ original: 'en', in: { en: 'abc' } });
	});
});

describe('a mistake in front matter is named with its line and what is allowed', () => {
	test.each([
		['starts_on: 2017-05-08', 'starts_on: 2017-02-29', 5, 'date of the calendar'],
		['starts_on: 2017-05-08', 'starts_on: 8 May 2017', 5, 'date of the calendar as 2017-05-08, 2017-05 or 2017; found "8 May 2017".'],
		['starts_on: 2017-05-08', 'starts_on: 2017-13', 5, 'date of the calendar'],
		['starts_on: 2017-05-08', 'starts_on: 2017-00-10', 5, 'date of the calendar'],
		['starts_on: 2017-05-08', 'starts_on: 2017-05-08T00:00:00Z', 5, 'date of the calendar'],
		['starts_on: 2017-05-08', 'starts_on: 02017', 5, 'date of the calendar'],
		['starts_on: 2017-05-08', 'starts_on: [2017]', 5, 'date of the calendar'],
		['ends_on: 2017-05-09', 'ends_on: 2017-05-07', 6, 'must not be before "starts_on", 2017-05-08'],
		['ends_on: 2017-05-09', 'ends_on: 2017-06', 6, 'as exact as "starts_on"'],
		['time_zone: America/New_York', 'time_zone: America/Atlanta', 8, 'IANA name'],
		['time_zone: America/New_York', 'time_zone: "+05:00"', 8, 'IANA name'],
		['language: en', 'language: de', 2, '"language" must be one of en, es, fr, ar; found "de".'],
		['language: en\n', '', 1, '"language" is missing.'],
		['place: Atlanta', 'place: Atlanta\nordinel: 3', 8, '"ordinel" is not known here; did you mean "ordinal"? Allowed are language, title, subject, starts_on, ends_on, place, time_zone, standing, ordinal, hosts, people, countries, participants_about, hashtag, themes, agenda, quotations, figures, photo, recordings, coverage.'],
		['place: Atlanta', 'place: Atlanta\nplace: Atlanta', 8, '"place" stands here twice.'],
		['place: Atlanta', 'place: Atlanta\n__proto__: { x: 1 }', 8, '"__proto__" is not known here'],
		['place: Atlanta', 'place: Atlanta\nconstructor: x', 8, '"constructor" is not known here'],
		['place: Atlanta', 'place: Atlanta\n<<: { ordinal: 3 }', 8, '"<<" is not known here'],
		['place: Atlanta', 'place: Atlanta\n? [a]\n: b', 8, '"a map or a list" is not known here'],
		['place: Atlanta', 'place: Atlanta\nordinal: 0', 8, 'whole number from 1 to 1000000000; found number 0.'],
		['place: Atlanta', 'place: Atlanta\nordinal: 1.5', 8, 'whole number'],
		['place: Atlanta', 'place: Atlanta\nordinal: 1e3', 8, 'whole number'],
		['place: Atlanta', 'place: Atlanta\nordinal: "3"', 8, 'whole number from 1 to 1000000000; found "3".'],
		['place: Atlanta', 'place: Atlanta\nordinal: .inf', 8, 'whole number'],
		['place: Atlanta', 'place: Atlanta\nordinal: 99999999999999999999', 8, 'whole number'],
		['place: Atlanta', 'place: Atlanta\nhosts: The Carter Center', 8, '"hosts" must be a list'],
		['place: Atlanta', 'place: Atlanta\nhosts:\n  -\n', 9, '"hosts" must be text; nothing stands here'],
		['place: Atlanta', 'place: Atlanta\nhashtag: #Free', 8, 'a # begins a comment unless it stands in quotation marks'],
		['place: Atlanta', 'place: Atlanta\nhashtag: Free', 8, 'a # with letters'],
		['place: Atlanta', 'place: Atlanta\npeople:\n  - name: A\n    part: guest', 10, 'one of chair, present, speaker, moderator, facilitator; found "guest".'],
		['place: Atlanta', 'place: Atlanta\npeople:\n  - part: chair', 9, '"name" is missing in "people".'],
		['place: Atlanta', 'place: Atlanta\nrecordings:\n  - title: A\n    url: javascript:alert(1)', 10, 'begins with https:// or http://'],
		['place: Atlanta', 'place: Atlanta\nrecordings:\n  - title: A\n    url: /en/page', 10, 'begins with https:// or http://'],
		['place: Atlanta', 'place: Atlanta\nrecordings:\n  - title: A\n    url: https://user:secret@example.org', 10, 'no password'],
		['place: Atlanta', 'place: Atlanta\nrecordings:\n  - title: A\n    url: "https://example.org/\\u202ex"', 10, 'begins with https:// or http://'],
		['place: Atlanta', 'place: Atlanta\nfigures:\n  - value: 312\n    unit: killed\n    year: 2017', 9, '"source" is missing in "figures".'],
		['starts: "09:30"', 'starts: 9:30', 12, 'a time as "13:30"'],
		['starts: "09:30"', 'starts: "24:00"', 12, 'a time as "13:30"'],
		['    starts: "09:30"\n', '', 12, '"ends" needs "starts"'],
		['id: evening', 'id: opening', 15, 'The id "opening" stands twice'],
		['id: evening', 'id: Evening', 15, 'small letters'],
		['day: 2017-05-09', 'day: 2017-05-10', 16, 'within the forum, from 2017-05-08 to 2017-05-09'],
		['day: 2017-05-09', 'day: 2017-05-07', 16, 'within the forum'],
		['day: 2017-05-09', 'day: 2017-05', 16, '"day" must be a day'],
		['public: false', 'public: no', 18, 'true or false; found "no"'],
		['file: opening.jpg', 'file: ../../x.jpg', 21, 'beside this one'],
		['file: opening.jpg', 'file: /etc/passwd', 21, 'beside this one'],
		['file: opening.jpg', 'file: "..\\\\x.jpg"', 21, 'beside this one'],
		['file: opening.jpg', 'file: documents/x.jpg', 21, 'beside this one'],
		['file: opening.jpg', 'file: forum.md', 21, 'beside this one'],
		['  caption: The opening\n', '', 20, '"caption" is missing in "photo".'],
		['  alternative: People around a table\n', '', 20, '"alternative" is missing in "photo".'],
		['alternative: People around a table', 'alternative: " "', 24, '"alternative" must be text']
	])('%s → %s', (line, changed, number, message) => {
		const found = inForum(line, changed).filter(({ file }) => file.endsWith('.md'));

		expect(found).toEqual([at(number, message)]);
	});

	test('in a month that is known no further, a day of the agenda must lie in that month', () => {
		const month = forum.replace('starts_on: 2017-05-08\nends_on: 2017-05-09', 'starts_on: 2017-05');

		expect(problems({ [`${folder}/forum.md`]: month })).toEqual([]);
		expect(problems({ [`${folder}/forum.md`]: month.replace('day: 2017-05-09', 'day: 2017-06-01') })).toEqual([at(15, 'within the forum, from 2017-05 to 2017-05')]);
	});

	test('all mistakes of all files are found at once, in the order of files and lines', () => {
		const found = problems({
			'programme.md': programme.replace('2003', 'soon').replace('America/New_York', 'Mars'),
			'programme.es.md': '',
			[`${folder}/forum.md`]: forum.replace('2017-05-09', '2017-05-32').replace('Opening', ''),
			[`${folder}/documents/statement.md`]: `${statement.replace('full', 'half')}2. Third.\n`
		});

		expect(found.map(({ file, line }) => `${file}:${line}`)).toEqual([
			`${folder}/documents/statement.md:5`,
			`${folder}/forum.md:6`,
			`${folder}/forum.md:14`,
			'programme.es.md:1',
			'programme.md:6',
			'programme.md:7'
		]);
	});

	test('a thousand mistakes are counted, two hundred are listed', () => {
		const result = read({ [`${folder}/forum.md`]: forum.replace('agenda:', `hosts:\n${'  - 1\n'.repeat(1_000)}agenda:`) });

		expect(result).toMatchObject({ ok: false, more: 800 });
		expect(result.ok ? [] : result.problems).toHaveLength(200);
	});

	test('what is quoted back from a file cannot steer a terminal', () => {
		const found = [...inForum('place: Atlanta', 'place: Atlanta\n"\\e[2J\\u202E": x'), ...problems({ 'forums/\u001B[2J\u202E.exe': 'x' })];

		expect(found).toHaveLength(2);
		expect(JSON.stringify(found)).not.toMatch(/\\u001b|\\u202e|\u202E/i);
	});
});

describe('YAML that is made to do harm', () => {
	const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.split('').map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]`).join('\n')}`;

	test.each([
		['a bomb of aliases', `hosts: x\n${bomb}`, 'Anchors and aliases'],
		['an anchor that contains itself', 'hosts: &a [*a]', 'Anchors and aliases'],
		['a merge', 'x: &x { ordinal: 1 }\n<<: *x', 'Anchors and aliases'],
		['a tag', 'ordinal: !!js/function "x"', 'Tags (!)'],
		['a tag that is known', 'ordinal: !!int "3"', 'Tags (!)'],
		['nesting in brackets', `hosts: ${'['.repeat(50_000)}`, 'nested deeper'],
		['nesting in braces', `hosts: ${'{a: '.repeat(50_000)}`, 'nested deeper'],
		['nesting in dashes', `hosts:\n  ${'- '.repeat(50_000)}x`, 'nested deeper'],
		['nesting in question marks', `hosts:\n  ${'? '.repeat(50_000)}x`, 'nested deeper'],
		['nesting by indentation', `hosts:\n${Array.from({ length: 500 }, (_, level) => `${' '.repeat(level + 1)}a:\n`).join('')}`, 'nested deeper'],
		['very many keys', Array.from({ length: 20_000 }, (_, index) => `k${index}: x`).join('\n'), 'not known here'],
		['a very long front matter', `subject: ${'a'.repeat(300_001)}`, 'at most 300000'],
		['a second document', 'x: y\n...\nordinal: 1', 'The front matter ends before this line'],
		['no YAML', 'ordinal: "', 'not YAML']
	])('%s is refused quickly', (_name, yaml, message) => {
		const before = process.cpuUsage();

		const found = inForum('place: Atlanta', `place: Atlanta\n${yaml}`);

		const { user, system } = process.cpuUsage(before);
		expect(found).toContainEqual({ file: `${folder}/forum.md`, line: expect.any(Number), message: expect.stringContaining(message) });
		// Against what grows with the square, and not against a slow machine.
		expect((user + system) / 1_000).toBeLessThan(10_000);
	});

	test('no key of a file reaches the prototype of anything', () => {
		inForum('place: Atlanta', 'place: { __proto__: { polluted: yes }, en: Atlanta }\n__proto__: { polluted: yes }\nconstructor: { prototype: { polluted: yes } }');

		expect(Object.prototype).not.toHaveProperty('polluted');
	});
});

describe('files of a folder', () => {
	test.each([
		['a document whose address is the agenda’s', { [`${folder}/documents/agenda.md`]: statement }, [{ file: `${folder}/documents/agenda.md`, message: expect.stringContaining('Choose another name') }]],
		['a file that nobody asked for', { 'notes.txt': 'x' }, [{ file: 'notes.txt', message: expect.stringContaining('no place for this file') }]],
		['a script', { [`${folder}/documents/run.js`]: 'x' }, [{ file: `${folder}/documents/run.js`, message: expect.stringContaining('no place') }]],
		['a path that leads out', { '../programme.md': programme }, [{ file: '../programme.md', message: expect.stringContaining('no place') }]],
		['a path that leads out by hidden names', { '.git/../../README.md': 'x' }, [{ file: '.git/../../README.md', message: expect.stringContaining('no place') }]],
		['a missing programme', { 'programme.md': undefined, 'programme.es.md': undefined }, [{ file: 'programme.md', message: 'This file is missing.' }]],
		['a translation without its original', { [`${folder}/documents/report.es.md`]: 'x' }, [{ file: `${folder}/documents/report.es.md`, message: expect.stringContaining(`${folder}/documents/report.md is missing`) }]],
		['a document without its forum', { 'forums/2018/documents/report.md': statement }, [{ file: 'forums/2018/documents/report.md', message: 'Its forum is missing: forums/2018/forum.md.' }]],
		['a translation into no language of ours', { 'programme.de.md': 'x' }, [{ file: 'programme.de.md', message: '"de" is no language of the record; allowed are en, es, fr, ar.' }]],
		['a translation into a name of every object', { 'programme.constructor.md': 'x' }, [{ file: 'programme.constructor.md', message: expect.stringContaining('no language') }]],
		['a translation into the file\'s own language', { 'programme.en.md': 'x' }, [{ file: 'programme.en.md', message: 'programme.md itself is written in this language.' }]],
		['facts in a translation', { 'programme.es.md': programme }, [{ file: 'programme.es.md', line: 1, message: expect.stringContaining('A translation has no facts') }]],
		['a translation without words', { 'programme.es.md': '\n![](x.png)\n' }, [{ file: 'programme.es.md', line: 2, message: 'The text is missing.' }]],
		['a summary without words', { 'programme.md': programme.replace('The programme.', '') }, [{ file: 'programme.md', line: 11, message: 'The text is missing.' }]],
		['a file without front matter', { 'programme.md': 'Hello' }, [{ file: 'programme.md', line: 1, message: expect.stringContaining('three hyphens') }]],
		['front matter that does not end', { 'programme.md': '---\nlanguage: en\n' }, [{ file: 'programme.md', line: 1, message: expect.stringContaining('three hyphens') }]],
		['empty front matter', { 'programme.md': '---\n---\nHello' }, [{ file: 'programme.md', line: 1, message: expect.stringContaining('This must be a map with language, name') }]],
		['a capital in a slug', { [`${folder}/documents/Report.md`]: statement }, [{ file: `${folder}/documents/Report.md`, message: '"Report" must be small letters a to z, digits and single hyphens, at most 80.' }]],
		['a slug of 81 letters', { [`${folder}/documents/${'a'.repeat(81)}.md`]: statement }, [{ file: `${folder}/documents/${'a'.repeat(81)}.md`, message: expect.stringContaining('at most 80') }]],
		['a picture that nobody names', { [`${folder}/other.png`]: pictures.png }, [{ file: `${folder}/other.png`, message: expect.stringContaining('No forum.md') }]],
		['a photo that is not there', { [`${folder}/opening.jpg`]: undefined }, [{ file: `${folder}/forum.md`, line: 21, message: 'There is no file "opening.jpg" beside this one.' }]],
		['a photo that is none', { [`${folder}/opening.jpg`]: '<svg onload="alert(1)"/>' }, [{ file: `${folder}/opening.jpg`, message: 'This is no JPEG, PNG or WebP picture.' }]],
		['a photo under another kind\'s name', { [`${folder}/opening.jpg`]: pictures.png }, [{ file: `${folder}/opening.jpg`, message: 'This is image/png by its content: name it so.' }]],
		['a photo that is too large', { [`${folder}/opening.jpg`]: new Uint8Array(maxFileBytes.photo + 1) }, [{ file: `${folder}/opening.jpg`, message: 'This file is larger than 5000000 bytes.' }]],
		['a text that is too large', { 'programme.es.md': 'a'.repeat(maxFileBytes.text + 1) }, [{ file: 'programme.es.md', message: 'This file is larger than 1000000 bytes.' }]],
		['bytes that are not UTF-8', { 'programme.es.md': Uint8Array.of(0x61, 0x0a, 0xe1, 0x20) }, [{ file: 'programme.es.md', line: 2, message: expect.stringContaining('not UTF-8') }]],
		['bytes that are not UTF-8 on the first line', { 'programme.es.md': Uint8Array.of(0xff, 0xfe, 0x61, 0x00, 0x0a, 0x00) }, [{ file: 'programme.es.md', line: 1, message: expect.stringContaining('not UTF-8') }]]
	])('%s is refused by name', (_name, changes, expected) => {
		expect(problems(changes)).toEqual(expected);
	});

	test('a line of a text is counted in its file and not in its text', () => {
		expect(problems({ [`${folder}/documents/statement.md`]: statement.replace('2. Second', '\n3. Second') })).toEqual([
			{ file: `${folder}/documents/statement.md`, line: 12, message: expect.stringContaining('numbered 3, but clause 2') }
		]);
		expect(problems({ [`${folder}/documents/statement.ar.md`]: '\n\n1. a\n1. b' }).map(({ line }) => line)).toEqual([4]);
	});

	test('a translation in which a clause is missing would give another clause its address: it is refused', () => {
		expect(problems({ [`${folder}/documents/statement.ar.md`]: '1. أولاً.\n' })).toEqual([
			{ file: `${folder}/documents/statement.ar.md`, message: 'This translation has 1 numbered clauses, the original has 2: each clause keeps its number in every language.' }
		]);
	});

	test('a photo comes out without what the camera noted, and is known by what it is then', () => {
		const canary = 'GPS-CANARY';
		const comment = Uint8Array.from([0xff, 0xfe, 0, canary.length + 2, ...canary].map((byte) => (typeof byte === 'string' ? byte.charCodeAt(0) : byte)));
		const photo = Uint8Array.of(...pictures.jpeg.subarray(0, 2), ...comment, ...pictures.jpeg.subarray(2));
		expect(new TextDecoder('latin1').decode(photo)).toContain(canary);

		const record = recordOf({ [`${folder}/opening.jpg`]: photo });

		expect(record).toEqual(recordOf());
		expect(cleanPhoto(photo)).toMatchObject({ bytes: record.photos.get(record.forums[0]?.photo?.sha256 ?? '')?.bytes });
	});
});

describe('whatever the files hold', () => {
	const piece = fc.constantFrom('---\n', '\n', ': ', '- ', '? ', '{', '}', '[', ']', '"', "'", '|\n', '>-\n', '#', '&a', '*a', '!!str ', '%YAML 1.1\n', '...\n', 'title', 'agenda:\n  - id: a\n', 'starts_on: 2017', '  ', '\t', '\u0000', '\u0002', '\u001F', '\uFEFF', '\r', ',', 'null', '~', '.nan', '__proto__: ');
	const content = fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 40 }).map((parts) => parts.join(''));

	test('reading them gives a record or names a file of the folder, and never throws', () => {
		fc.assert(
			fc.property(content, fc.boolean(), fc.uint8Array({ maxLength: 30 }), (yaml, whole, bytes) => {
				const text = whole ? yaml : forum.replace('place: Atlanta', `place: Atlanta\n${yaml}`);
				const result = read({ [`${folder}/forum.md`]: text, 'programme.es.md': bytes });

				const known = [`${folder}/forum.md`, `${folder}/opening.jpg`, `${folder}/documents/statement.md`, 'programme.es.md'];
				if (!result.ok) expect(result.problems.filter(({ file }) => !known.includes(file))).toEqual([]);
				if (!result.ok) expect(result.problems.length).toBeGreaterThan(0);
			}),
			{ numRuns: 1_500 }
		);
	});
});
