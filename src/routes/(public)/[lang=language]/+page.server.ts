import { documentLines, forumLines, programme } from '#lib/archive/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const { house } = locals;
	locals.shows('record');
	const [about, forums, statements] = await Promise.all([programme(house), forumLines(house), documentLines(house, { kind: 'statement', most: 3 })]);
	return { shown: new Unsent({ about, latest: forums.slice(0, 4), forumCount: forums.length, statements }) };
};
