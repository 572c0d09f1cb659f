import type { Language } from '#lib/platform/i18n/language.ts';
import type { Segment } from '#lib/platform/text/extracts.ts';
import type { EntryKind } from './search-request.ts';

export interface SearchResult {
	/** The page's path without its language. */
	readonly path: string;
	readonly kind: EntryKind;
	readonly title: string;
	readonly language: Language;
	readonly year: number;
	readonly extract: readonly Segment[];
}

/** How many results there would be with this filter instead of the chosen one of its sort. */
export interface FacetCount<Value> {
	readonly value: Value;
	readonly count: number;
}

export interface Facets {
	/** Most first. */
	readonly kind: readonly FacetCount<EntryKind>[];
	/** Newest first. */
	readonly year: readonly FacetCount<number>[];
	/** In the interface's order. */
	readonly language: readonly FacetCount<Language>[];
}

export interface SearchAnswer {
	/** At most 20. */
	readonly results: readonly SearchResult[];
	/** All that match, with the filters. */
	readonly total: number;
	/** There are more than `total`; the facets, too, then count only the ones that were looked at. */
	readonly more: boolean;
	readonly hasNext: boolean;
	readonly facets: Facets;
	/** Nothing matched what was typed, which looks misspelt: these are the results for this instead. */
	readonly corrected?: string;
	/** Why there are no results. `no-words`: nothing but signs, exclusions or words that every text has. */
	readonly empty?: 'no-words' | 'too-long' | 'nothing-found';
}
