import { lanes, questionStates, refusalReasons } from '#lib/forum/question.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import { count, date, hashtag, languageTag, line, lineOfKey, lines, listOf, oneOf, optional, orElse, pictureFile, required, sentence, shape, slug, stands, text, time, timeZone, webAddress, year, yesOrNo, type FieldsFile } from './fields.ts';
import { documentKinds, type DatePrecision } from './forum.ts';

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

const linkedDocument = shape({ title: required(line), url: required(webAddress) });

const questionCount = shape({ lane: required(oneOf(lanes)), state: required(oneOf(questionStates)), reason: optional(oneOf(refusalReasons)), count: required(count) });

const agendaItem = shape({
	id: required(slug),
	day: required(date),
	starts: optional(time),
	ends: optional(time),
	title: required(text),
	room: optional(text),
	public: orElse(yesOrNo, true),
	cancelled: orElse(yesOrNo, false),
	questionsMinutes: optional(count),
	people: optional(listOf(person).read),
	documents: optional(listOf(linkedDocument).read),
	counts: optional(listOf(questionCount).read)
}, (item, file) => {
	if (item.day !== undefined && precisionOf(item.day) !== 'day') file.report(lineOfKey(file, item, 'day'), '"day" must be a day as 2017-05-08.');
	if (item.ends !== undefined && !stands(file, item, 'starts')) file.report(lineOfKey(file, item, 'ends'), '"ends" needs "starts" beside it.');
});

const photo = shape({ file: required(pictureFile), caption: required(text), credit: required(line), alternative: required(text) });

const recording = shape({ title: required(text), url: required(webAddress), item: optional(slug) });

const coverage = shape({ on: required(date), medium: required(line), title: required(line), language: required(languageTag), url: required(webAddress) }, (one, file) => {
	if (one.on !== undefined && precisionOf(one.on) !== 'day') file.report(lineOfKey(file, one, 'on'), '"on" must be a day as 2017-05-08.');
});

/** The front matter of a forum.md. */
export const forumShape = shape({
	language,
	title: required(text),
	subject: required(text),
	startsOn: required(date),
	endsOn: optional(date),
	place: required(text),
	timeZone: required(timeZone),
	standing: optional(oneOf(['postponed', 'online', 'cancelled'])),
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
	recordings: listOf(recording),
	coverage: optional(listOf(coverage).read)
}, (forum, file) => {
	refuseDates(forum, file);
	refuseAgenda(forum, file);
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

const question = shape({
	number: required(count),
	lane: required(oneOf(lanes)),
	language: required(languageTag),
	words: required(sentence),
	translations: optional(shape({ en: optional(sentence), es: optional(sentence), fr: optional(sentence), ar: optional(sentence) })),
	state: required(oneOf(['approved', 'asked', 'answered'])),
	turn: optional(count),
	votes: optional(count),
	answer: optional(lines)
});

/** The front matter of a file of questions. */
export const questionsShape = shape({ language, questions: listOf(question) });

export type ForumFacts = NonNullable<ReturnType<typeof forumShape>>;

/** How exactly YYYY, YYYY-MM or YYYY-MM-DD says when. */
export function precisionOf(date: string): DatePrecision {
	return date.length === 4 ? 'year' : date.length === 7 ? 'month' : 'day';
}

interface Dates {
	readonly startsOn?: string;
	readonly endsOn?: string;
	readonly agenda?: readonly { readonly id: string; readonly day: string }[];
}

function refuseDates(forum: Dates, file: FieldsFile): void {
	const { startsOn, endsOn } = forum;
	if (startsOn === undefined || endsOn === undefined) return;
	const refuse = (message: string): void => file.report(lineOfKey(file, forum, 'endsOn'), message);
	if (precisionOf(endsOn) !== precisionOf(startsOn)) refuse(`"ends_on" must be as exact as "starts_on": ${startsOn} is a ${precisionOf(startsOn)}.`);
	else if (endsOn < startsOn) refuse(`"ends_on" must not be before "starts_on", ${startsOn}.`);
}

function refuseAgenda({ agenda = [], startsOn, endsOn = startsOn }: Dates, file: FieldsFile): void {
	const ids = new Set<string>();
	for (const item of agenda) {
		if (ids.has(item.id)) file.report(lineOfKey(file, item, 'id'), `The id "${item.id}" stands twice in this agenda; calendars know each item by its own.`);
		ids.add(item.id);
		if (startsOn === undefined || endsOn === undefined || endsOn < startsOn || precisionOf(item.day) !== 'day') continue;
		const isWithin = item.day.slice(0, startsOn.length) >= startsOn && item.day.slice(0, endsOn.length) <= endsOn;
		if (!isWithin) file.report(lineOfKey(file, item, 'day'), `"day" must be within the forum, from ${startsOn} to ${endsOn}.`);
	}
}
