import { page } from '$app/state';
import { overwriteGetLocale } from './compiled/runtime.js';
import { isLanguage, type Language } from './language.ts';

/**
 * Note: In the browser the address says the language.
 * On the server each request has a language of its own (`current-language.ts`). Here the first part of the path is it,
 * read from SvelteKit's reactive `page`: what a template or a `$derived` takes from the messages follows when somebody
 * goes to the same page in another language, without a reload, which would lose the keys. A message that is put into a
 * plain constant stays in the language in which it was made.
 */
overwriteGetLocale(pathLanguage);

/** The language of the address that is shown, reactive; English where it has none. */
export function pathLanguage(): Language {
	const first = page.url.pathname.split('/')[1] ?? '';
	return isLanguage(first) ? first : 'en';
}
