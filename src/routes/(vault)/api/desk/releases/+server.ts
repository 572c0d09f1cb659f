import { json } from '@sveltejs/kit';
import { readBody } from '#lib/circles/server/index.ts';
import { publicReleases, publishRelease, releaseShape } from '#lib/grants/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Every release so far, which is public. */
export const GET: RequestHandler = async (event) => {
	await reader(event);
	const { releases } = await publicReleases(event.locals.house);
	return json({ releases: releases.map(({ body, signature }) => ({ body, signature })) });
};

/** Publishes pooled sums, signed by a call's key. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const published = await publishRelease(event.locals.house, actor, readBody(releaseShape, body), new Date());
	if (published.ok) return json({});
	const { reason } = published;
	return json({ reason }, { status: reason === 'not-found' ? 404 : reason === 'malformed' ? 400 : reason === 'moved-on' ? 409 : 403 });
};
