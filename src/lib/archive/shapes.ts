import { languages } from '#lib/platform/i18n/language.ts';
import { count, date, hashtag, line, listOf, oneOf, optional, orElse, pictureFile, required, shape, slug, text, time, timeZone, webAddress, year, yesOrNo } from './fields.ts';
import { documentKinds } from './forum.ts';

// What front matter may hold, key by key: archive/README.md in code. `startsOn` here is `starts_on` in a file.

const source = shape({ name: required(line), url: optional(webAddress) });

const figure = shape({
	value: required(count),
	unit: required(text),
	year: required(year),
	countries: optional(count),
	source: required(source)
});

const quotation = shape({
	form: required(oneOf(['verbatim', 'reported'])),
	words: required(text),
	by: required(line),
	office: optional(text),
	saidOn: optional(date),
	source: optional(source)
});

const language = required(oneOf(languages));

/** The front matter of programme.md. */
export const programmeShape = shape({
	language,
	name: required(text),
	place: required(text),
	host: required(line),
	timeZone: required(timeZone),
	firstYear: required(year),
	figures: listOf(figure),
	quotations: listOf(quotation)
});

const person = shape({
	name: required(line),
	office: optional(text),
	part: required(oneOf(['chair', 'present', 'speaker', 'moderator', 'facilitator']))
});

const theme = shape({ title: required(text), workshops: listOf(text) });

const agendaItem = shape({
	id: required(slug),
	day: required(date),
	starts: optional(time),
	ends: optional(time),
	title: required(text),
	room: optional(text),
	public: orElse(yesOrNo, true),
	cancelled: orElse(yesOrNo, false),
	questionsMinutes: optional(count)
});

const photo = shape({ file: required(pictureFile), caption: required(text), credit: required(line), alternative: required(text) });

const recording = shape({ title: required(text), url: required(webAddress) });

/** The front matter of a forum.md. */
export const forumShape = shape({
	language,
	title: required(text),
	subject: required(text),
	startsOn: required(date),
	endsOn: optional(date),
	place: required(text),
	timeZone: required(timeZone),
	ordinal: optional(count),
	hosts: listOf(text),
	people: listOf(person),
	countries: optional(count),
	participantsAbout: optional(count),
	hashtag: optional(hashtag),
	themes: listOf(theme),
	agenda: listOf(agendaItem),
	quotations: listOf(quotation),
	figures: listOf(figure),
	photo: optional(photo),
	recordings: listOf(recording)
});

/** The front matter of a document. */
export const documentShape = shape({
	language,
	title: required(text),
	kind: required(oneOf(documentKinds)),
	text: required(oneOf(['full', 'summary'])),
	publishedOn: optional(date),
	by: optional(text),
	source: optional(source)
});

export type ForumFacts = NonNullable<ReturnType<typeof forumShape>>;
