import { recordQueryNames } from '#lib/archive/search-request.ts';

/**
 * What stays of an address's query when the reader changes the language, `?q=peace` or nothing: only what pages read.
 * A page is kept for everybody under those parts alone (platform/http/addressing.ts), so nothing else of one visitor's
 * address may get into it.
 */
export function keptQuery(asked: Pick<URLSearchParams, 'get'>): string {
	const kept = new URLSearchParams();
	for (const name of recordQueryNames) {
		const value = asked.get(name);
		if (value !== null && value !== '') kept.set(name, value);
	}
	return kept.size === 0 ? '' : `?${kept.toString()}`;
}
