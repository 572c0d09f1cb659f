import { error, json } from '@sveltejs/kit';
import { readBody } from '#lib/circles/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import { consultationActShape } from '#lib/statement/consultation.ts';
import { actOnConsultation, consultationDesk } from '#lib/statement/server/index.ts';
import type { RequestHandler } from './$types';

/** What staff work with. */
export const GET: RequestHandler = async (event) => {
	const actor = await reader(event);
	return json((await consultationDesk(event.locals.house.db, actor, event.params.consultation)) ?? error(404, 'not-found'));
};

/** One act of staff. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const acted = await actOnConsultation(event.locals.house, actor, { slug: event.params.consultation, act: readBody(consultationActShape, body) }, new Date());
	return acted.ok ? json({}) : error(acted.reason === 'not-found' ? 404 : acted.reason === 'malformed' ? 400 : 409, acted.reason);
};
