import { confirmSubscription } from '#lib/archive/server/index.ts';
import type { Actions, PageServerLoad } from './$types';

/** Showing the page confirms nothing: mail scanners open every link. The button does. */
export const load: PageServerLoad = ({ setHeaders }) => {
	setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
};

export const actions: Actions = {
	default: async ({ locals, params }) => confirmSubscription(locals.house.db, params.token, new Date())
};
