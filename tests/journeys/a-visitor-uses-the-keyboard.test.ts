import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseOf } from '../attacks/seizure.ts';
import { openBrowser } from '../browser.ts';
import { publishCalls } from '../published-calls.ts';
import { startServer, type RunningServer } from '../server.ts';

let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
	server = await startServer();
	await publishCalls(databaseOf(server.dataDir), new Date());
	browser = await openBrowser();
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

/** What has the focus and how it is told apart; undefined where nothing of the page has it. */
interface Focus {
	/** Which of the page's elements it is, by its place among them. */
	readonly index: number;
	readonly words: string;
	readonly outlineWidth: number;
	/** Contrast of the outline with the paper around it (WCAG 2.2, relative luminance). */
	readonly outlineContrast: number;
	readonly inView: boolean;
}

async function focusOf(page: Page): Promise<Focus | undefined> {
	return page.evaluate(async () => {
		// The browser brings what has the focus into view with its next picture.
		await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
		const luminance = (colour: string): number => {
			const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => Number(part) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
			return 0.2126 * r + 0.7152 * g + 0.0722 * b;
		};
		const focused = document.activeElement;
		if (!(focused instanceof HTMLElement) || focused === document.body) return undefined;
		const style = getComputedStyle(focused);
		const [lighter = 0, darker = 0] = [luminance(style.outlineColor), luminance(getComputedStyle(document.documentElement).backgroundColor)].toSorted((a, b) => b - a);
		const box = focused.getBoundingClientRect();
		return {
			index: [...document.querySelectorAll('*')].indexOf(focused),
			words: focused.innerText || focused.getAttribute('name') || '',
			outlineWidth: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
			outlineContrast: (lighter + 0.05) / (darker + 0.05),
			inView: box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth && box.width > 0
		};
	});
}

/** Presses Tab until the focus leaves the page. */
async function tabThrough(page: Page): Promise<Focus[]> {
	const stops: Focus[] = [];
	for (;;) {
		await page.keyboard.press('Tab');
		const focus = await focusOf(page);
		if (focus === undefined || stops.some(({ index }) => index === focus.index)) return stops;
		stops.push(focus);
	}
}

for (const colorScheme of ['light', 'dark'] as const) {
	for (const path of ['/en', '/ar', '/en/newsletter', '/fr/forums/2019-building-solidarity-toward-equality-for-all/agenda', '/es/search?q=derechos', '/ar/grants/travel-and-rest']) {
		test(`with Tab alone everything on ${path} is reached, in its order, and always seen (${colorScheme})`, async () => {
			const context = await browser.newContext({ colorScheme });
			const page = await context.newPage();
			await page.goto(server.origin + path);
			const expected = await page.evaluate(() => {
				const all = [...document.querySelectorAll('*')];
				return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea')].filter((one) => one.checkVisibility()).map((one) => all.indexOf(one));
			});

			const stops = await tabThrough(page);

			expect(stops.map(({ index }) => index)).toEqual(expected);
			expect(expected.length).toBeGreaterThan(10);
			expect(stops.filter(({ outlineWidth, outlineContrast, inView }) => outlineWidth < 2 || outlineContrast < 3 || !inView)).toEqual([]);
			await context.close();
		});
	}
}

test('the first press of Tab offers to skip the navigation, and Enter does', async () => {
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.goto(`${server.origin}/en`);

	const hidden = await page.locator('.skip').boundingBox();
	await page.keyboard.press('Tab');
	const first = await focusOf(page);
	await page.keyboard.press('Enter');
	await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('content');
	await page.keyboard.press('Tab');
	const next = await page.evaluate(() => document.activeElement?.closest('main') !== null);

	expect(hidden!.y + hidden!.height).toBeLessThanOrEqual(0);
	expect(first).toMatchObject({ words: 'Skip to the content', inView: true });
	expect(next).toBe(true);
	await context.close();
});

test('a search is written and sent without ever touching a mouse', async () => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(`${server.origin}/en`);
	const field = page.locator('#q');

	for (let presses = 0; presses < 30 && !(await field.evaluate((one) => one === document.activeElement)); presses += 1) await page.keyboard.press('Tab');
	await page.keyboard.type('solidarity');
	await page.keyboard.press('Enter');
	await page.waitForURL('**/en/search?q=solidarity');

	expect(await page.locator('main ol h2').count()).toBeGreaterThan(3);
	await context.close();
});
