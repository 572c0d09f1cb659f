import { documentLines, forumLines, programme } from '#lib/archive/server/index.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const { db } = locals.house;
	locals.shows('record');
	const [about, forums, statements] = await Promise.all([programme(db), forumLines(db), documentLines(db, { kind: 'statement', most: 3 })]);
	return { about, latest: forums.slice(0, 4), forumCount: forums.length, statements };
};
