import { redirect } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** The start: in the reader's own language, as their browser tells it. */
export const GET: RequestHandler = ({ locals, setHeaders }) => {
	setHeaders({ vary: 'accept-language', 'cache-control': 'no-cache' });
	redirect(302, `/${locals.language}`);
};
