import { error, json } from '@sveltejs/kit';
import { shownWords } from '#lib/archive/adopted.ts';
import { adoptionsOf, documentOf, forumTag } from '#lib/archive/server/index.ts';
import type { RequestHandler } from './$types';

/** Every version of a forum's statement as it was signed, for whoever verifies: `docs/adoption.md` says how. Beside them the words that the record shows. */
export const GET: RequestHandler = async ({ locals, params }) => {
	const versions = await adoptionsOf(locals.house, params.forum);
	if (versions.length === 0) error(404, 'not found');
	locals.shows(forumTag(params.forum));
	const shown = await documentOf(locals.house, { forumSlug: params.forum, slug: 'statement' });
	return json({ document: shown ? shownWords(shown.document) : [], versions: versions.map(({ record, body, signature, text, translations, signatures, releasedAt }) => ({ releasedAt, hash: record.hash, text, translations: translations.map((one) => one.text), record: { body, signature }, signatures })) });
};
