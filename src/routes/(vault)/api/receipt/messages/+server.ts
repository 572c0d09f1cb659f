import { applyingAnswer, applyingShapes, readAs, receiptRequestOf, writeMessage } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** A message of the applicant to the team. */
export const POST: RequestHandler = async (event) => {
	const request = await receiptRequestOf(event);
	const input = readAs(applyingShapes.message, request.body);
	return applyingAnswer(input ? await writeMessage(event.locals.house.db, request, input) : { ok: false, reason: 'malformed' });
};
