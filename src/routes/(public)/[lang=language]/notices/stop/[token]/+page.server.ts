import { stopNotices } from '#lib/notices/server/index.ts';
import type { Actions, PageServerLoad } from './$types';

/** Showing the page stops nothing: mail scanners open every link. The button does. */
export const load: PageServerLoad = ({ setHeaders }) => {
	setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
};

export const actions: Actions = {
	default: async ({ locals, params }) => stopNotices(locals.house.db, params.token)
};
