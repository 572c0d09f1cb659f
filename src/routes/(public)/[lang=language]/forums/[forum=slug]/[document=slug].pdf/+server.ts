import { error } from '@sveltejs/kit';
import { documentOf, forumTag, pdfOf } from '#lib/archive/server/index.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params, url }) => {
	const found = await documentOf(locals.house, { forumSlug: params.forum, slug: params.document });
	const pdf = found && (await pdfOf({ ...found, language: locals.language, origin: url.origin }));
	if (!found || !pdf) error(404, 'not found');
	locals.shows(forumTag(found.forum.slug));
	return new Response(Buffer.from(pdf), {
		headers: { 'content-type': 'application/pdf', 'content-disposition': `inline; filename="${found.forum.slug}-${found.document.slug}.pdf"` }
	});
};
