import { publicPages } from '#lib/archive/server/index.ts';
import { sitemapOf } from '#lib/archive/sitemap.ts';
import { publicItemsTag } from '#lib/forum/server/index.ts';
import { callsTag } from '#lib/grants/server/index.ts';
import { consultationsTag } from '#lib/statement/server/index.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, url }) => {
	locals.shows('record', callsTag, publicItemsTag, consultationsTag);
	const pages = await publicPages(locals.house);
	return new Response(sitemapOf({ origin: url.origin, pages }), { headers: { 'content-type': 'application/xml; charset=utf-8' } });
};
