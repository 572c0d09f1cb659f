import { isLanguage } from '#lib/platform/i18n/language.ts';

/** Where a page sends somebody who has to unlock first, with the way back behind the `#`, which no server sees. */
export function signInPath(language: string, from: string): string {
	return `/${language}/sign-in#${from}`;
}

/** The way back of such an address: a page of ours with a language, with the ids that it has behind a `#` of its own, and nothing else. */
export function backPath(hash: string): string | undefined {
	const [, path = '', place = ''] = /^#?([^#]*)(#.*)?$/s.exec(hash) ?? [];
	const first = /^\/([a-z]{2})\/[A-Za-z0-9_./-]*$/.exec(path)?.[1] ?? '';
	if (!isLanguage(first) || path.includes('//')) return undefined;
	return /^#[\w-]{22}(?:\/[\w-]{22})?$/.test(place) ? path + place : path;
}
