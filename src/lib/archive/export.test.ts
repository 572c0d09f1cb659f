import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import { affectedPersons } from '#lib/followup/affected.ts';
import { addresseeKinds, answers, assessors, channels, inOrder, verdicts, type Addressee, type DocumentFollowup, type Entry } from '#lib/followup/recommendation.ts';
import { rights } from '#lib/followup/rights.ts';
import { goalsAndTargets } from '#lib/followup/targets.ts';
import { filesFrom } from './export.ts';
import { recordFrom } from './files.ts';
import { lanes, questionStates, refusalReasons } from '#lib/forum/question.ts';
import { byNumber, documentKinds, type AgendaItem, type Body, type Figure, type Forum, type ForumDocument, type KeptQuestion, type Photo, type Programme, type PublicPerson, type Quotation, type Source, type Writing } from './forum.ts';
import { cleanLines, cleanText } from '#lib/platform/text/clean.ts';
import { proseFrom, safeHref, type Numbering } from './markdown.ts';
import { pictures } from '#lib/platform/photo/photo-samples.ts';
import { clauseNumbers, plainProse } from './prose.ts';
import type { ArchiveRecord } from './record.ts';
import { readFolder } from './server/folder.ts';
import type { Text } from '#lib/platform/i18n/text.ts';

/** Words that YAML or Markdown might take for something else. */
const traps = ['null', '~', 'true', 'No', '0x1F', '1e3', '.inf', '2017', '2017-05-08', '13:30', '- a', '? a', ': a', 'a: b', 'a #b', '#b', '&a', '*a', '!a', '|', '>', '%a', '@a', '`a`', '"a', "'a'", "it's", '{a}', '[a]', 'a,b', '---', '...', '<<', '__proto__', 'a\\', '\u00A0a', 'a\u200F', 'منتدى', 'é', '👩🏽‍💻', 'https://example.org/a'];

const words = fc.oneof(fc.constantFrom(...traps), fc.string({ unit: 'grapheme', maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 10 })).map(cleanText).filter((text) => /[^\s\p{Cf}]/u.test(text));

const language = fc.constantFrom(...languages);

/** Any text: the original may be another language than the file's, also where the file's is there. */
const text: fc.Arbitrary<Text> = fc.record({ original: language, own: words, others: fc.dictionary(language, words, { noNullPrototype: true }) }).map(({ original, own, others }) => ({ original, in: { ...others, [original]: own } }));

function optional<T>(key: string, value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
	return fc.option(value).map((found) => (found === null ? {} : { [key]: found }));
}

