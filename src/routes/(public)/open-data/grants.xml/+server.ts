import { error } from '@sveltejs/kit';
import { grantsData } from '#lib/archive/server/index.ts';
import { iatiXml } from '#lib/grants/open-data.ts';
import { releasesTag } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** Pooled grants as IATI 2.03. */
export const GET: RequestHandler = async ({ locals, url }) => {
	locals.shows('record', releasesTag);
	const found = await grantsData(locals.house, url.origin);
	if (found?.publisher === undefined) error(404, 'not found');
	return new Response(iatiXml(found.cells, found.publisher, found.at), { headers: { 'content-type': 'application/xml; charset=utf-8' } });
};
