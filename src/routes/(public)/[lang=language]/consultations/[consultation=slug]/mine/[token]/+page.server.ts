import { error } from '@sveltejs/kit';
import { isToken } from '#lib/forum/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import { answeringOf } from '../../answering.ts';
import { opened } from '../../opened.ts';
import type { PageServerLoad } from './$types';

/** The address that somebody kept. */
export const load: PageServerLoad = async ({ locals, params, setHeaders }) => {
	setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
	const { consultation: slug, token } = params;
	if (!isToken(token)) error(404, 'not found');
	return { opened: new Unsent(await opened(locals, slug, new Date())), answering: new Unsent(await answeringOf({ locals, slug, token })) };
};
