import { applyingAnswer, burn, receiptRequestOf } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** This receipt is to lead to nothing any more. */
export const POST: RequestHandler = async (event) => applyingAnswer(await burn(event.locals.house.db, await receiptRequestOf(event)));
