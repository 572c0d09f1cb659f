import { applyingAnswer, receiptRequestOf, withdraw } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** The applicant withdraws. */
export const POST: RequestHandler = async (event) => applyingAnswer(await withdraw(event.locals.house.db, await receiptRequestOf(event), new Date()));
