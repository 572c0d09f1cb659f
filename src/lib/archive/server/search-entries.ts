import { affectedLabel } from '#lib/followup/affected.ts';
import type { Addressee, Entry } from '#lib/followup/recommendation.ts';
import { instrumentName, instrumentOf, rightLabel, rightShort } from '#lib/followup/rights.ts';
import type { ToldRecommendation } from '#lib/followup/server/index.ts';
import { targetLabel } from '#lib/followup/targets.ts';
import { recommendationPath } from '#lib/followup/tracker.ts';
import { languagesOfBody, type Forum, type ForumDocument, type KeptQuestion } from '../forum.ts';
import { plainProse } from '../prose.ts';
import type { EntryKind } from '../search-request.ts';
import { documentPath, forumPath, publicItemPath } from '../sitemap.ts';
import { shown, type Text } from '#lib/platform/i18n/text.ts';
import { isLanguage, languages, type Language } from '#lib/platform/i18n/language.ts';

/** One text in one language, as the search finds it. */
export interface SearchEntry {
	/** `forum/<slug>/<language>`, `document/<forum>/<slug>/<language>` `question/<forum>/<item>/<number>/<language>` or `recommendation/<forum>/<document>/<clause>/<language>`. */
	readonly id: string;
	readonly kind: EntryKind;
	readonly language: Language;
	readonly year: number;
	/** YYYY-MM-DD; newer results come first among equals. */
	readonly date: string;
	/** The page's path without its language. */
	readonly path: string;
	readonly title: string;
	readonly body: string;
}

/** A forum in each language that its summary has: title, subject, place, themes, workshops, people, quotations, text. */
export function entriesOfForum(forum: Forum): SearchEntry[] {
	return languagesOfBody(forum.summary).map((language) => {
		const words = (text: Text) => shown(text, language).words;
		const lists = [
			words(forum.place),
			...forum.hosts.map(words),
			...forum.people.map(({ name, office }) => (office ? `${name}, ${words(office)}` : name)),
			...forum.themes.flatMap(({ title, workshops }) => [words(title), ...workshops.map(words)]),
			...forum.agenda.map(({ title }) => words(title)),
			forum.hashtag ?? ''
		];
		const body = [
			words(forum.subject),
			plainProse(forum.summary.in[language]?.prose ?? []),
			...forum.quotations.map((quotation) => words(quotation.words)),
			// Seen in extracts, where names and titles without a sign between them would be one sentence.
			lists.filter((item) => item !== '').join(' · ')
		];
		return {
			id: `forum/${forum.slug}/${language}`,
			kind: 'forum',
			language,
			year: yearOf(forum.startsOn),
			date: forum.startsOn,
			path: forumPath(forum.slug),
			title: words(forum.title),
			body: body.filter((line) => line !== '').join('\n')
		};
	});
}

/** A document in each language that its text has. One without a date counts as of its forum's year. */
export function entriesOfDocument(document: ForumDocument, { startsOn }: Pick<Forum, 'startsOn'>): SearchEntry[] {
	const date = `${document.publishedOn ?? startsOn.slice(0, 4)}-01-01`.slice(0, 10);
	return languagesOfBody(document.body).map((language) => ({
		id: `document/${document.forum}/${document.slug}/${language}`,
		kind: document.kind,
		language,
		year: yearOf(date),
		date,
		path: documentPath(document),
		title: shown(document.title, language).words,
		body: plainProse(document.body.in[language]?.prose ?? [])
	}));
}

/** A question with its answer in each language in which either is; in one that the record has no words for, as of its item's. */
export function entriesOfQuestion({ forum: slug, item, number, language: own, words, translations = {}, answer }: KeptQuestion, forum: Forum): SearchEntry[] {
	const about = forum.agenda.find(({ id }) => id === item)?.title ?? forum.title;
	const found = languages.filter((language) => language === own || translations[language] !== undefined || answer?.in[language] !== undefined);
	return (found.length > 0 ? found : [about.original]).map((language) => ({
		id: `question/${slug}/${item}/${number}/${language}`,
		kind: 'question',
		language,
		year: yearOf(forum.startsOn),
		date: forum.startsOn,
		path: `${publicItemPath(slug, item)}#q-${number}`,
		title: shown(about, language).words,
		body: [(isLanguage(own) && own === language) || translations[language] === undefined ? words : translations[language], answer ? shown(answer, language).words : ''].filter(Boolean).join('\n')
	}));
}

/** A recommendation in each language that its clause has: its words, to whom and on what, and what is recorded of it. */
export function entriesOfRecommendation({ recommendation, words, line, story }: ToldRecommendation, document: ForumDocument, addressees: ReadonlyMap<string, Addressee>): SearchEntry[] {
	return languages.flatMap((language) => {
		const own = words.in[language];
		if (own === undefined) return [];
		const inWords = (text: Text) => shown(text, language).words;
		const lists = [
			...recommendation.addressees.flatMap((id) => (addressees.has(id) ? [inWords(addressees.get(id)!.name)] : [])),
			...recommendation.rights.flatMap((right) => [`${rightShort(right, language)} ${rightLabel(right, language)}`, instrumentName(instrumentOf(right), language)]),
			...recommendation.targets.map((target) => `${target} ${targetLabel(target, language)}`),
			...recommendation.themes.map(inWords),
			...recommendation.affected.map((affected) => affectedLabel(affected, language))
		];
		return [
			{
				id: `recommendation/${line.forum}/${line.document}/${line.clause}/${language}`,
				kind: 'recommendation',
				language,
				year: yearOf(line.madeOn),
				date: `${line.madeOn}-01-01`.slice(0, 10),
				path: recommendationPath(line),
				title: `${inWords(document.title)} (${line.clause})`,
				body: [own, ...story.flatMap(({ entry }) => wordsOf(entry, inWords)), [...new Set(lists)].join(' · ')].filter((found) => found !== '').join('\n')
			}
		];
	});
}

function wordsOf(entry: Entry, inWords: (text: Text) => string): string[] {
	switch (entry.kind) {
		case 'planned':
			return [entry.session ?? ''];
		case 'response':
			return [entry.words ? inWords(entry.words) : '', entry.document?.name ?? ''];
		case 'action':
			return [inWords(entry.what), ...entry.evidence.map(({ name }) => name)];
		case 'assessment':
			return [entry.name ?? '', entry.why ? inWords(entry.why) : ''];
		case 'coverage':
			return [`${entry.title} · ${entry.medium}`];
		case 'sent':
		case 'taken-back':
		case 'blanked':
			return [];
	}
}

function yearOf(date: string): number {
	return Number(date.slice(0, 4));
}
