import { json } from '@sveltejs/kit';
import { publicReleases, releasesTag } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** Every release as it was signed: whoever wants to verify finds the key in the log of the call that it names. */
export const GET: RequestHandler = async ({ locals }) => {
	locals.shows(releasesTag);
	const { releases } = await publicReleases(locals.house);
	return json({ message: 'steadfast/release/1\n{body}', releases: releases.map(({ body, signature }) => ({ body, signature })) });
};
