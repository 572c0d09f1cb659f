import { error } from '@sveltejs/kit';
import { documentOf, forumTag } from '#lib/archive/server/index.ts';
import { documentJsonLd, jsonLdText } from '#lib/archive/structured.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params, url }) => {
	const found = await documentOf(locals.house, { forumSlug: params.forum, slug: params.document });
	if (!found) error(404, 'not found');
	locals.shows(forumTag(found.forum.slug));
	return new Response(jsonLdText(documentJsonLd({ document: found.document, language: locals.language, origin: url.origin })), {
		headers: { 'content-type': 'application/ld+json' }
	});
};
