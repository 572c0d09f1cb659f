/**
 * Note: The vault's areas.
 * Somebody who works in circles needs other words, and other files, than somebody who joins or decides on applications.
 * Between all pages and one page stands the area: what several of its pages need is loaded once for all of them. What
 * several areas need belongs to the one that the others build on: `vault`, on which all do, `circles`, on which what is
 * `beside` a circle's papers does, `rounds`, on which the desk and the drafting of statements do, and `desk`, on which the form of an application does where SvelteKit
 * shows it. So what rounds and the desk share, which is what reads shapes, is no weight of a circle's page.
 */
export const areas = ['vault', 'circles', 'beside', 'rounds', 'statements', 'desk', 'account', 'apply'] as const;
export type Area = (typeof areas)[number];

const builtOn: Readonly<Record<Area, readonly Area[]>> = {
	vault: ['vault'],
	circles: ['vault', 'circles'],
	beside: ['vault', 'circles', 'beside'],
	rounds: ['vault', 'circles', 'rounds'],
	statements: ['vault', 'circles', 'rounds', 'statements'],
	desk: ['vault', 'circles', 'rounds', 'desk'],
	account: ['vault', 'account'],
	apply: ['vault', 'circles', 'rounds', 'desk', 'apply']
};

/** By the beginning of a page's path, the first that fits; every other page is about the account. */
const places: readonly (readonly [RegExp, Area])[] = [
	[/^(?:find|people|circles\/\[circle\]\/(?:members|export|files))\b/, 'beside'],
	[/^circles\b/, 'circles'],
	[/^rounds\b/, 'rounds'],
	[/^statements\b/, 'statements'],
	[/^desk\b/, 'desk'],
	[/^(?:apply|receipt|refer|invited)\b/, 'apply']
];

/** Where whoever opens a page of the vault comes past. */
export const unlockingRoute = '/(vault)/[lang=language]/sign-in';

/** The area of a page, by the id of its route. */
export function areaOf(route: string): Area {
	const path = route.replace('/(vault)/[lang=language]/', '');
	return places.find(([beginning]) => beginning.test(path))?.[1] ?? 'account';
}

/** This area and those on which it is built, its own last. */
export function areasUnder(area: Area): readonly Area[] {
	return builtOn[area];
}

/** The areas whose words a page may say. */
export function wordsOfRoute(route: string): readonly Area[] {
	return route === unlockingRoute ? builtOn.vault : builtOn[areaOf(route)];
}

/** The area to which something belongs that pages of all these need. */
export function sharedArea(all: Iterable<Area>): Area {
	const [first = 'vault', ...others] = [...all];
	return builtOn[first].findLast((area) => others.every((other) => builtOn[other].includes(area))) ?? 'vault';
}
