/**
 * Note: Lean pages.
 * Four pages are for somebody with an old phone, a slow line and no account: the form of an application, the page of a
 * receipt, the questions to a referee and an invitation to a forum. With SvelteKit's client they took twenty-five requests before the first question. They need none of it: one
 * page, no router, no data. So the same components are built a second time, as a script of their own (`lean.ts`), with a
 * stand-in for the one thing of SvelteKit that they read, the address. SvelteKit has them as pages as well, for its routes
 * and types, and for somebody who comes from another page of the vault.
 */
export const leanRoutes = {
	apply: '/(vault)/[lang=language]/apply/[call=slug]',
	receipt: '/(vault)/[lang=language]/receipt',
	refer: '/(vault)/[lang=language]/refer',
	invited: '/(vault)/[lang=language]/invited'
} as const;

export type LeanPage = keyof typeof leanRoutes;
