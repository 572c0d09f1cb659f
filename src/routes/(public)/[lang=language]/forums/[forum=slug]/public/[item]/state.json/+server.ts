import { json } from '@sveltejs/kit';
import { openedItem } from '../opened-item.ts';
import type { RequestHandler } from './$types';

/** What a page that follows shows, made anew at most once a second: see *Following live*. */
export const GET: RequestHandler = async ({ locals, params }) => {
	const { shown } = await openedItem({ locals, params, isShared: true });
	return json(shown, { headers: { 'content-type': 'application/json; charset=utf-8', 'x-robots-tag': 'noindex' } });
};
