import { json } from '@sveltejs/kit';
import { voteForQuestion } from '#lib/forum/server/index.ts';
import type { RequestHandler } from './$types';

/** A vote that the script that follows has worked for. */
export const POST: RequestHandler = async ({ locals, params, request, getClientAddress }) => {
	const form = await request.formData();
	const [question = '', token = '', work = ''] = ['question', 'token', 'work'].map((name) => {
		const value = form.get(name);
		return typeof value === 'string' ? value.slice(0, 400) : '';
	});
	const voted = await voteForQuestion(locals.house, { forum: params.forum, item: params.item, question, token, work, address: getClientAddress() }, new Date());
	return voted.ok ? json({}) : json({ reason: voted.reason }, { status: voted.reason === 'too-often' ? 429 : 400 });
};
