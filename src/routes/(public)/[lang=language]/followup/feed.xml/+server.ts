import { atomOf } from '#lib/archive/feeds.ts';
import { followupFeed } from '#lib/archive/server/index.ts';
import { followupTag } from '#lib/followup/server/index.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, url }) => {
	locals.shows('record', followupTag);
	const feed = await followupFeed({ house: locals.house, language: locals.language, origin: url.origin });
	return new Response(atomOf(feed, url.origin + url.pathname), { headers: { 'content-type': 'application/atom+xml; charset=utf-8' } });
};
