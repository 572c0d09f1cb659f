import { error } from '@sveltejs/kit';
import { grantsData } from '#lib/archive/server/index.ts';
import { pooledCsv } from '#lib/grants/open-data.ts';
import { releasesTag } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** Pooled grants as a table. */
export const GET: RequestHandler = async ({ locals, url }) => {
	locals.shows('record', releasesTag);
	const found = await grantsData(locals.house, url.origin);
	if (found === undefined) error(404, 'not found');
	return new Response(pooledCsv(found.cells, found), { headers: { 'content-type': 'text/csv; charset=utf-8' } });
};
