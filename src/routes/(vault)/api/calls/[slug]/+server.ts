import { error, json } from '@sveltejs/kit';
import { callBySlug } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** A call's signed log, and the server's time in whole seconds; for everybody, and the same for everybody. */
export const GET: RequestHandler = async ({ locals, params }) => {
	const found = await callBySlug(locals.house, params.slug);
	if (!found) error(404, 'not-found');
	return json({ entries: found.entries, now: Math.floor(Date.now() / 1000) });
};
