import { followupTag, trackerFor } from '#lib/followup/server/index.ts';
import { embeddedPicture } from '#lib/followup/embedded-picture.ts';
import { inLanguage } from '#lib/platform/i18n/current-language.ts';
import type { RequestHandler } from './$types';

/** The picture of progress for pages of others, who show it without a script of ours or theirs. */
export const GET: RequestHandler = async ({ locals }) => {
	const year = new Date().getUTCFullYear();
	locals.shows('record', followupTag);
	locals.trueUntil(new Date(Date.UTC(year + 1, 0)));
	const { progress } = await trackerFor(locals.house, { page: 1 }, year);
	const picture = inLanguage(locals.language, () => embeddedPicture(progress, locals.language));
	return new Response(picture, { headers: { 'content-type': 'image/svg+xml; charset=utf-8', 'cross-origin-resource-policy': 'cross-origin', 'content-security-policy': "default-src 'none'; style-src 'none'; frame-ancestors 'none'" } });
};
