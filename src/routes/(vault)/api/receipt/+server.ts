import { json } from '@sveltejs/kit';
import { applyingAnswer, readReceipt, receiptRequestOf } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** What belongs to a receipt. The mailbox stands in a header, so that no log of addresses has it. */
export const GET: RequestHandler = async (event) => {
	const { mailbox } = await receiptRequestOf(event);
	const answer = await readReceipt(event.locals.house.db, mailbox, new Date());
	return answer.ok ? json(answer.found) : applyingAnswer(answer);
};
