import { forumLines } from '#lib/archive/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	locals.shows('record');
	return { forums: new Unsent(await forumLines(locals.house)) };
};
