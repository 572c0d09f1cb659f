import type { ClosedRecording, PressCoverage } from '#lib/forum/closing.ts';
import type { ReleasedForum, ReleasedItem, ShownPerson } from '#lib/forum/released.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import type { ForumReport } from '#lib/forum/report.ts';
import { cleanText } from '#lib/platform/text/clean.ts';
import type { AgendaItem, Body, Coverage, Forum, ForumDocument, PublicPerson, Writing } from './forum.ts';
import { proseFrom, safeHref } from './markdown.ts';

/** What closing adds to a forum, and what the press says of it. */
export interface Afterwards {
	readonly participantsAbout: number | null;
	readonly recordings: readonly ClosedRecording[];
	readonly coverage: readonly PressCoverage[];
	/** What the record keeps of items that the public followed, by their id. */
	readonly kept: ReadonlyMap<string, Pick<AgendaItem, 'documents' | 'counts'>>;
}

const nothingYet: Afterwards = { participantsAbout: null, recordings: [], coverage: [], kept: new Map() };

/** A released forum as the record shows it: from the day on which it is announced it stands beside those that were held. */
export function forumFrom(released: ReleasedForum, shown: readonly ShownPerson[], { participantsAbout, recordings, coverage, kept } = nothingYet): Forum {
	const people = new Map(shown.map((person) => [person.id, person]));
	const { slug, title, subject, place, timeZone, startsOn, endsOn, standing, ordinal, themes } = released;
	const agenda = released.items.map((item) => ({ ...itemFrom(item, people), ...kept.get(item.id) }));
	return {
		slug,
		language: title.original,
		title,
		subject,
		summary: bodyOf(subject),
		startsOn,
		endsOn,
		precision: 'day',
		place,
		timeZone,
		...(standing === 'planned' ? {} : { standing }),
		...(ordinal === null ? {} : { ordinal }),
		...(participantsAbout === null ? {} : { participantsAbout }),
		hosts: [],
		people: everybody(agenda),
		themes,
		agenda,
		quotations: [],
		figures: [],
		recordings: recordings.flatMap(({ item, url }) => {
			const recorded = agenda.find(({ id }) => id === item);
			const href = safeHref(url);
			return recorded && href !== undefined ? [{ title: recorded.title, url: href, item }] : [];
		}),
		...(coverage.length > 0 ? { coverage: coverage.flatMap((one): Coverage[] => coverageFrom(one)).toSorted((a, b) => (a.on < b.on ? -1 : 1)) } : {})
	};
}

/** What is quoted in these facts of a forum, but for the words of somebody whom they name among its people and who is not shown any more. */
export function quotationsOfShown({ people, agenda, quotations }: Pick<Forum, 'people' | 'agenda' | 'quotations'>, shown: ReadonlySet<string>): Forum['quotations'] {
	const gone = new Set([...people, ...agenda.flatMap((item) => item.people ?? [])].flatMap(({ name }) => (shown.has(name) ? [] : [name])));
	return quotations.filter(({ by }) => !gone.has(by));
}

function coverageFrom({ on, medium, title, language, url }: PressCoverage): Coverage[] {
	const href = safeHref(url);
	return href === undefined ? [] : [{ on, medium: cleanText(medium), title: cleanText(title), language, url: href }];
}

function itemFrom(item: ReleasedItem, people: ReadonlyMap<string, ShownPerson>): AgendaItem {
	const { id, day, starts, ends, title, room, cancelled, questionsMinutes } = item;
	const shown = item.people.flatMap((one): PublicPerson[] => {
		const person = people.get(one.id);
		return person ? [{ name: person.name, ...(person.office && { office: person.office }), part: partOf[one.role] }] : [];
	});
	return {
		id,
		day,
		...(starts !== null && ends !== null ? { starts, ends } : {}),
		title,
		...(room && { room }),
		public: item.public,
		cancelled,
		...(questionsMinutes === null ? {} : { questionsMinutes }),
		...(shown.length > 0 ? { people: shown } : {})
	};
}

const partOf = { chair: 'chair', speaker: 'speaker', facilitator: 'facilitator', moderator: 'moderator', rapporteur: 'present', observer: 'present', press: 'present', interpreter: 'present' } as const satisfies Record<ReleasedItem['people'][number]['role'], PublicPerson['part']>;

/** Each once, in the first part in which they come. */
function everybody(agenda: readonly AgendaItem[]): PublicPerson[] {
	return [...new Map(agenda.filter(({ cancelled }) => !cancelled).flatMap(({ people = [] }) => people).toReversed().map((person) => [person.name, person])).values()].toReversed();
}

/** One sentence is all that a forum to come has for a summary. */
function bodyOf(subject: Text): Body {
	const written = languages.flatMap((language): [string, Writing][] => {
		const words = subject.in[language];
		return words === undefined ? [] : [[language, literally(words)]];
	});
	return { original: subject.original, in: Object.fromEntries(written) };
}

/** Words that are no Markdown, written so that they come out of it as they are. */
function literally(words: string): Writing {
	const markdown = escaped(words);
	const result = proseFrom(markdown, { numberAs: 'none' });
	if (!result.ok) throw new Error('a sentence in which everything is escaped is no Markdown');
	return { markdown, prose: result.prose };
}

/** One line of words, written so that Markdown means nothing by any of them. */
export function escaped(words: string): string {
	return words.replaceAll(/\s+/g, ' ').trim().replaceAll(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** An overview report as the record shows it; `publishedOn` is the day. Undefined for one that is too long to be a page. */
export function reportFrom({ slug, language, title, introduction, sections }: ForumReport, publishedOn: string): ForumDocument | undefined {
	const paragraphs = (words: string): string[] => words.split('\n').map(escaped).filter(Boolean);
	const markdown = [
		...paragraphs(introduction),
		...sections.flatMap(({ theme, workshops }) => [`## ${escaped(theme)}`, ...workshops.flatMap((workshop) => [`### ${escaped(workshop.title)}`, ...workshop.points.flatMap(paragraphs)])])
	].join('\n\n');
	const result = proseFrom(markdown, { numberAs: 'paragraphs' });
	if (!result.ok) return undefined;
	return { forum: slug, slug: 'overview-report', kind: 'overview-report', language, title: { original: language, in: { [language]: title.trim() } }, text: 'full', publishedOn, body: { original: language, in: { [language]: { markdown, prose: result.prose } } } };
}
