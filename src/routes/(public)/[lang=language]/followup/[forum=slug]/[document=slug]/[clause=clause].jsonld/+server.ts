import { error } from '@sveltejs/kit';
import { recommendationJsonLd } from '#lib/archive/structured-followup.ts';
import { jsonLdText } from '#lib/archive/structured.ts';
import { addresseesById, followupTag, toldRecommendation } from '#lib/followup/server/index.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params: { forum, document, clause }, url }) => {
	const [told, addressees] = await Promise.all([toldRecommendation(locals.house, { forum, document, clause: Number(clause) }), addresseesById(locals.house)]);
	if (!told) error(404, 'not found');
	locals.shows(followupTag);
	return new Response(jsonLdText(recommendationJsonLd(told, { addressees, language: locals.language, origin: url.origin })), { headers: { 'content-type': 'application/ld+json' } });
};
