import { parseSearch } from '#lib/archive/search-request.ts';
import { firstYear, search } from '#lib/archive/server/index.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals.house;
	locals.shows('record');
	const request = parseSearch(url.searchParams);
	if (request.query === '') return { request, answer: undefined, firstYear: await firstYear(locals.house) };
	return { request, answer: await search(db, request, locals.language), firstYear: undefined };
};
