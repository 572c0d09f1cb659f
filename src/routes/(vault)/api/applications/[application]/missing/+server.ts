import { applyingAnswer, signedRequestOf, whatIsMissing } from '#lib/grants/server/index.ts';
import type { RequestHandler } from './$types';

/** What of an application has not come yet: where sending goes on after a lost connection. */
export const GET: RequestHandler = async (event) => applyingAnswer(await whatIsMissing(event.locals.house, await signedRequestOf(event)));
