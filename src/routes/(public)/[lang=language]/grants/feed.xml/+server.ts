import { atomOf } from '#lib/archive/feeds.ts';
import { callsFeed } from '#lib/archive/server/index.ts';
import { callsTag } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, url }) => {
	locals.shows('record', callsTag);
	const feed = await callsFeed({ house: locals.house, language: locals.language, origin: url.origin });
	return new Response(atomOf(feed, url.origin + url.pathname), { headers: { 'content-type': 'application/atom+xml; charset=utf-8' } });
};
