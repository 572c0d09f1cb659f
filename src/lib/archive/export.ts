import { Document, isScalar, Scalar, visit } from 'yaml';
import type { Entry, Recommendation } from '#lib/followup/recommendation.ts';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import type { Body, DatePrecision, Figure, Forum, ForumDocument, KeptQuestion, Programme, PublicPerson, Quotation, Source } from './forum.ts';
import { beginsFacts } from './front-matter.ts';
import { photoPath, stemOf, type Owner } from './places.ts';
import type { ArchiveRecord } from './record.ts';
import type { Text } from '#lib/platform/i18n/text.ts';

/**
 * The record as files by path, in the form of archive/README.md: `recordFrom(filesFrom(record))` is the same record again.
 * The same record gives the same bytes. Throws where a record breaks its own promise: a body that is missing in its
 * original language, a photo whose bytes are not there.
 */
export function filesFrom(record: ArchiveRecord): Map<string, Uint8Array> {
	const files = new Map<string, Uint8Array>();
	writeGroup(files, { kind: 'programme' }, programmeFacts(record.programme), record.programme.introduction);
	for (const forum of record.forums) {
		writeGroup(files, { kind: 'forum', slug: forum.slug }, forumFacts(forum), forum.summary);
		if (forum.photo === undefined) continue;
		const stored = record.photos.get(forum.photo.sha256);
		if (stored === undefined) throw new Error('A forum names a photo whose bytes are not in the record.');
		files.set(photoPath(forum.slug, forum.photo.file), stored.bytes);
	}
	for (const document of record.documents) {
		writeGroup(files, { kind: 'document', forum: document.forum, slug: document.slug }, documentFacts(document), document.body);
	}
	// Facts alone: whatever language is original stands with each text.
	const facts = (owner: Owner, found: Facts): unknown => files.set(`${stemOf(owner)}.md`, new TextEncoder().encode(`---\n${yamlOf({ language: 'en', ...found })}---\n`));
	if (record.addressees.length > 0) facts({ kind: 'addressees' }, { addressees: record.addressees.map(({ id, kind, name, state }) => ({ id, kind, name: textOf(name, 'en'), state })) });
	for (const { forum, document, recommendations, history } of record.followups) {
		facts({ kind: 'followup', forum, slug: document }, { recommendations: listOf(recommendations, recommendationFacts), history: listOf(history, entryFacts) });
	}
	for (const [place, all] of Map.groupBy(record.questions, ({ forum, item }) => `${forum}/${item}`)) {
		const [forum = '', slug = ''] = place.split('/');
		for (let from = 0; from < all.length; from += questionsInFile) {
			const some = all.slice(from, from + questionsInFile);
			const owner = { kind: 'questions', forum, slug, file: String(from / questionsInFile + 1).padStart(3, '0') } as const;
			files.set(`${stemOf(owner)}.md`, new TextEncoder().encode(`---\n${yamlOf({ language: some[0]?.answer?.original ?? 'en', questions: some.map((one) => questionFacts(one, some[0]?.answer?.original ?? 'en')) })}---\n`));
		}
	}
	return files;
}

/** So few that front matter of the longest questions and answers is still read. */
const questionsInFile = 20;

function questionFacts({ number, lane, language, words, translations, state, turn, votes, answer }: KeptQuestion, ofFile: Language): Facts {
	return { number, lane, language, words, translations: translations && Object.fromEntries(languages.map((each) => [each, translations[each]])), state, turn, votes, answer: textOf(answer, ofFile) };
}

function recommendationFacts({ clause, addressees, rights, targets, themes, affected, suggested }: Recommendation): Facts {
	const plain = <T>(one: T): T => one;
	return {
		clause,
		addressees: listOf(addressees, plain),
		rights: listOf(rights, plain),
		targets: listOf(targets, plain),
		themes: listOf(themes, (theme) => textOf(theme, 'en')),
		affected: listOf(affected, plain),
		suggested: suggested?.map(({ of, words }) => ({ of, words: listOf(words, plain) }))
	};
}

function entryFacts(entry: Entry): Facts {
	const { id, kind, clauses, recordedOn, on } = entry;
	const rest = new Map<string, unknown>(Object.entries(entry));
	return { id, kind, clauses, recorded_on: recordedOn, on: yearAsNumber(on), ...Object.fromEntries(keysOfEntries.map((key) => [key, factOf(rest.get(key))])), kept_back: rest.get('keptBack') };
}

/** In the order in which an editor reads them, whatever order the database gives them back in. */
const keysOfEntries = ['of', 'to', 'from', 'by', 'name', 'session', 'channel', 'answer', 'verdict', 'words', 'what', 'why', 'medium', 'title', 'language', 'country', 'url', 'archived', 'document', 'evidence', 'blank'] as const;

function factOf(value: unknown): unknown {
	if (isText(value)) return textOf(value, 'en');
	if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(factOf);
	return isSource(value) ? { name: value.name, url: value.url } : value;
}

function isSource(value: unknown): value is Source {
	return typeof value === 'object' && value !== null && 'name' in value;
}

function isText(value: unknown): value is Text {
	return typeof value === 'object' && value !== null && 'original' in value && 'in' in value;
}

/** Front matter before it is YAML: undefined values are left out. */
type Facts = Readonly<Record<string, unknown>>;

