import { mkdirSync } from 'node:fs';
import axe from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { languages, nativeNames, type Language } from '../../src/lib/platform/i18n/language.ts';

declare global {
	/** In the page, where `axe.source` ran before it. */
	var axe: typeof import('axe-core');
}

/** What was found at a stop; empty where all is well. */
export interface Finding {
	readonly axeInLight: readonly string[];
	readonly axeInDark: readonly string[];
	readonly beyond320: number;
	readonly beyond640: number;
	readonly beyond640Doubled: number;
	readonly lowTargets: readonly string[];
}

/** A page that shuts nobody out. */
export const clean: Finding = { axeInLight: [], axeInDark: [], beyond320: 0, beyond640: 0, beyond640Doubled: 0, lowTargets: [] };

/** Every page of the context can be looked at from now on. */
export async function readyToLook(context: BrowserContext): Promise<void> {
	await context.addInitScript({ content: axe.source });
}

/** Looks at a page in light and dark, on a phone of 320 pixels, and enlarged. The page stays small and dark. */
export async function lookAt(page: Page): Promise<Finding> {
	const axeInLight = await violations(page);
	await page.emulateMedia({ colorScheme: 'dark' });
	// In the dark only colours are others.
	const axeInDark = await violations(page, ['cat.color']);
	await resized(page, { width: 320, height: 640 });
	const [beyond320, lowTargets] = [await beyond(page), await targetsUnder44(page)];
	// 1280 pixels at a zoom of 200 % are 640 of the page's; then the reader's own size of text is doubled as well.
	await resized(page, { width: 640, height: 480 });
	const beyond640 = await beyond(page);
	const settings = await page.context().newCDPSession(page);
	await settings.send('Page.setFontSizes', { fontSizes: { standard: 32 } });
	const beyond640Doubled = await beyond(page);
	await settings.send('Page.setFontSizes', { fontSizes: { standard: 16 } });
	await settings.detach();
	return { axeInLight, axeInDark, beyond320, beyond640, beyond640Doubled, lowTargets };
}

/** Looks at a page and makes it large and light again. With `SHOTS`, a folder, there is a picture of it as well, on a desk and on a phone. */
export async function look(page: Page): Promise<Finding> {
	const found = await lookAt(page);
	const folder = process.env['SHOTS'];
	if (folder !== undefined) {
		mkdirSync(folder, { recursive: true });
		await page.setViewportSize({ width: 390, height: 800 });
		await page.screenshot({ path: `${folder}/${Date.now()}-phone.png`, fullPage: true });
	}
	await page.emulateMedia({ colorScheme: 'light' });
	await resized(page, { width: 1280, height: 720 });
	if (folder !== undefined) await page.screenshot({ path: `${folder}/${Date.now()}-desktop.png`, fullPage: true });
	return found;
}

/** Looks at the same page in every language, `back` the last, by its own links; gives back what is not clean. */
export async function lookInAll(page: Page, back: Language): Promise<(Finding & { readonly language: Language })[]> {
	const found: (Finding & { readonly language: Language })[] = [];
	for (const language of [...languages.filter((other) => other !== back), back]) {
		await page.getByRole('link', { name: nativeNames[language] }).press('Enter');
		await page.locator(`html[lang=${language}]`).waitFor();
		await page.locator('h1').waitFor();
		const seen = await lookAt(page);
		if (JSON.stringify(seen) !== JSON.stringify(clean)) found.push({ language, ...seen });
	}
	await page.emulateMedia({ colorScheme: 'light' });
	return found;
}

/** All of axe's rules (WCAG 2.2 A and AA, best practices), or those of some kinds, with contrast 7:1 (WCAG 1.4.6) in the place of 4.5:1, which it holds as well. */
async function violations(page: Page, kinds?: string[]): Promise<string[]> {
	return page.evaluate(async (only) => {
		const { violations: found } = await globalThis.axe.run({ resultTypes: ['violations'], rules: { 'color-contrast': { enabled: false }, 'color-contrast-enhanced': { enabled: true } }, ...(only && { runOnly: only }) });
		return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
	}, kinds);
}

/** Gives the window another size, and waits until the page has drawn itself in it: what listens to the size is told with the next picture. */
export async function resized(page: Page, size: { readonly width: number; readonly height: number }): Promise<void> {
	await page.setViewportSize(size);
	await page.evaluate(async () => {
		const drawn = new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
		// A tab that nobody sees draws nothing.
		await Promise.race([drawn, new Promise((resolve) => setTimeout(resolve, 1000))]);
	});
}

/** By how many pixels the page is wider than the window. */
async function beyond(page: Page): Promise<number> {
	return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function targetsUnder44(page: Page): Promise<string[]> {
	return page.evaluate(() =>
		// A choice is pressed by its whole label.
		[...document.querySelectorAll('nav a, header a, button, input, select')]
			.map((element) => (element.matches('[type=checkbox], [type=radio]') ? (element.closest('label') ?? element) : element))
			.filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
			.map((element) => `${element.getBoundingClientRect().height} px: ${element.outerHTML.slice(0, 120)}`)
	);
}