const count = fc.integer({ min: 1, max: 1_000_000_000 });
const year = fc.integer({ min: 1800, max: 2199 });
const day = fc.date({ min: new Date('1800-01-01'), max: new Date('2199-12-31'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
const date = fc.tuple(day, fc.constantFrom(4, 7, 10)).map(([full, length]) => full.slice(0, length));
const slug = fc.stringMatching(/^[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}$/);
const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const url = fc.webUrl({ withQueryParameters: true, withFragments: true }).map(safeHref).filter((found) => found !== undefined);
const timeZone = fc.constantFrom('America/New_York', 'UTC', 'Asia/Kolkata');
const source: fc.Arbitrary<Source> = fc.tuple(words, optional('url', url)).map(([name, rest]) => ({ name, ...rest }));
const figure: fc.Arbitrary<Figure> = fc.tuple(count, text, year, optional('countries', count), source).map(([value, unit, of, countries, from]) => ({ value, unit, year: of, ...countries, source: from }));
const quotation: fc.Arbitrary<Quotation> = fc
	.tuple(fc.constantFrom('verbatim', 'reported'), text, words, optional('office', text), optional('saidOn', date), optional('source', source))
	.map(([form, said, by, ...rest]) => Object.assign({ form, words: said, by }, ...rest));
const person: fc.Arbitrary<PublicPerson> = fc.tuple(words, optional('office', text), fc.constantFrom('chair', 'present', 'speaker', 'moderator', 'facilitator')).map(([name, office, part]) => ({ name, ...office, part }));

const markdownPieces = fc.constantFrom('---\n', '\n', '\n\n', '    code\n', '- ', '> ', '# ', '1. a\n', '*', '[a](/b)', '<b>', '```\n', '---', '...', ' \n', '\\', 'مرحبا', '&#x202E;');
const markdown = fc.array(fc.oneof(markdownPieces, words), { minLength: 1, maxLength: 12 }).map((parts) => cleanLines(parts.join('')).replace(/^(?:[ \t]*\n)+/, '').trimEnd());

function body(original: Language, numberAs: Numbering): fc.Arbitrary<Body> {
	const writing: fc.Arbitrary<Writing> = markdown
		.map((text) => ({ text, result: proseFrom(text, { numberAs }) }))
		.filter(({ result }) => result.ok && plainProse(result.prose) !== '' && !result.prose.some(({ kind }) => kind === 'clause'))
		.map(({ text, result }) => ({ markdown: text, prose: result.ok ? result.prose : [] }));
	return fc.tuple(writing, fc.dictionary(language, writing, { maxKeys: 2, noNullPrototype: true })).map(([own, others]) => ({ original, in: { ...others, [original]: own } }));
}

const programme: fc.Arbitrary<Programme> = language.chain((of) =>
	fc.record({
		language: fc.constant(of),
		name: text,
		host: words,
		place: text,
		timeZone,
		firstYear: year,
		introduction: body(of, 'none'),
		figures: fc.array(figure, { maxLength: 2 }),
		quotations: fc.array(quotation, { maxLength: 2 })
	})
);

const dates: fc.Arbitrary<Pick<Forum, 'startsOn' | 'endsOn' | 'precision'>> = fc.tuple(day, day, fc.constantFrom('day', 'month', 'year')).map(([one, other, precision]) => {
	const coarse = (full: string): string => `${full.slice(0, { day: 10, month: 7, year: 4 }[precision])}-01-01`.slice(0, 10);
	const [startsOn = '', endsOn = ''] = [one, other].sort().map(coarse);
	return { startsOn, endsOn, precision };
});

const counted = fc.tuple(fc.record({ lane: fc.constantFrom(...lanes), state: fc.constantFrom(...questionStates), count }), optional('reason', fc.constantFrom(...refusalReasons))).map(([facts, reason]) => ({ ...facts, ...reason }));
const tag = fc.constantFrom('en', 'sw', 'pt-BR', 'und');
const coverage = fc.record({ on: day, medium: words, title: words, language: tag, url });
/** With lines of its own, as an answer that was written afterwards. */
const lines: fc.Arbitrary<Text> = fc.tuple(text, words).map(([said, more]) => ({ original: said.original, in: Object.fromEntries(Object.entries(said.in).map(([of, own]) => [of, cleanLines(`${own}\n\n${more}`).trim()])) }));

function questions(of: Forum): fc.Arbitrary<KeptQuestion[]> {
	const items = of.agenda.filter((one) => one.public).map(({ id }) => id);
	if (items.length === 0) return fc.constant([]);
	const question = fc
		.tuple(fc.record({ item: fc.constantFrom(...items), number: fc.integer({ min: 1, max: 60 }), lane: fc.constantFrom(...lanes), language: tag, words, state: fc.constantFrom('approved', 'asked', 'answered') }), optional('translations', fc.dictionary(language, words, { noNullPrototype: true })), optional('turn', count), optional('votes', count), optional('answer', lines))
		.map(([facts, ...rest]): KeptQuestion => Object.assign({ forum: of.slug, ...facts }, ...rest));
	return fc.uniqueArray(question, { maxLength: 45, selector: ({ item, number }) => `${item}/${number}` });
}

function agenda(days: readonly string[]): fc.Arbitrary<AgendaItem[]> {
	const times = fc.oneof(fc.constant({}), fc.record({ starts: time }), fc.record({ starts: time, ends: time }));
	const item: fc.Arbitrary<AgendaItem> = fc
		.tuple(slug, fc.constantFrom(...days), times, text, optional('room', text), fc.boolean(), fc.boolean(), optional('questionsMinutes', count), optional('documents', fc.array(fc.record({ title: words, url }), { maxLength: 2 })), optional('counts', fc.array(counted, { maxLength: 2 })))
		.map(([id, on, when, title, room, isPublic, cancelled, ...rest]) => Object.assign({ id, day: on, ...when, title, ...room, public: isPublic, cancelled }, ...rest));
	return fc.uniqueArray(item, { maxLength: 3, selector: ({ id }) => id });
}

const stored = Object.entries(pictures).map(([kind, bytes]) => ({ file: `opening.${kind}`, sha256: createHash('sha256').update(bytes).digest('hex'), type: `image/${kind}` as Photo['type'], bytes }));
const photo: fc.Arbitrary<Photo> = fc
	.tuple(fc.constantFrom(...stored), text, words, text)
	.map(([{ file, sha256, type }, caption, credit, alternative]) => ({ file, sha256, type, width: 4, height: 3, caption, credit, alternative }));

const forum: fc.Arbitrary<Forum> = fc.tuple(language, dates).chain(([of, when]) =>
	fc
		.tuple(
			fc.record({
				slug,
				title: text,
				subject: text,
				summary: body(of, 'none'),
				place: text,
				timeZone,
				hosts: fc.array(text, { maxLength: 2 }),
				people: fc.array(person, { maxLength: 2 }),
				themes: fc.array(fc.record({ title: text, workshops: fc.array(text, { maxLength: 2 }) }), { maxLength: 2 }),
				agenda: agenda([when.startsOn, when.endsOn]),
				quotations: fc.array(quotation, { maxLength: 1 }),
				figures: fc.array(figure, { maxLength: 1 }),
				recordings: fc.array(fc.tuple(fc.record({ title: text, url }), optional('item', slug)).map(([facts, item]) => ({ ...facts, ...item })), { maxLength: 1 })
			}),
			optional('ordinal', count),
			optional('countries', count),
			optional('participantsAbout', count),
			optional('hashtag', fc.constantFrom('#Solidarity', '#منتدى', '#a_1')),
			optional('photo', photo),
			optional('coverage', fc.array(coverage, { maxLength: 2 }))
		)
		.map(([facts, ...rest]) => Object.assign({ language: of, ...when, ...facts }, ...rest))
);

function document(of: string): fc.Arbitrary<ForumDocument> {
	return fc.tuple(language, fc.constantFrom(...documentKinds)).chain(([original, kind]) =>
		fc
			.tuple(
				fc.record({ slug, title: text, text: fc.constantFrom('full', 'summary'), body: body(original, kind === 'statement' ? 'clauses' : 'paragraphs') }),
				optional('publishedOn', date),
				optional('by', text),
				optional('source', source)
			)
			.map(([facts, ...rest]) => Object.assign({ forum: of, kind, language: original, ...facts }, ...rest))
	);
}

function bySlug<T extends { readonly slug: string }>(things: readonly T[]): T[] {
	return things.toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
}

const addressees: fc.Arbitrary<Addressee[]> = fc
	.uniqueArray(fc.tuple(fc.record({ id: slug, kind: fc.constantFrom(...addresseeKinds), name: text }), optional('state', fc.constantFrom('GT', 'US', 'TN'))).map(([facts, of]) => ({ ...facts, ...of })), { minLength: 1, maxLength: 3, selector: ({ id }) => id })
	.map((all) => all.toSorted((a, b) => (a.id < b.id ? -1 : 1)));

/** What is recorded of a statement: of each kind of entry at most one, and at the end one that takes the first back. */
function followup({ forum: of, slug: name, body: { in: said, original } }: ForumDocument, ids: readonly string[]): fc.Arbitrary<DocumentFollowup[]> {
	const clauses = clauseNumbers(said[original]?.prose ?? []);
	if (clauses.length === 0) return fc.constant([]);
	const [clause, id] = [fc.constantFrom(...clauses), fc.constantFrom(...ids)];
	const evidence = fc.array(source, { maxLength: 2 });
	const happening = fc.tuple(
		optional('planned', fc.tuple(fc.record({ kind: fc.constant('planned'), to: id, session: words }), optional('on', date)).map(([facts, on]) => ({ ...facts, ...on }))),
		optional('sent', fc.record({ kind: fc.constant('sent'), to: id, on: date, channel: fc.constantFrom(...channels), by: words })),
		optional('response', fc.tuple(fc.record({ kind: fc.constant('response'), from: id, on: date, answer: fc.constantFrom(...answers) }), optional('words', text), optional('document', source)).map(([facts, ...rest]) => Object.assign(facts, ...rest))),
		optional('action', fc.tuple(fc.record({ kind: fc.constant('action'), on: date, what: text, evidence }), optional('by', id)).map(([facts, by]) => ({ ...facts, ...by }))),
		optional('assessment', fc.tuple(fc.record({ kind: fc.constant('assessment'), by: fc.constantFrom(...assessors), name: words, on: date, verdict: fc.constantFrom(...verdicts), evidence }), optional('why', text)).map(([facts, why]) => ({ ...facts, ...why }))),
		optional('coverage', fc.record({ kind: fc.constant('coverage'), on: date, medium: words, title: words, language: fc.constantFrom('und', 'sw', 'pt-BR'), url }))
	);
	return fc
		.tuple(
			fc.uniqueArray(fc.tuple(fc.record({ clause, addressees: fc.array(id), rights: fc.array(fc.constantFrom(...rights())), targets: fc.array(fc.constantFrom(...goalsAndTargets())), themes: fc.array(text, { maxLength: 2 }), affected: fc.array(fc.constantFrom(...affectedPersons)) }), optional('suggested', fc.array(fc.record({ of: fc.constantFrom(...rights(), ...goalsAndTargets()), words: fc.array(words, { maxLength: 2 }) }), { minLength: 1, maxLength: 2 }))).map(([facts, of]) => inOrder({ ...facts, ...of })), { minLength: 1, maxLength: 3, selector: (one) => one.clause }),
			happening,
			fc.tuple(day, text, fc.boolean())
		)
		.map(([all, found, [recordedOn, why, blank]]) => {
			const recommendations = all.toSorted((a, b) => a.clause - b.clause);
			const about = recommendations.map((one) => one.clause);
			const history = found.flatMap((one) => Object.values(one)).map((one, at): Entry => Object.assign({ id: `${of}-${name}-${at}`.slice(-80).replace(/^-/, ''), clauses: about, recordedOn }, one as object) as unknown as Entry);
			const back: Entry[] = history[0] === undefined ? [] : [{ id: `back-${history[0].id}`.slice(0, 80), clauses: about, recordedOn, kind: 'taken-back', of: history[0].id, on: recordedOn, why, blank }];
			return [{ forum: of, document: name, recommendations, history: [...history, ...back] }];
		});
}

const record: fc.Arbitrary<ArchiveRecord> = fc
	.tuple(programme, fc.uniqueArray(forum, { maxLength: 2, selector: ({ slug: name }) => name }).map(bySlug))
	.chain(([about, forums]) =>
		fc.tuple(fc.tuple(...forums.map(({ slug: of }) => fc.uniqueArray(document(of), { maxLength: 2, selector: ({ slug: name }) => name }).map(bySlug))), fc.tuple(...forums.map(questions))).map(([documents, asked]) => {
			const used = forums.map((each) => each.photo?.sha256);
			const photos = stored.filter(({ sha256 }) => used.includes(sha256)).map(({ sha256, bytes, type }) => [sha256, { bytes, type }] as const);
			return { programme: about, forums, documents: documents.flat(), questions: asked.flat().toSorted(byNumber), photos: new Map(photos) };
		})
	)
	.chain((rest) => addressees.chain((all) => fc.tuple(...rest.documents.filter(({ kind }) => kind === 'statement').map((one) => followup(one, all.map(({ id }) => id)))).map((followups) => ({ ...rest, addressees: all, followups: followups.flat() }))));

describe('a record that is taken out', () => {
	test('comes back in as the same record, whatever words stand in it', () => {
		fc.assert(
			fc.property(record, (original) => {
				expect(recordFrom(filesFrom(original))).toEqual({ ok: true, record: original });
			}),
			{ numRuns: 300 }
		);
	});

	test('comes back the same also from a database, which keeps no order of keys', () => {
		const sorted = (value: unknown): unknown => {
			if (Array.isArray(value)) return value.map(sorted);
			if (typeof value !== 'object' || value === null || value instanceof Map) return value;
			return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
		};
		fc.assert(
			fc.property(record, (original) => {
				// Only the order of keys differs, so it is a record still.
				expect(recordFrom(filesFrom(sorted(original) as ArchiveRecord))).toEqual({ ok: true, record: original });
			}),
			{ numRuns: 100 }
		);
	});

	test('is written in the same bytes every time, so that a copy kept under version control shows only real changes', () => {
		fc.assert(
			fc.property(record, (original) => {
				const again = recordFrom(filesFrom(original));

				expect(again.ok && filesFrom(again.record)).toEqual(filesFrom(original));
			}),
			{ numRuns: 50 }
		);
	});

	test('the archive of this repository survives it, every word of it', async () => {
		const files = await readFolder(new URL('../../../archive', import.meta.url).pathname);
		const original = recordFrom(files);
		if (!original.ok) throw new Error(JSON.stringify(original.problems, null, '\t'));
		expect(original.record.forums.length).toBeGreaterThan(0);

		const written = filesFrom(original.record);

		expect(recordFrom(written)).toEqual(original);
		expect([...written.keys()].toSorted()).toEqual([...files.keys()].filter((path) => !path.endsWith('README.md')));
	});

	test('looks as an editor would have written it', () => {
		const en = (own: string): Text => ({ original: 'en', in: { en: own } });
		const body: Body = { original: 'en', in: { en: { markdown: 'What happened.', prose: [] }, es: { markdown: '---\n\nLo que pasó.', prose: [] } } };
		const facts = { language: 'en', place: en('Atlanta'), timeZone: 'America/New_York', figures: [], quotations: [] } as const;
		const forum: Forum = {
			...facts,
			slug: '2017-fear',
			title: { original: 'en', in: { es: 'Libres: del miedo', en: 'Free' } },
			subject: { original: 'es', in: { en: 'Fear', es: 'Miedo' } },
			summary: body,
			startsOn: '2017-01-01',
			endsOn: '2017-01-01',
			precision: 'year',
			hosts: [],
			people: [],
			hashtag: '#Free',
			themes: [],
			agenda: [{ id: 'opening', day: '2017-05-08', starts: '09:30', title: en('Opening'), public: false, cancelled: false }],
			recordings: []
		};

		const files = filesFrom({ programme: { ...facts, name: en('Forum'), host: 'Host', firstYear: 2003, introduction: body }, forums: [forum], documents: [], questions: [], addressees: [], followups: [], photos: new Map() });

		const texts = Object.fromEntries([...files].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]));
		expect(texts).toEqual({
			'programme.md': '---\nlanguage: en\nname: Forum\nhost: Host\nplace: Atlanta\ntime_zone: America/New_York\nfirst_year: 2003\n---\n\nWhat happened.\n',
			'programme.es.md': '\n---\n\nLo que pasó.\n',
			'forums/2017-fear/forum.md':
				'---\nlanguage: en\ntitle:\n  en: Free\n  es: "Libres: del miedo"\nsubject:\n  original: es\n  es: Miedo\n  en: Fear\nstarts_on: 2017\nplace: Atlanta\ntime_zone: America/New_York\nhashtag: "#Free"\nagenda:\n  - id: opening\n    day: 2017-05-08\n    starts: "09:30"\n    title: Opening\n    public: false\n---\n\nWhat happened.\n',
			'forums/2017-fear/forum.es.md': '\n---\n\nLo que pasó.\n'
		});
	});
});
