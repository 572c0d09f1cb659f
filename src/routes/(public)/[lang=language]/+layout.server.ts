import { programme } from '#lib/archive/server/index.ts';
import { shown } from '#lib/platform/i18n/text.ts';
import { consultations } from '#lib/statement/server/index.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, url }) => {
	const [about, all] = await Promise.all([programme(locals.house), consultations(locals.house)]);
	return { language: locals.language, origin: url.origin, name: about && shown(about.name, locals.language), consults: all.length > 0 };
};
