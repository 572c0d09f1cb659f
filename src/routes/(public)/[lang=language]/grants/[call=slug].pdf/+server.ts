import { error } from '@sveltejs/kit';
import { callPdf } from '#lib/archive/server/index.ts';
import { callBySlug, callTag } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params, url }) => {
	const found = await callBySlug(locals.house, params.call);
	if (!found) error(404, 'not found');
	const pdf = await callPdf(found.state, { house: locals.house, language: locals.language, origin: url.origin });
	locals.shows('record', callTag(found.state.slug));
	return new Response(Buffer.from(pdf), { headers: { 'content-type': 'application/pdf', 'content-disposition': `inline; filename="${found.state.slug}.pdf"` } });
};