function writeGroup(files: Map<string, Uint8Array>, owner: Owner, facts: Facts, body: Body): void {
	const encoder = new TextEncoder();
	for (const language of languages) {
		const markdown = body.in[language]?.markdown;
		if (language === body.original) {
			if (markdown === undefined) throw new Error('A text is missing in its original language.');
			files.set(`${stemOf(owner)}.md`, encoder.encode(`---\n${yamlOf(facts)}---\n\n${markdown}\n`));
		} else if (markdown !== undefined) {
			// Empty lines before a text mean nothing.
			const gap = beginsFacts(markdown) ? '\n' : '';
			files.set(`${stemOf(owner)}.${language}.md`, encoder.encode(`${gap}${markdown}\n`));
		}
	}
}

/** One value a line, however long, so that a changed word is one changed line; in quotation marks what README.md says so. */
function yamlOf(facts: Facts): string {
	const document = new Document(facts, { version: '1.2', schema: 'core', aliasDuplicateObjects: false });
	visit(document, {
		Pair(_key, { key, value }) {
			const quoted = isScalar(key) && (key.value === 'starts' || key.value === 'ends' || key.value === 'hashtag');
			if (quoted && isScalar(value)) value.type = Scalar.QUOTE_DOUBLE;
		}
	});
	return document.toString({ lineWidth: 0 });
}

function programmeFacts(programme: Programme): Facts {
	const { language } = programme;
	return {
		language,
		name: textOf(programme.name, language),
		host: programme.host,
		place: textOf(programme.place, language),
		time_zone: programme.timeZone,
		first_year: programme.firstYear,
		figures: listOf(programme.figures, (figure) => figureFacts(figure, language)),
		quotations: listOf(programme.quotations, (quotation) => quotationFacts(quotation, language))
	};
}

function forumFacts(forum: Forum): Facts {
	const { language } = forum;
	const starts = dateOf(forum.startsOn, forum.precision);
	const ends = dateOf(forum.endsOn, forum.precision);
	return {
		language,
		title: textOf(forum.title, language),
		subject: textOf(forum.subject, language),
		starts_on: starts,
		ends_on: ends === starts ? undefined : ends,
		place: textOf(forum.place, language),
		time_zone: forum.timeZone,
		standing: forum.standing,
		ordinal: forum.ordinal,
		hosts: listOf(forum.hosts, (host) => textOf(host, language)),
		people: listOf(forum.people, (person) => personFacts(person, language)),
		countries: forum.countries,
		participants_about: forum.participantsAbout,
		hashtag: forum.hashtag,
		themes: listOf(forum.themes, ({ title, workshops }) => ({
			title: textOf(title, language),
			workshops: listOf(workshops, (workshop) => textOf(workshop, language))
		})),
		agenda: listOf(forum.agenda, (item) => ({
			id: item.id,
			day: item.day,
			starts: item.starts,
			ends: item.ends,
			title: textOf(item.title, language),
			room: textOf(item.room, language),
			public: item.public ? undefined : false,
			cancelled: item.cancelled ? true : undefined,
			questions_minutes: item.questionsMinutes,
			people: item.people && listOf(item.people, (person) => personFacts(person, language)),
			documents: item.documents?.map(({ title, url }) => ({ title, url })),
			counts: item.counts?.map(({ lane, state, reason, count }) => ({ lane, state, reason, count }))
		})),
		quotations: listOf(forum.quotations, (quotation) => quotationFacts(quotation, language)),
		figures: listOf(forum.figures, (figure) => figureFacts(figure, language)),
		photo: forum.photo && {
			file: forum.photo.file,
			caption: textOf(forum.photo.caption, language),
			credit: forum.photo.credit,
			alternative: textOf(forum.photo.alternative, language)
		},
		recordings: listOf(forum.recordings, ({ title, url, item }) => ({ title: textOf(title, language), url, item })),
		coverage: forum.coverage?.map(({ on, medium, title, language: written, url }) => ({ on, medium, title, language: written, url }))
	};
}

function personFacts({ name, office, part }: PublicPerson, language: Language): Facts {
	return { name, office: textOf(office, language), part };
}

function documentFacts(document: ForumDocument): Facts {
	const { language } = document;
	return {
		language,
		title: textOf(document.title, language),
		kind: document.kind,
		text: document.text,
		published_on: yearAsNumber(document.publishedOn),
		by: textOf(document.by, language),
		source: document.source
	};
}

function quotationFacts({ form, words, by, office, saidOn, source }: Quotation, language: Language): Facts {
	return { form, words: textOf(words, language), by, office: textOf(office, language), said_on: yearAsNumber(saidOn), source };
}

function figureFacts({ value, unit, year, countries, source }: Figure, language: Language): Facts {
	return { value, unit: textOf(unit, language), year, countries, source };
}

/** An empty list is left out, as its absence means the same. */
function listOf<T>(items: readonly T[], facts: (item: T) => unknown): unknown[] | undefined {
	return items.length === 0 ? undefined : items.map(facts);
}

/** The shortest form that `text` in fields.ts reads back as the same. */
function textOf(text: Text | undefined, language: Language): unknown {
	if (text === undefined) return undefined;
	const { original } = text;
	const others = languages.filter((other) => other !== original && text.in[other] !== undefined);
	if (original === language && others.length === 0) return text.in[original];
	const said = original !== language && text.in[language] !== undefined ? { original } : {};
	return { ...said, ...Object.fromEntries([original, ...others].map((each) => [each, text.in[each]])) };
}

function dateOf(date: string, precision: DatePrecision): string | number | undefined {
	return yearAsNumber(date.slice(0, { day: 10, month: 7, year: 4 }[precision]));
}

function yearAsNumber(date: string | undefined): string | number | undefined {
	return date?.length === 4 ? Number(date) : date;
}
