import { error } from '@sveltejs/kit';
import { forum, forumTag } from '#lib/archive/server/index.ts';
import { forumJsonLd, jsonLdText } from '#lib/archive/structured.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params, url }) => {
	const found = await forum(locals.house, params.forum);
	if (!found) error(404, 'not found');
	locals.shows(forumTag(found.slug));
	return new Response(jsonLdText(forumJsonLd({ forum: found, language: locals.language, origin: url.origin })), {
		headers: { 'content-type': 'application/ld+json' }
	});
};
