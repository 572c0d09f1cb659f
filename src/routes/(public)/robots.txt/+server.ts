import { robotsOf } from '#lib/archive/sitemap.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = ({ locals, url }) => {
	locals.shows('record');
	const disallow = languages.flatMap((language) => [`/${language}/search?`, `/${language}/newsletter/`]);
	return new Response(robotsOf({ sitemapUrl: `${url.origin}/sitemap.xml`, disallow }), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
};
