import { m } from '../i18n/compiled/messages.js';
import type { Language } from '../i18n/language.ts';

/**
 * The links that every page of the vault has for somebody who is signed in. `path` is the page that is shown. A member
 * neither decides on grants nor invites by role, and finds what others asked of them instead.
 */
export function vaultNavigation(language: Language, { path, isMember }: { readonly path: string; readonly isMember: boolean }): readonly { readonly path: string; readonly words: string; readonly current: boolean }[] {
	const links = [
		{ path: `/${language}/circles`, words: m.circles_nav_circles() },
		isMember ? { path: `/${language}/desk/reviews`, words: m.review_title() } : { path: `/${language}/desk/grants`, words: m.desk_nav() },
		{ path: `/${language}/find`, words: m.circles_nav_find() },
		...(isMember ? [] : [{ path: `/${language}/invite`, words: m.people_nav_invite() }]),
		{ path: `/${language}/account`, words: m.people_nav_account() }
	];
	return links.map((link) => ({ ...link, current: link.path === path }));
}
