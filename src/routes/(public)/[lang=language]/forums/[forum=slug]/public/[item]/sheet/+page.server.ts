import { itemPage } from '../opened-item.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, params, setHeaders }) => {
	setHeaders({ 'x-robots-tag': 'noindex' });
	return itemPage({ locals, params, isShared: true });
};
