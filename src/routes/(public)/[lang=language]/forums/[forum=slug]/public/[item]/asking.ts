import { askQuestion } from '#lib/forum/server/index.ts';
import type { RequestEvent } from '@sveltejs/kit';

/** What came of a form with a question: what was written, where nothing was kept. */
export type FormAnswer =
	| { readonly ok: true; readonly token: string; readonly isKept: boolean }
	| { readonly ok: false; readonly reason: Exclude<Awaited<ReturnType<typeof askQuestion>>, { readonly ok: true }>['reason']; readonly written: string; readonly language: string; readonly lane: string };

type Asked = Pick<RequestEvent, 'locals' | 'request' | 'getClientAddress' | 'cookies' | 'url'> & { readonly params: { readonly forum: string; readonly item: string } };

const keptSeconds = 7 * 24 * 60 * 60;

/**
 * Takes the question of a form. By default the device keeps nothing, and the page shows a link; who chose it gets a cookie
 * that only the page of one's own questions is sent.
 */
export async function askedByForm({ locals, request, getClientAddress, cookies, params, url }: Asked, pass?: number): Promise<FormAnswer> {
	const form = await request.formData();
	const text = (name: string): string => {
		const value = form.get(name);
		return typeof value === 'string' ? value : '';
	};
	const [words, language, token, work] = ['words', 'language', 'token', 'work'].map((name) => text(name).slice(0, 4000)) as [string, string, string, string];
	const lane = pass === undefined ? (text('lane') === 'room' ? 'room' : 'stream') : 'press';
	const asked = await askQuestion(locals.house, { forum: params.forum, item: params.item, words, language, lane, ...(token === '' ? {} : { token, work }), address: getClientAddress(), pass }, new Date());
	if (!asked.ok) return { ...asked, written: words, language, lane };
	const isKept = text('keep') === 'device';
	if (isKept) cookies.set(`question-${asked.token.slice(0, 6)}`, asked.token, { path: minePath(locals.language, params), httpOnly: true, sameSite: 'strict', secure: url.protocol === 'https:', maxAge: keptSeconds });
	return { ok: true, token: asked.token, isKept };
}

/** Where one's own questions are shown. */
export function minePath(language: string, { forum, item }: { readonly forum: string; readonly item: string }): string {
	return `/${language}/forums/${forum}/public/${item}/mine`;
}
