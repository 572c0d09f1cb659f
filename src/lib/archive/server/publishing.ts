import { forumsWithChanges, openedItems } from '#lib/forum/server/index.ts';
import { recommendationPath } from '#lib/followup/tracker.ts';
import { trackerLines } from '#lib/followup/server/index.ts';
import { publicCalls } from '#lib/grants/server/index.ts';
import { consultations } from '#lib/statement/server/index.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import type { Feed, FeedEntry } from '../feeds.ts';
import { bodyFor, type Forum, type ForumDocument } from '../forum.ts';
import { plainProse } from '../prose.ts';
import { adoptionPath, agendaPath, callPath, changesPath, documentPath, forumPath, pageUrl, publicItemPath, tagUri, type SitemapPage } from '../sitemap.ts';
import { shown } from '#lib/platform/i18n/text.ts';
import { formatDate } from '#lib/platform/time/time.ts';
import { formatDateRange } from '../time.ts';
import { adoptedForums } from './adopting.ts';
import { documentPdf } from './pdf.ts';
import { changes, programme, type Reading } from './reading.ts';

const entriesInFeed = 30;
const summaryLength = 280;

/** What changed last in the record, for feed readers. */
export async function newsFeed({ house, language, origin }: { house: Reading; language: Language; origin: string }): Promise<Feed> {
	const [about, all] = await Promise.all([programme(house), changes(house)]);
	const name = about ? shown(about.name, language).words : 'Steadfast';
	return {
		id: tagUri('/feed', language),
		title: m.feed_title({ programme: name }, { locale: language }),
		language,
		author: about?.host ?? name,
		homeUrl: `${origin}/${language}`,
		entries: all.slice(0, entriesInFeed).map(({ forum, document, changedAt }) => entryOf({ forum, document, changedAt, language, origin }))
	};
}

function entryOf({ forum, document, changedAt, language, origin }: { forum: Forum; document: ForumDocument | undefined; changedAt: Date; language: Language; origin: string }): FeedEntry {
	const path = document ? documentPath(document) : forumPath(forum.slug);
	const body = bodyFor(document?.body ?? forum.summary, language);
	const title = shown(document?.title ?? forum.title, language);
	const words = body ? plainProse(body.prose) : '';
	return {
		id: tagUri(path),
		url: pageUrl({ origin, language, path }),
		title: document ? `${title.words} (${shown(forum.title, language).words})` : title.words,
		language: body?.language ?? title.language,
		updatedAt: changedAt,
		summary: words.length > summaryLength ? `${words.slice(0, summaryLength).replace(/\s+\S*$/, '')} …` : words,
		contentText: words
	};
}

const fixedPaths = ['', '/forums', '/grants', '/grants/open-data', '/people', '/figures', '/followup', '/followup/rights', '/about', '/what-we-protect', '/get-involved', '/newsletter', '/search'];

/** Every public page, for the sitemap. Each exists in all languages; a text that lacks one is shown in its own. */
export async function publicPages(house: Reading): Promise<SitemapPage[]> {
	const [all, calls, opened, changed, adopted, recommendations, consulted] = await Promise.all([changes(house), publicCalls(house), openedItems(house), forumsWithChanges(house), adoptedForums(house), trackerLines(house), consultations(house)]);
	return [
		...fixedPaths.map((path) => ({ path, languages })),
		...calls.map(({ state }) => ({ path: callPath(state.slug), lastmod: state.changedAt, languages })),
		...opened.map(({ forum, item }) => ({ path: publicItemPath(forum, item), languages })),
		...(consulted.length > 0 ? [{ path: '/consultations', languages }] : []),
		...consulted.map(({ slug, changedAt }) => ({ path: `/consultations/${slug}`, lastmod: changedAt, languages })),
		...recommendations.map((line) => ({ path: recommendationPath(line), languages })),
		...all.flatMap(({ forum, document, changedAt }) => {
			if (document) return [{ path: documentPath(document), lastmod: changedAt, languages }];
			const page = { path: forumPath(forum.slug), lastmod: changedAt, languages };
			const kept = forum.agenda.filter(({ id, counts, documents }) => (counts ?? documents) !== undefined && !opened.some((one) => one.forum === forum.slug && one.item === id));
			const more = [...(forum.agenda.length > 0 ? [agendaPath(forum.slug)] : []), ...(changed.includes(forum.slug) ? [changesPath(forum.slug)] : []), ...(adopted.includes(forum.slug) ? [adoptionPath(forum.slug)] : []), ...kept.map(({ id }) => publicItemPath(forum.slug, id))];
			return [page, ...more.map((path) => ({ path, lastmod: changedAt, languages }))];
		})
	];
}

/** A document as a PDF in the asked language, or in the one it has; undefined for one without a text. */
export async function pdfOf({ document, forum, language, origin }: { document: ForumDocument; forum: Forum; language: Language; origin: string }): Promise<Uint8Array | undefined> {
	const body = bodyFor(document.body, language);
	if (!body) return undefined;
	const locale = { locale: body.language };
	const forumTitle = shown(forum.title, body.language);
	return documentPdf({
		title: shown(document.title, body.language),
		byline: {
			...(document.by ? { by: shown(document.by, body.language) } : {}),
			...(document.publishedOn === undefined ? {} : { date: formatDate(document.publishedOn, body.language), day: document.publishedOn })
		},
		language: body.language,
		prose: body.prose,
		origin: { words: `${forumTitle.words} · ${formatDateRange(forum, body.language)}`, language: forumTitle.language },
		address: pageUrl({ origin, language: body.language, path: documentPath(document) }),
		...(document.text === 'summary' ? { notice: m.document_summary_notice({}, locale) } : {}),
		labels: { address: m.pdf_address({}, locale), links: m.pdf_links({}, locale) }
	});
}
