import { forumLines } from '#lib/archive/server/index.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	locals.shows('record');
	return { forums: await forumLines(locals.house.db) };
};
