import { applyingAnswer, objectToAgain, receiptRequestOf } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** The holder of the words wants no new receipt in their place. */
export const POST: RequestHandler = async (event) => applyingAnswer(await objectToAgain(event.locals.house.db, await receiptRequestOf(event), new Date()));
