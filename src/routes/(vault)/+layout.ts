import { error, redirect } from '@sveltejs/kit';
import { wordsOfRoute } from '#lib/platform/client/areas.ts';
import type { LayoutLoad } from './$types';

// The vault seals and opens on the reader's own device: the server renders nothing of it and could not.
export const ssr = false;
export const csr = true;

/** Brings the words of the page (see *One language at a time*). Without a line somebody stays where she is, with the keys. */
export const load: LayoutLoad = async ({ params, route }) => {
	// Only here, in the browser: on the server this file is read for what stands above.
	const { bringWords, hasWords } = await import('#lib/platform/client/words.svelte.ts');
	const language = params.lang ?? 'en';
	const brought = await Promise.all(wordsOfRoute(route.id).map((area) => bringWords(language, area)));
	if (brought.every(Boolean)) return;
	if (hasWords()) redirect(307, location.pathname + location.search + location.hash);
	error(503);
};
