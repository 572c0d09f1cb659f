import { error, json } from '@sveltejs/kit';
import { publishStatement } from '#lib/archive/server/index.ts';
import { readBody } from '#lib/circles/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import { keptAdoptions } from '#lib/statement/server/index.ts';
import { publicationShape } from '#lib/statement/signature.ts';
import type { RequestHandler } from './$types';

/** Every version of a forum's statement that was kept, for who publishes the next. */
export const GET: RequestHandler = async (event) => {
	const actor = await reader(event);
	const kept = await keptAdoptions(event.locals.house.db, actor, event.params.forum);
	if (!kept.ok) error(404, kept.reason);
	return json({ versions: kept.versions });
};

const statuses = { 'not-found': 404, forged: 403, 'moved-on': 409, malformed: 400 } as const;

/** Publishes a statement that was adopted, now or at a time. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const publication = readBody(publicationShape, body);
	const outcome = await publishStatement(event.locals.house, actor, { slug: event.params.forum, publication }, new Date());
	if (!outcome.ok) error(statuses[outcome.reason], outcome.reason);
	return json({ releaseAt: outcome.releaseAt.toISOString() });
};
