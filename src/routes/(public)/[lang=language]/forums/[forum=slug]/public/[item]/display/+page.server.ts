import { Unsent } from '#lib/platform/http/unsent.ts';
import { openedItem } from '../opened-item.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, platform, setHeaders, url }) => {
	setHeaders({ 'x-robots-tag': 'noindex' });
	const opened = await openedItem({ locals, params, isShared: true });
	locals.follows([]);
	return { opened: new Unsent(opened), script: platform?.built.followScript ?? '', language: locals.language, origin: url.origin };
};
