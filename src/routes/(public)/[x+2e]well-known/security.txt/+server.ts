import { error } from '@sveltejs/kit';
import { securityTxtOf } from '#lib/archive/sitemap.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import type { RequestHandler } from './$types';

const halfYearMs = 180 * 24 * 60 * 60 * 1000;

/** Only where the operator named a contact: a made-up one would send a warning to nobody. */
export const GET: RequestHandler = ({ locals, url }) => {
	const { contact } = locals.house.config;
	if (contact === undefined) error(404, 'not found');
	const text = securityTxtOf({
		contacts: [contact],
		expires: new Date(Date.now() + halfYearMs),
		preferredLanguages: languages,
		canonical: `${url.origin}/.well-known/security.txt`
	});
	return new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
};
