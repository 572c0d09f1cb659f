import { followupJsonLd } from '#lib/archive/structured-followup.ts';
import { jsonLdText } from '#lib/archive/structured.ts';
import { addresseesById, followupTag, wholeTracker } from '#lib/followup/server/index.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { RequestHandler } from './$types';

/** Every recommendation, linked. Asked for outside of any language, it is in English. */
export const GET: RequestHandler = async ({ locals, url }) => {
	locals.shows(followupTag);
	const [all, addressees] = await Promise.all([wholeTracker(locals.house), addresseesById(locals.house)]);
	return new Response(jsonLdText(followupJsonLd(all, { addressees, language: 'en', origin: url.origin, name: m.followup_intro({}, { locale: 'en' }) })), { headers: { 'content-type': 'application/ld+json' } });
};
