import { json } from '@sveltejs/kit';
import { programme } from '#lib/archive/server/index.ts';
import type { RequestHandler } from './$types';

/** What the vault's pages have to know about this installation before anybody has signed in; all of it is public. */
export const GET: RequestHandler = async ({ locals }) => {
	const { quickExitUrl, vaultOrigin, publicOrigin, demonstration } = locals.house.config;
	const about = await programme(locals.house);
	return json({ quickExitUrl, programme: about?.name ?? null, vaultOrigin, publicOrigin, demonstration });
};
