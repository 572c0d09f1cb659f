import type { Language } from '../i18n/language.ts';
import type { Built } from './built.ts';
import { leanRoutes, type LeanPage } from './lean-pages.ts';

/** The HTML of the page of a route. */
export function shellFor({ shells, leanShells }: Built, route: string | null, language: Language): string {
	const lean = Object.entries(leanRoutes).find(([, own]) => own === route)?.[0] as LeanPage | undefined;
	return (lean === undefined ? shells : leanShells[lean])[language];
}
