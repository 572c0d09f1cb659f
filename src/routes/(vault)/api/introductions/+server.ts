import { json } from '@sveltejs/kit';
import { introductionsTo, reader } from '#lib/people/server/index.ts';
import { toText } from '#lib/vault/envelope.ts';
import type { RequestHandler } from './$types';

/** The letters of those who joined by one's invitations and were not taken in yet. */
export const GET: RequestHandler = async (event) => {
	const actor = await reader(event);
	const found = await introductionsTo(event.locals.house.db, actor.account);
	return json({ introductions: found.map(({ sealedLetter, ...introduction }) => ({ ...introduction, letter: toText(sealedLetter) })) });
};
