import { unsubscribe } from '#lib/archive/server/index.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ setHeaders }) => {
	setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
};

export const actions: Actions = {
	default: async ({ locals, params }) => unsubscribe(locals.house.db, params.token)
};
