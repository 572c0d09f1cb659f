import { fail } from '@sveltejs/kit';
import { takeQuestionBack } from '#lib/archive/server/index.ts';
import { isToken, ownQuestion, voteForQuestion } from '#lib/forum/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import { minePath } from '../../asking.ts';
import { openedItem } from '../../opened-item.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

type Mine = Pick<RequestEvent, 'params' | 'cookies'>;

/** The secret of the address, or those that the device keeps. */
function tokensOf({ params, cookies }: Mine): string[] {
	if (params.token !== undefined) return isToken(params.token) ? [params.token] : [];
	return cookies.getAll().flatMap(({ name, value }) => (name.startsWith('question-') && isToken(value) ? [value] : [])).slice(0, 20);
}

export const load: PageServerLoad = async ({ locals, params, cookies, setHeaders }) => {
	setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
	const place = { forum: params.forum, item: params.item };
	const opened = await openedItem({ locals, params, isShared: false });
	const found = await Promise.all(tokensOf({ params, cookies }).map(async (token) => ({ token, question: await ownQuestion(locals.house.db, place, token) })));
	return { opened: new Unsent(opened), own: new Unsent(found.flatMap(({ token, question }) => (question ? [{ token, question }] : []))), isByLink: params.token !== undefined };
};

export const actions: Actions = {
	withdraw: async ({ locals, params, request, cookies }) => {
		const token = await sent(request, 'token');
		if (!isToken(token) || !(await takeQuestionBack(locals.house, params, token, new Date()))) return fail(404, { did: 'nothing' as const });
		cookies.delete(`question-${token.slice(0, 6)}`, { path: minePath(locals.language, params) });
		return { did: 'withdraw' as const };
	},
	vote: async ({ locals, params, request, getClientAddress }) => {
		const [token, question] = [await sent(request.clone(), 'token'), await sent(request, 'question')];
		const voted = await voteForQuestion(locals.house, { forum: params.forum, item: params.item, question, token, address: getClientAddress() }, new Date());
		return voted.ok ? { did: 'vote' as const } : fail(400, { did: 'nothing' as const });
	}
};

async function sent(request: Request, name: string): Promise<string> {
	const value = (await request.formData()).get(name);
	return typeof value === 'string' ? value.slice(0, 100) : '';
}
