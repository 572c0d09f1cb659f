import { error } from '@sveltejs/kit';
import { programme } from '#lib/archive/server/index.ts';
import { callJsonLd, jsonLdText } from '#lib/archive/structured.ts';
import { callBySlug, callStandingNow, callTag } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params, url }) => {
	const { house, language } = locals;
	const found = await callBySlug(house, params.call);
	if (!found) error(404, 'not found');
	const { standing, trueUntil } = await callStandingNow(house, found.state, new Date());
	locals.shows('record', callTag(found.state.slug));
	if (trueUntil) locals.trueUntil(trueUntil);
	const about = await programme(house);
	return new Response(jsonLdText(callJsonLd({ call: found.state, host: about?.host, open: standing === 'open', language, origin: url.origin })), { headers: { 'content-type': 'application/ld+json' } });
};
