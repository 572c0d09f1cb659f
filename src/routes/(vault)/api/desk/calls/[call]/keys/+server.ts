import { answer } from '#lib/circles/server/index.ts';
import { applicationsBehind } from '#lib/grants/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** Which applications are still under a key of an older epoch of a circle: `?circle=` and `?epoch=`, its newest. */
export const GET: RequestHandler = async (event) => {
	const { account } = await reader(event);
	const { searchParams } = event.url;
	return answer(await applicationsBehind(event.locals.house.db, { account, ...event.params, circle: searchParams.get('circle') ?? '', epoch: Number(searchParams.get('epoch') ?? 0) }));
};
