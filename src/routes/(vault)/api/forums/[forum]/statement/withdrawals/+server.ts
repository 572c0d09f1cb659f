import { error, json } from '@sveltejs/kit';
import { withdrawFromStatement } from '#lib/archive/server/index.ts';
import { readBody } from '#lib/circles/server/index.ts';
import { rawBody } from '#lib/platform/http/raw-body.ts';
import { withdrawalPace, withdrawalShape } from '#lib/statement/server/index.ts';
import type { RequestHandler } from './$types';

/** Takes a signature back, by its own key: no session is looked at, and no address counted. */
export const POST: RequestHandler = async (event) => {
	const { house } = event.locals;
	const withdrawal = readBody(withdrawalShape, await rawBody(event));
	if (!house.limiter.allows(withdrawalPace, withdrawal.key, new Date())) error(429, 'slow-down');
	const outcome = await withdrawFromStatement(house, { slug: event.params.forum, withdrawal }, new Date());
	if (!outcome.ok) error(outcome.reason === 'forged' ? 403 : 404, outcome.reason);
	return json({});
};
