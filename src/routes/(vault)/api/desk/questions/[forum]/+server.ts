import { error, json } from '@sveltejs/kit';
import { forum } from '#lib/archive/server/index.ts';
import { mayModerate, openedItems } from '#lib/forum/server/index.ts';
import { reader } from '#lib/people/server/index.ts';
import type { RequestHandler } from './$types';

/** The public items of a forum, for who may moderate them, and which were opened. */
export const GET: RequestHandler = async (event) => {
	const { house } = event.locals;
	const actor = await reader(event);
	const [found, opened] = await Promise.all([forum(house, event.params.forum), openedItems(house)]);
	if (!found || !(await mayModerate(house.db, actor, found.slug))) error(404, 'not-found');
	const items = found.agenda.filter((item) => item.public).map(({ id, title, day, starts = null }) => ({ id, title, day, starts, isOpened: opened.some((one) => one.forum === found.slug && one.item === id) }));
	return json({ title: found.title, items });
};
