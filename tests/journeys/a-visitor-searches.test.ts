import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import { openBrowser } from '../browser.ts';
import { startServer, type RunningServer } from '../server.ts';

let server: RunningServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	context = await browser.newContext({ javaScriptEnabled: false });
});

beforeEach(async () => {
	page = await context.newPage();
	return () => page.close();
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

/** Writes into the field of the start page and presses the button, as a person does. */
async function searchFromStart(language: Language, words: string): Promise<void> {
	await page.goto(`${server.origin}/${language}`);
	await page.getByRole('searchbox').fill(words);
	await page.getByRole('button', { name: m.search_button({}, { locale: language }) }).click();
	await page.waitForURL(/\/search\?/);
}

/** What the page says about the search as a whole. */
async function said(): Promise<string> {
	return (await page.getByRole('status').innerText()).trim();
}

async function marked(): Promise<Set<string>> {
	return new Set((await page.locator('main ol mark').allInnerTexts()).map((word) => word.toLowerCase()));
}

const resultsIn = (): Promise<number> => page.locator('main ol > li').count();

const mistyped: readonly { readonly language: Language; readonly typed: string; readonly means: string; readonly corrected: boolean }[] = [
	{ language: 'en', typed: 'solidarty', means: 'solidarity', corrected: true },
	{ language: 'en', typed: 'DEFENDÉRS', means: 'defenders', corrected: false },
	{ language: 'es', typed: 'declaracion', means: 'declaración', corrected: false },
	{ language: 'es', typed: 'econimicos', means: 'económicos', corrected: true },
	{ language: 'fr', typed: 'egalite', means: 'égalité', corrected: false },
	{ language: 'fr', typed: 'solidarrité', means: 'solidarité', corrected: true },
	{ language: 'ar', typed: 'الايمان', means: 'الإيمان', corrected: false },
	{ language: 'ar', typed: 'التظامن', means: 'التضامن', corrected: true }
];

for (const { language, typed, means, corrected } of mistyped) {
	test(`whoever types ${typed} on the ${language} start page finds ${means}, marked where it stands`, async () => {
		await searchFromStart(language, typed);

		expect(await resultsIn()).toBeGreaterThan(0);
		expect(await marked()).toContain(means);
		expect((await said()).includes(m.search_corrected({ query: typed, corrected: means }, { locale: language }))).toBe(corrected);
		expect(await page.getByRole('searchbox').inputValue()).toBe(typed);
	});
}

test('a result opens as a page in the language in which it was found, with the word in it', async () => {
	await searchFromStart('fr', 'interdépendance');

	const link = page.locator('main ol > li h2 a').first();
	const [href, title] = [await link.getAttribute('href'), await link.innerText()];
	await link.click();
	await page.waitForURL(`${server.origin}${href ?? ''}`);

	expect(href).toMatch(/^\/fr\/forums\//);
	expect(await page.locator('h1').innerText()).toBe(title);
	expect((await page.locator('main').innerText()).toLowerCase()).toContain('interdépendance');
});

for (const language of languages) {
	test(`each filter narrows what was found by as much as it says, and can be taken away again (${language})`, async () => {
		await searchFromStart(language, 'Carter');
		const filters = page.getByRole('navigation', { name: m.search_filters({}, { locale: language }) });
		const all = await resultsIn();

		const narrowed = [];
		for (const label of [m.search_kind, m.search_year, m.search_language]) {
			const row = filters.locator('p', { hasText: label({}, { locale: language }) });
			const choice = row.locator('a:not([aria-current])').last();
			const count = Number(/\((\d+)\)\s*$/.exec(await choice.innerText())?.[1]);
			await choice.click();
			await row.locator('a[aria-current]').waitFor();
			await page.waitForLoadState();
			const [chosen, found] = [await row.locator('a[aria-current]').count(), await resultsIn()];
			await row.locator('a[aria-current]').click();
			await row.locator('a[aria-current]').waitFor({ state: 'detached' });
			await page.waitForLoadState();
			narrowed.push({ asMany: found === count, fewer: found < all, chosen, after: await resultsIn() });
		}

		expect(all).toBeGreaterThan(5);
		expect(narrowed).toEqual([1, 2, 3].map(() => ({ asMany: true, fewer: true, chosen: 1, after: all })));
	});
}

test('a filter stays when other words are looked for, until it is taken away', async () => {
	await searchFromStart('en', 'solidarity');
	const filters = page.getByRole('navigation', { name: 'Narrow down' });
	await filters.getByRole('link', { name: /^Statement/ }).click();

	await page.waitForURL(/kind=statement/);
	await page.getByRole('searchbox').fill('defenders');
	await page.getByRole('button', { name: 'Search' }).click();
	await page.waitForURL(/q=defenders/);
	const kinds = await page.locator('main ol > li > p:nth-child(2)').allInnerTexts();
	await filters.getByRole('link', { name: 'Remove: Statement' }).click();
	await page.waitForURL((url) => url.search === '?q=defenders');

	expect(kinds.length).toBeGreaterThan(1);
	expect(kinds.filter((words) => !words.startsWith('Statement'))).toEqual([]);
	expect(await resultsIn()).toBeGreaterThan(kinds.length);
});

test('whoever changes the language in the middle of a search keeps the words and the filter', async () => {
	await page.goto(`${server.origin}/en/search?q=derechos&kind=statement`);
	const found = await resultsIn();

	await page.getByRole('link', { name: 'Español', exact: true }).click();

	await page.waitForURL(`${server.origin}/es/search?q=derechos&kind=statement`);
	expect(await page.getByRole('searchbox').inputValue()).toBe('derechos');
	expect(await resultsIn()).toBe(found);
	expect(found).toBeGreaterThan(1);
});

for (const language of languages) {
	test(`whoever finds nothing is told so with their own words and what to try instead (${language})`, async () => {
		await searchFromStart(language, 'xyzzyplugh');

		expect(await said()).toBe(m.search_none({ query: 'xyzzyplugh' }, { locale: language }));
		expect(await resultsIn()).toBe(0);
		expect(await page.getByRole('searchbox').isVisible()).toBe(true);
	});
}

test('signs and emptiness find nothing and break nothing', async () => {
	for (const [words, answer] of [['!?&%', m.search_too_little()], ['"" -', m.search_too_little()]] as const) {
		await searchFromStart('en', words);
		expect(await said()).toBe(answer);
	}
	await searchFromStart('en', '');
	expect(await page.locator('main').innerText()).toContain(m.search_empty({ year: '2003' }));
});

test('what looks like a script or like SQL is looked for as words and is shown as words', async () => {
	const hostile = "<img src=x onerror=alert(1)> '; drop table archive_forum; --";
	const open = await browser.newContext();
	const watched = await open.newPage();
	const dialogs: string[] = [];
	watched.on('dialog', (dialog) => {
		dialogs.push(dialog.message());
		void dialog.dismiss();
	});

	await watched.goto(`${server.origin}/en`);
	await watched.getByRole('searchbox').fill(hostile);
	await watched.getByRole('button', { name: 'Search' }).click();
	await watched.waitForURL(/\/search\?/);
	const shown = await watched.getByRole('status').innerText();
	const images = await watched.locator('img').count();
	await watched.goto(`${server.origin}/en/forums`);

	expect(shown).toContain(hostile);
	expect(await watched.locator('main ol > li').count()).toBe(8);
	expect([images, dialogs]).toEqual([0, []]);
	await open.close();
});

test('a query of 10,000 characters gets a page that says what to do', async () => {
	const words = await page.goto(`${server.origin}/en/search?q=${'defender+'.repeat(1112)}`);
	const wordsSaid = await said();
	const one = await page.goto(`${server.origin}/en/search?q=${'a'.repeat(10_000)}`);

	expect([words?.status(), one?.status()]).toEqual([200, 200]);
	expect(wordsSaid).not.toBe('');
	expect(await said()).not.toBe('');
	expect(await page.locator('h1').innerText()).toBe('Search');
});
