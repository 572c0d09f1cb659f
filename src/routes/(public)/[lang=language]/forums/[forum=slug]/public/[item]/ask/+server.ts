import { json } from '@sveltejs/kit';
import { askedByForm } from '../asking.ts';
import type { RequestHandler } from './$types';

/** The form as the script that follows sends it. */
export const POST: RequestHandler = async (event) => {
	const answer = await askedByForm(event);
	return answer.ok ? json({ token: answer.token, isKept: answer.isKept }) : json({ reason: answer.reason }, { status: answer.reason === 'too-often' ? 429 : 400 });
};
