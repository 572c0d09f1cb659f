import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => {
	locals.shows('record');
	const { donateUrl, getInvolvedUrl } = locals.house.config;
	return { donateUrl, getInvolvedUrl };
};
