import { AsyncLocalStorage } from 'node:async_hooks';
import { overwriteGetLocale } from './compiled/runtime.js';
import type { Language } from './language.ts';

const current = new AsyncLocalStorage<Language>();

overwriteGetLocale(() => current.getStore() ?? 'en');

/** Runs something whose messages are to be in `language`. */
export function inLanguage<Result>(language: Language, run: () => Result): Result {
	return current.run(language, run);
}
