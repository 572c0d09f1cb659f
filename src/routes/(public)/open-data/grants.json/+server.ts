import { error, json } from '@sveltejs/kit';
import { grantsData } from '#lib/archive/server/index.ts';
import { threeSixtyGiving } from '#lib/grants/open-data.ts';
import { releasesTag } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** Pooled grants as 360Giving 1.4. */
export const GET: RequestHandler = async ({ locals, url }) => {
	locals.shows('record', releasesTag);
	const found = await grantsData(locals.house, url.origin);
	if (found?.publisher === undefined) error(404, 'not found');
	return json(threeSixtyGiving(found.cells, found.publisher, found.at));
};
