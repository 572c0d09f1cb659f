import type { CreativeWorkLeaf, DatasetLeaf, NewsArticleLeaf, WithContext } from 'schema-dts';
import type { Addressee } from '#lib/followup/recommendation.ts';
import { articleOf, instrumentName, instrumentOf } from '#lib/followup/rights.ts';
import type { ToldRecommendation } from '#lib/followup/server/index.ts';
import { targetLabel } from '#lib/followup/targets.ts';
import { recommendationPath } from '#lib/followup/tracker.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { shown } from '#lib/platform/i18n/text.ts';
import { clauseId } from './prose.ts';
import { documentPath, pageUrl } from './sitemap.ts';

interface Place {
	readonly addressees: ReadonlyMap<string, Addressee>;
	readonly language: Language;
	readonly origin: string;
}

/** A recommendation as a CreativeWork: part of its statement, for whom, on what, and what the press said of it. See *What search engines are told*. */
export function recommendationJsonLd(told: ToldRecommendation, place: Place): WithContext<CreativeWorkLeaf> {
	return { '@context': 'https://schema.org', ...recommendationLeaf(told, place) };
}

/** All of them as a Dataset, whose table is a file beside it. */
export function followupJsonLd(all: readonly ToldRecommendation[], { name, ...place }: Place & { readonly name: string }): WithContext<DatasetLeaf> {
	const { origin, language } = place;
	return {
		'@context': 'https://schema.org',
		'@type': 'Dataset',
		name,
		description: name,
		url: pageUrl({ origin, language, path: '/followup' }),
		distribution: { '@type': 'DataDownload', encodingFormat: 'text/csv', contentUrl: `${origin}/open-data/followup.csv` },
		hasPart: all.map((told) => recommendationLeaf(told, place))
	};
}

function recommendationLeaf({ recommendation, words, line, story }: ToldRecommendation, { addressees, language, origin }: Place): CreativeWorkLeaf {
	const said = shown(words, language);
	const page = pageUrl({ origin, language, path: recommendationPath(line) });
	const statement = pageUrl({ origin, language, path: documentPath({ forum: line.forum, slug: line.document }) });
	const work: CreativeWorkLeaf = {
		'@type': 'CreativeWork',
		url: page,
		position: line.clause,
		abstract: said.words,
		inLanguage: said.language,
		datePublished: line.madeOn,
		isPartOf: { '@type': 'CreativeWork', url: `${statement}#${clauseId(line.clause)}` }
	};
	const audience = recommendation.addressees.flatMap((id) => addressees.get(id) ?? []);
	if (audience.length > 0) work.audience = audience.map(({ name }) => ({ '@type': 'Audience', name: shown(name, language).words }));
	const citations = recommendation.rights.map((right): CreativeWorkLeaf => ({ '@type': 'CreativeWork', name: instrumentName(instrumentOf(right), language), position: articleOf(right) }));
	if (citations.length > 0) work.citation = citations;
	if (recommendation.targets.length > 0) work.keywords = recommendation.targets.map((target) => `SDG ${target} ${targetLabel(target, language)}`);
	const press = story.flatMap(({ entry, takenBack }): NewsArticleLeaf[] => (entry.kind === 'coverage' && takenBack === undefined ? [{ '@type': 'NewsArticle', headline: entry.title, url: entry.url, datePublished: entry.on, publisher: { '@type': 'Organization', name: entry.medium }, ...(entry.language === 'und' ? {} : { inLanguage: entry.language }), ...(entry.archived === undefined ? {} : { archivedAt: entry.archived }) }] : []));
	if (press.length > 0) work.subjectOf = press;
	return work;
}
