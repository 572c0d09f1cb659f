import { allFigures } from '#lib/archive/server/index.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	locals.shows('record');
	return { figures: await allFigures(locals.house) };
};
