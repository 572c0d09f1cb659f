import { search } from '#lib/archive/server/index.ts';
import { parseSearch } from '#lib/archive/search-request.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	locals.shows('record');
	const request = parseSearch(url.searchParams);
	const answer = request.query === '' ? undefined : await search(locals.house.db, request, locals.language);
	return { request, answer };
};
