import { error } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** What this server's build should give browsers. Whoever compares uses a manifest of their own: `npm run verify-site`. */
export const GET: RequestHandler = ({ platform }) => {
	if (!platform) error(404, 'not found');
	return new Response(platform.built.manifest, { headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' } });
};
