import { fail } from '@sveltejs/kit';
import { askedByForm } from './asking.ts';
import { itemPage } from './opened-item.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, params }) => itemPage({ locals, params, isShared: true });

export const actions: Actions = {
	default: async (event) => {
		const answer = await askedByForm(event);
		return answer.ok ? answer : fail(answer.reason === 'too-often' ? 429 : 400, answer);
	}
};
