import type { CallState } from '#lib/grants/call-log.ts';
import { deadlineWords } from '#lib/grants/deadline-words.ts';
import { publicCalls } from '#lib/grants/server/index.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { Language } from '#lib/platform/i18n/language.ts';
import { shown } from '#lib/platform/i18n/text.ts';
import { formatDate } from '#lib/platform/time/time.ts';
import { deadlinesCalendar } from '../call-calendar.ts';
import type { Feed, FeedEntry } from '../feeds.ts';
import { plainProse } from '../prose.ts';
import { callPath, pageUrl, tagUri } from '../sitemap.ts';
import { callProse } from './call-prose.ts';
import { documentPdf } from './pdf.ts';
import { programme, type Reading } from './reading.ts';

interface Asked {
	readonly house: Reading;
	readonly language: Language;
	readonly origin: string;
}

const entriesInFeed = 50;

/** Calls and their extensions for feed readers, the latest first. */
export async function callsFeed({ house, language, origin }: Asked): Promise<Feed> {
	const [about, calls] = await Promise.all([programme(house), publicCalls(house)]);
	const name = about ? shown(about.name, language).words : 'Steadfast';
	const entries = calls.flatMap(({ state }) => [publication(state, { language, origin }), ...extensions(state, { language, origin })]);
	return {
		id: tagUri('/grants/feed', language),
		title: m.grants_feed_title({ programme: name }, { locale: language }),
		language,
		author: about?.host ?? name,
		homeUrl: pageUrl({ origin, language, path: '/grants' }),
		entries: entries.toSorted((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime()).slice(0, entriesInFeed)
	};
}

function publication(state: CallState, { language, origin }: Omit<Asked, 'house'>): FeedEntry {
	const path = callPath(state.slug);
	const title = shown(state.content.title, language);
	return {
		id: tagUri(path),
		url: pageUrl({ origin, language, path }),
		title: title.words,
		language: title.language,
		publishedAt: state.publishedAt,
		updatedAt: state.changedAt,
		summary: shown(state.content.summary, title.language).words,
		contentText: plainProse(callProse(state, title.language))
	};
}

function extensions(state: CallState, { language, origin }: Omit<Asked, 'house'>): FeedEntry[] {
	const path = callPath(state.slug);
	return state.extensions.map(({ from, to, why, at }, index) => {
		const words = m.grants_extension({ on: formatDate(at.toISOString().slice(0, 10), language), from: deadlineWords(from, language), to: deadlineWords(to, language) }, { locale: language });
		return {
			id: tagUri(`${path}/extension-${index + 1}`),
			url: `${pageUrl({ origin, language, path })}#extension-${index + 1}`,
			title: m.grants_extension_entry({ call: shown(state.content.title, language).words }, { locale: language }),
			language,
			publishedAt: at,
			updatedAt: at,
			summary: words,
			contentText: `${words}\n${shown(why, language).words}`
		};
	});
}

/** The call document as a PDF, in the asked language or in the one that the call has. The same for the same state of the call. */
export async function callPdf(state: CallState, { house, language: asked, origin }: Asked): Promise<Uint8Array> {
	const title = shown(state.content.title, asked);
	const { language } = title;
	const locale = { locale: language };
	const about = await programme(house);
	const kind = state.kind === 'rapid' ? m.grants_kind_rapid({}, locale) : m.grants_kind_call({}, locale);
	const name = about && shown(about.name, language).words;
	const day = state.publishedAt.toISOString().slice(0, 10);
	return documentPdf({
		title,
		byline: { ...(about ? { by: { words: about.host, language } } : {}), date: m.grants_published({ on: formatDate(day, language) }, locale), day },
		language,
		prose: callProse(state, language),
		origin: { words: name === undefined ? kind : `${name} · ${kind}`, language },
		address: pageUrl({ origin, language, path: callPath(state.slug) }),
		...(state.deadline === null ? {} : { notice: m.grants_pdf_live({}, locale) }),
		labels: { address: m.pdf_address({}, locale), links: m.pdf_links({}, locale) }
	});
}

/** The deadlines of all calls as a calendar; null where there never was one. */
export async function allDeadlines({ house, language, origin }: Asked): Promise<string | null> {
	const calls = await publicCalls(house);
	return deadlinesCalendar({ calls: calls.map(({ state }) => state), name: { words: m.grants_deadlines_title({}, { locale: language }), language }, language, origin });
}
