import { error, json } from '@sveltejs/kit';
import { readBody } from '#lib/circles/server/index.ts';
import { reader, signedActor } from '#lib/people/server/index.ts';
import { consultationShape } from '#lib/statement/consultation.ts';
import { beginConsultation, consultations } from '#lib/statement/server/index.ts';
import type { RequestHandler } from './$types';

/** All consultations, for staff. */
export const GET: RequestHandler = async (event) => {
	const { role } = await reader(event);
	if (role === 'member') error(404, 'not-found');
	const all = await consultations(event.locals.house);
	return json({ consultations: all.map(({ slug, question, opensAt, closesAt }) => ({ slug, question, opensAt, closesAt })) });
};

/** Begins one. */
export const POST: RequestHandler = async (event) => {
	const { actor, body } = await signedActor(event);
	const begun = await beginConsultation(event.locals.house, actor, readBody(consultationShape, body), new Date());
	return begun.ok ? json({}) : error(begun.reason === 'not-found' ? 404 : begun.reason === 'malformed' ? 400 : 409, begun.reason);
};
