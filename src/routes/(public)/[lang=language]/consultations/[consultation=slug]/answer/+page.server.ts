import { error, fail, redirect } from '@sveltejs/kit';
import { isToken } from '#lib/forum/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import { isLanguage } from '#lib/platform/i18n/language.ts';
import type { Choice } from '#lib/statement/opinion/index.ts';
import { answer, newName, proposeTo } from '#lib/statement/server/index.ts';
import { answeringOf, fieldsOf } from '../answering.ts';
import { opened } from '../opened.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, request, setHeaders }) => {
	// The name came with a form; without one there is nothing to show.
	if (request.method !== 'POST') redirect(303, `/${locals.language}/consultations/${params.consultation}`);
	setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
	return { opened: new Unsent(await opened(locals, params.consultation, new Date())) };
};

const choices: ReadonlyMap<string, Choice> = new Map([['1', 1], ['-1', -1], ['0', 0]]);
const nameOf = (field: (name: string) => string): string => (isToken(field('token')) ? field('token') : error(400, 'malformed'));

export const actions: Actions = {
	begin: ({ locals, params }) => answeringOf({ locals, slug: params.consultation, token: newName() }),
	look: async ({ locals, params, request }) => {
		const field = await fieldsOf(request);
		return answeringOf({ locals, slug: params.consultation, token: nameOf(field), look: field('look') });
	},
	answer: async ({ locals, params, request, getClientAddress }) => {
		const field = await fieldsOf(request);
		const [slug, token, number] = [params.consultation, nameOf(field), field('proposition')];
		const choice = choices.get(field('choice'));
		if (choice === undefined || !/^[1-9]\d{0,6}$/.test(number)) error(400, 'malformed');
		const proposition = Number(number);
		const answered = await answer(locals.house, { slug, token, proposition, choice, address: getClientAddress() }, new Date());
		if (answered.ok) return answeringOf({ locals, slug, token }, { did: { kind: 'answered', proposition, choice } });
		return fail(answered.reason === 'too-often' ? 429 : 400, await answeringOf({ locals, slug, token, look: number }, { problem: answered.reason }));
	},
	propose: async ({ locals, params, request, getClientAddress }) => {
		const field = await fieldsOf(request);
		const [slug, token, written, language] = [params.consultation, nameOf(field), field('words'), field('language')];
		if (!isLanguage(language)) error(400, 'malformed');
		const proposed = await proposeTo(locals.house, { slug, written, language, address: getClientAddress() }, new Date());
		if (proposed.ok) return answeringOf({ locals, slug, token }, { did: { kind: 'proposed' } });
		return fail(proposed.reason === 'too-often' ? 429 : 400, await answeringOf({ locals, slug, token }, { problem: proposed.reason, written }));
	}
};
