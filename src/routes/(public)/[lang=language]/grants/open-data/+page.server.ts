import { publicReleases, releasesTag } from '#lib/grants/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	locals.shows('record', releasesTag);
	const { cells, currency } = await publicReleases(locals.house);
	return { shown: new Unsent({ cells, currency, standards: locals.house.config.grantsPublisher !== undefined }) };
};
