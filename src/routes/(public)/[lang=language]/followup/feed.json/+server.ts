import { jsonFeedOf } from '#lib/archive/feeds.ts';
import { followupFeed } from '#lib/archive/server/index.ts';
import { followupTag } from '#lib/followup/server/index.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, url }) => {
	locals.shows('record', followupTag);
	const feed = await followupFeed({ house: locals.house, language: locals.language, origin: url.origin });
	return new Response(jsonFeedOf(feed, url.origin + url.pathname), { headers: { 'content-type': 'application/feed+json; charset=utf-8' } });
};
