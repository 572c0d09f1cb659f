import type { Entry } from '#lib/followup/recommendation.ts';
import { addresseesById, latestEntries } from '#lib/followup/server/index.ts';
import { entryTitle } from '#lib/followup/say.ts';
import { recommendationPath } from '#lib/followup/tracker.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import { inLanguage } from '#lib/platform/i18n/current-language.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { shown, type Text } from '#lib/platform/i18n/text.ts';
import type { Feed, FeedEntry } from '../feeds.ts';
import { pageUrl, tagUri } from '../sitemap.ts';
import { programme, type Reading } from './reading.ts';

const entriesInFeed = 30;

/** What was recorded last of any recommendation, for feed readers. */
export async function followupFeed({ house, language, origin }: { readonly house: Reading; readonly language: Language; readonly origin: string }): Promise<Feed> {
	const [about, latest, addressees] = await Promise.all([programme(house), latestEntries(house, { most: entriesInFeed }), addresseesById(house)]);
	const name = about ? shown(about.name, language).words : 'Steadfast';
	const inWords = (text: Text): string => shown(text, language).words;
	const nameOf = (id: string): string => {
		const found = addressees.get(id);
		return found ? inWords(found.name) : id;
	};
	return {
		id: tagUri('/followup/feed', language),
		title: m.followup_feed_title({ programme: name }, { locale: language }),
		language,
		author: about?.host ?? name,
		homeUrl: pageUrl({ origin, language, path: '/followup' }),
		entries: inLanguage(language, () =>
			latest.map(({ entry, forum, document, words }): FeedEntry => {
				const path = recommendationPath({ forum, document, clause: entry.clauses[0] ?? 1 });
				const recordedAt = new Date(`${entry.recordedOn}T00:00:00Z`);
				return {
					id: tagUri(`/followup/${entry.id}`),
					url: `${pageUrl({ origin, language, path })}#${entry.id}`,
					title: entryTitle(entry, nameOf),
					language,
					updatedAt: recordedAt,
					publishedAt: recordedAt,
					summary: inWords(words),
					contentText: [...wordsOf(entry, inWords), inWords(words)].join('\n\n')
				};
			})
		)
	};
}

function wordsOf(entry: Entry, inWords: (text: Text) => string): string[] {
	switch (entry.kind) {
		case 'response':
			return entry.words ? [inWords(entry.words)] : [];
		case 'action':
			return [inWords(entry.what)];
		case 'assessment':
			return entry.why ? [inWords(entry.why)] : [];
		case 'coverage':
			return [entry.medium];
		case 'planned':
		case 'sent':
		case 'taken-back':
		case 'blanked':
			return [];
	}
}
