import { error } from '@sveltejs/kit';
import { forum, forumTag } from '#lib/archive/server/index.ts';
import { forumJsonLd, jsonLdText } from '#lib/archive/structured.ts';
import { movedFrom } from '#lib/forum/server/index.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params, url }) => {
	const found = await forum(locals.house, params.forum);
	if (!found) error(404, 'not found');
	locals.shows(forumTag(found.slug));
	return new Response(jsonLdText(forumJsonLd({ forum: found, language: locals.language, origin: url.origin, movedFrom: await movedFrom(locals.house, found.slug) })), {
		headers: { 'content-type': 'application/ld+json' }
	});
};
