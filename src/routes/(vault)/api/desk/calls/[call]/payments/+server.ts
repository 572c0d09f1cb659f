import { answer, readQuery } from '#lib/circles/server/index.ts';
import { paymentLetters, paymentLettersQuery } from '#lib/grants/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The newest letter of each payment, to the payers (`?to=payee`) or to the deciders (`?to=core`). */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	return answer(await paymentLetters(event.locals.house, { account, ...event.params, ...readQuery(paymentLettersQuery, event.url) }));
};
