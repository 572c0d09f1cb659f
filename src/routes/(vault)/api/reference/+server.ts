import { json } from '@sveltejs/kit';
import { answer } from '#lib/circles/server/index.ts';
import { readAs, refereeAnswerShape, refereeQuestions, refereeRequestOf, takeRefereeAnswer } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** The sealed questions of a referee's link, and the log of their call. */
export const GET: RequestHandler = async (event) => {
	const { link } = await refereeRequestOf(event);
	const found = await refereeQuestions(event.locals.house.db, link, new Date());
	return found.ok ? json(found.found) : answer(found);
};

/** The referee's answer, once. */
export const POST: RequestHandler = async (event) => {
	const request = await refereeRequestOf(event);
	const input = readAs(refereeAnswerShape, request.body);
	return answer(input ? await takeRefereeAnswer(event.locals.house.db, request, input, new Date()) : { ok: false, reason: 'malformed' });
};
