import { json } from '@sveltejs/kit';
import { opaqueOf } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Which installation this is: the salt under which names are hashed, and what invitation links name. Public. */
export const GET: RequestHandler = async ({ locals }) => json({ fingerprint: (await opaqueOf(locals.house.config)).fingerprint });
