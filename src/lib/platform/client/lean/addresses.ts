import { isLanguage } from '../../i18n/language.ts';

/** The address that a link leads to, if it is the shown page in another language; undefined for any other. */
export function sameInAnotherLanguage(href: string, shown: Pick<URL, 'origin' | 'pathname' | 'search' | 'hash'>): URL | undefined {
	if (!URL.canParse(href)) return undefined;
	const to = new URL(href);
	const [, language = '', rest = ''] = /^\/([a-z]{2})(\/.*)?$/.exec(to.pathname) ?? [];
	const isSame = to.origin === shown.origin && isLanguage(language) && rest === shown.pathname.slice(3) && to.search === shown.search && to.hash === shown.hash;
	return isSame && to.pathname !== shown.pathname ? to : undefined;
}
