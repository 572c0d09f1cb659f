import { programmeName } from '#lib/archive/server/index.ts';
import { shown } from '#lib/archive/text.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, url }) => {
	const name = await programmeName(locals.house.db);
	return { language: locals.language, origin: url.origin, name: name && shown(name, locals.language) };
};
