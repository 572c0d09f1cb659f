import { error, json } from '@sveltejs/kit';
import * as v from 'valibot';
import { readQuery } from '#lib/circles/server/index.ts';
import { questionsOfCluster } from '#lib/forum/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

const lineQuery = v.object({ cluster: v.pipe(v.string(), v.minLength(1), v.maxLength(60)) });

/** Every question of one line. */
export const GET: RequestHandler = async (event) => {
	const actor = await reader(event);
	const { forum, item } = event.params;
	const found = await questionsOfCluster(event.locals.house.db, actor, { forum, item, cluster: readQuery(lineQuery, event.url).cluster });
	return found.ok ? json({ questions: found.questions }) : error(404, found.reason);
};
