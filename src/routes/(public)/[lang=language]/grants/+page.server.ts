import { callsTag, listedCalls } from '#lib/grants/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const { calls, trueUntil } = await listedCalls(locals.house, new Date());
	locals.shows(callsTag);
	if (trueUntil) locals.trueUntil(trueUntil);
	return { calls: new Unsent(calls) };
};
