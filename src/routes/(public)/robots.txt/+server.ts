import { robotsOf } from '#lib/archive/sitemap.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import type { RequestHandler } from './$types';

/** The record is to be found; the vault is nobody's business, and has the same robots.txt where it has an origin of its own. */
export const GET: RequestHandler = ({ locals, platform, url }) => {
	locals.shows('record');
	const { publicOrigin, vaultOrigin } = locals.house.config;
	if (url.origin === vaultOrigin && vaultOrigin !== publicOrigin) return new Response('User-agent: *\nDisallow: /\n', { headers: { 'content-type': 'text/plain; charset=utf-8' } });
	const pages = ['/search?', '/newsletter/', ...(platform?.built.pages ?? [])];
	const disallow = ['/api/', ...languages.flatMap((language) => pages.map((page) => `/${language}${page}`))];
	return new Response(robotsOf({ sitemapUrl: `${url.origin}/sitemap.xml`, disallow }), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
};
