import type { RequestHandler } from './$types';

/** A clause with its mark in the margin. A `data:` icon would save the request, but the pages' policy refuses those. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#17324d"/><path d="M4.5 3.5v9" stroke="#e0a100" stroke-width="2"/><path d="M7.5 5h5m-5 3h5m-5 3h3" stroke="#fbfaf7" stroke-width="1.5"/></svg>\n`;

export const GET: RequestHandler = ({ locals }) => {
	locals.shows('record');
	return new Response(icon, { headers: { 'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=604800' } });
};
