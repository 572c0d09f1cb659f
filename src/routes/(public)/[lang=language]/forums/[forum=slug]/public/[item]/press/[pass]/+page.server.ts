import { error, fail } from '@sveltejs/kit';
import { releaseInstant } from '#lib/forum/public-item.ts';
import { pressPass, publicItem } from '#lib/forum/server/index.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import { askedByForm } from '../../asking.ts';
import { openedItem } from '../../opened-item.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, setHeaders }) => {
	const { house } = locals;
	if ((await pressPass(house.db, { forum: params.forum, secret: params.pass })) === undefined) error(404, 'not found');
	setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
	const opened = await openedItem({ locals, params, isShared: false });
	const { content } = (await publicItem(house.db, params)) ?? { content: { documents: [] } };
	const documents = content.documents.map((document) => ({ title: document.title, url: document.url, releases: releaseInstant(document, opened.forum.timeZone) }));
	return { opened: new Unsent(opened), documents: new Unsent(documents) };
};

export const actions: Actions = {
	default: async (event) => {
		const pass = await pressPass(event.locals.house.db, { forum: event.params.forum, secret: event.params.pass });
		if (pass === undefined) error(404, 'not found');
		const answer = await askedByForm(event, pass);
		return answer.ok ? answer : fail(answer.reason === 'too-often' ? 429 : 400, answer);
	}
};
