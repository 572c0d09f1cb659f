import { error, json } from '@sveltejs/kit';
import * as v from 'valibot';
import { forum, moderateQuestion } from '#lib/archive/server/index.ts';
import { readBody, readQuery } from '#lib/circles/server/index.ts';
import { deskActShape } from '#lib/forum/desk-act.ts';
import { publicItemShape } from '#lib/forum/public-item.ts';
import { keepPublicItem, questionDesk } from '#lib/forum/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

const versionQuery = v.object({ version: v.optional(v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number))) });

/** What moderators work with; nothing in it where it is still the version that is named. */
export const GET: RequestHandler = async (event) => {
	const actor = await reader(event);
	const found = await questionDesk(event.locals.house.db, actor, event.params, readQuery(versionQuery, event.url).version);
	return found.ok ? json({ desk: found.desk ?? null }) : error(404, 'not-found');
};

/** Opens an item for questions, or changes its streams and documents. */
export const PUT: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const { house } = event.locals;
	const { forum: slug, item } = event.params;
	const content = readBody(publicItemShape, body);
	const found = await forum(house, slug);
	if (!found?.agenda.some(({ id, public: isPublic }) => id === item && isPublic)) error(404, 'not-found');
	const kept = await keepPublicItem(house, actor, { forum: slug, item, content }, new Date());
	return kept.ok ? json({}) : error(kept.reason === 'not-found' ? 404 : 409, kept.reason);
};

/** One act of a moderator. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const acted = await moderateQuestion(event.locals.house, actor, { place: event.params, act: readBody(deskActShape, body) }, new Date());
	return acted.ok ? json({}) : error(acted.reason === 'not-found' ? 404 : 409, acted.reason);
};
