import { error } from '@sveltejs/kit';
import { photo } from '#lib/archive/server/index.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) => {
	const found = /^[0-9a-f]{64}$/.test(params.sha256) ? await photo(locals.house, params.sha256) : undefined;
	if (!found) error(404, 'not found');
	locals.shows('record');
	return new Response(new Uint8Array(found.bytes), { headers: { 'content-type': found.type, 'content-security-policy': "default-src 'none'" } });
};
