import { Unsent } from '#lib/platform/http/unsent.ts';
import { nextChange } from '#lib/statement/consultation.ts';
import { consultationsTag } from '#lib/statement/server/index.ts';
import { opened } from './opened.ts';
import type { PageServerLoad } from './$types';

/** As many propositions of a result as a page of the record has room for. */
const pageSize = 12;

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const now = new Date();
	const { consultation, standing } = await opened(locals, params.consultation, now);
	locals.shows(consultationsTag);
	const next = nextChange([consultation], now);
	if (next) locals.trueUntil(next);
	const put = new Set(consultation.propositions.map(({ number }) => String(number)));
	// What was taken out afterwards has no words any more.
	const ranked = consultation.result?.propositions.filter(({ proposition }) => put.has(proposition)) ?? [];
	const pages = Math.max(1, Math.ceil(ranked.length / pageSize));
	const asked = Number(url.searchParams.get('page') ?? 1);
	const page = Number.isInteger(asked) && asked >= 1 && asked <= pages ? asked : 1;
	return { shown: new Unsent({ consultation, standing, ranked: ranked.slice((page - 1) * pageSize, page * pageSize) }), page, pages };
};
