import { error, json } from '@sveltejs/kit';
import { shown } from '#lib/platform/i18n/text.ts';
import { fewestVoters } from '#lib/statement/consultation.ts';
import { commonGroundCsv, polisFiles } from '#lib/statement/opinion/index.ts';
import { consultationsTag } from '#lib/statement/server/index.ts';
import { opened } from '../opened.ts';
import type { RequestHandler } from './$types';

/** The files of a result, by their names; all of them aggregates. */
export const GET: RequestHandler = async ({ locals, params }) => {
	const { consultation } = await opened(locals, params.consultation, new Date());
	const { result, question, propositions, opensAt, closesAt, refused, slug } = consultation;
	if (result === null || result.people < fewestVoters) error(404, 'not found');
	locals.shows(consultationsTag);
	const texts = new Map(propositions.map(({ number, words }) => [String(number), shown(words, locals.language).words]));
	const kept = { ...result, propositions: result.propositions.filter(({ proposition }) => texts.has(proposition)) };
	if (params.file === 'result.json') {
		const said = propositions.map(({ number, words }) => ({ proposition: String(number), ...words }));
		return json({ consultation: slug, question, opensAt, closesAt, propositions: said, refused, result: kept });
	}
	const described = { topic: shown(question, locals.language).words, texts };
	const text = new Map([...polisFiles(kept, described), ['common-ground.csv', commonGroundCsv(kept, described)]]).get(params.file);
	return text === undefined ? error(404, 'not found') : new Response(text, { headers: { 'content-type': 'text/csv; charset=utf-8' } });
};
