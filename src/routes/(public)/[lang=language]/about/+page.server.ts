import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => {
	locals.shows('record');
	return { sourceUrl: locals.house.config.sourceUrl };
};
