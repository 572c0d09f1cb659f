import { Unsent } from '#lib/platform/http/unsent.ts';
import { consultationStanding, nextChange } from '#lib/statement/consultation.ts';
import { consultations, consultationsTag } from '#lib/statement/server/index.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const now = new Date();
	locals.shows(consultationsTag);
	const all = await consultations(locals.house);
	const next = nextChange(all, now);
	if (next) locals.trueUntil(next);
	return { all: new Unsent(all.map((one) => ({ ...one, standing: consultationStanding(one, now) }))) };
};
