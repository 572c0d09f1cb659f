import { documentKinds, type DocumentKind } from './forum.ts';
import { isLanguage, type Language } from '#lib/platform/i18n/language.ts';

/** What can be looked for: a forum, a kind of document, what somebody asked at a forum, or a recommendation and what became of it. */
export type EntryKind = DocumentKind | 'forum' | 'question' | 'recommendation';

export interface SearchRequest {
	readonly query: string;
	readonly kind?: EntryKind;
	readonly year?: number;
	readonly language?: Language;
	/** From 1. */
	readonly page: number;
}

/** What the pages of the record read of a query: the search's words and filters, the tracker's, and the agenda's second zone. */
export const recordQueryNames: readonly string[] = ['q', 'kind', 'year', 'language', 'page', 'zone', 'addressee', 'right', 'goal', 'state', 'forum', 'step'];

/** One more than the search takes, which then says that it is too long. */
const longestQuery = 401;
const lastPage = 100;

/** The search that an address asks for. What cannot be read is left out: a search never fails for a wrong filter. */
export function parseSearch(parameters: URLSearchParams): SearchRequest {
	const kind = parameters.get('kind') ?? '';
	const year = parameters.get('year') ?? '';
	const language = parameters.get('language') ?? '';
	const page = Number(parameters.get('page') ?? 1);
	return {
		query: (parameters.get('q') ?? '').slice(0, longestQuery).trim(),
		...(isKind(kind) ? { kind } : {}),
		...(/^\d{4}$/.test(year) ? { year: Number(year) } : {}),
		...(isLanguage(language) ? { language } : {}),
		page: Number.isInteger(page) && page >= 1 && page <= lastPage ? page : 1
	};
}

/** The address of a search, with only what differs from the plainest one. */
export function searchAddress(base: Language, { query, kind, year, language, page }: SearchRequest): string {
	const parameters = new URLSearchParams({ q: query });
	if (kind !== undefined) parameters.set('kind', kind);
	if (year !== undefined) parameters.set('year', String(year));
	if (language !== undefined) parameters.set('language', language);
	if (page > 1) parameters.set('page', String(page));
	return `/${base}/search?${parameters.toString()}`;
}

function isKind(value: string): value is EntryKind {
	return value === 'forum' || value === 'question' || value === 'recommendation' || documentKinds.some((kind) => kind === value);
}
