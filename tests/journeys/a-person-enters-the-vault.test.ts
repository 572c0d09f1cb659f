import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { directionOf, languages, nativeNames, type Language } from '#lib/platform/i18n/language.ts';
import { openBrowser } from '../browser.ts';
import { startServer, type RunningServer } from '../server.ts';
import { ask } from './http.ts';
import { lookAt, readyToLook } from './look.ts';
import { watch } from './watch.ts';

let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

async function languageOf(page: Page): Promise<unknown> {
	return page.evaluate(() => ({ lang: document.documentElement.lang, dir: document.documentElement.dir, path: location.pathname }));
}

const expected = (language: Language) => ({ lang: language, dir: directionOf(language), path: `/${language}/sign-in` });

test('in every language the page says who can read it, shuts nobody out, asks nobody else and leaves nothing', async () => {
	const findings: unknown[] = [];
	const bands: string[] = [];
	for (const language of languages) {
		const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
		await readyToLook(context);
		const watched = watch(context, server.origin);
		const page = await context.newPage();
		await page.goto(`${server.origin}/${language}/sign-in`);
		await page.locator('h1').waitFor();
		bands.push(await page.locator('header p').first().innerText());
		findings.push({ at: await languageOf(page), ...(await lookAt(page)), troubles: watched.troubles, left: await watched.leftBehind() });
		await context.close();
	}

	const clean = { axeInLight: [], axeInDark: [], beyond320: 0, beyond640: 0, beyond640Doubled: 0, lowTargets: [], troubles: [], left: [] };
	expect(findings).toEqual(languages.map((language) => ({ at: expected(language), ...clean })));
	expect(bands[0]).toBe('Nobody but you can read what you type here. It stays on this device until it is sealed.');
	expect(new Set(bands).size).toBe(languages.length);
});

test('another language comes without a reload, with the page, its title and what stands after the #', async () => {
	const page = await browser.newPage();
	await page.goto(`${server.origin}/en/sign-in#secret`);
	await page.locator('h1').waitFor();
	await page.evaluate(() => Object.assign(globalThis, { kept: 'keys' }));

	for (const [language, title] of [['ar', 'الدخول'], ['es', 'Entrar'], ['en', 'Sign in']] as const) {
		await page.getByRole('link', { name: nativeNames[language] }).click();
		await page.waitForURL(`**/${language}/sign-in#secret`);
		await expect.poll(async () => [await languageOf(page), await page.locator('h1').innerText(), await page.title(), await page.evaluate(() => 'kept' in globalThis)]).toEqual([expected(language), title, title, true]);
	}
	await page.close();
});

test('the keyboard alone reaches the content first, then the exit, then the other languages', async () => {
	const page = await browser.newPage();
	await page.goto(`${server.origin}/en/sign-in`);
	await page.locator('h1').waitFor();

	const stops = [];
	for (let i = 0; i < 7; i++) {
		await page.keyboard.press('Tab');
		stops.push(await page.evaluate(() => (document.activeElement instanceof HTMLElement ? document.activeElement.innerText : '')));
	}
	await page.reload();
	await page.locator('h1').waitFor();
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');

	expect(stops).toEqual(['Skip to the content', 'What “Leave now” does', 'Leave now', 'English', 'Español', 'Français', 'العربية']);
	await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('content');
	await page.close();
});

test('going to the record ends what was in memory, whatever link leads there', async () => {
	const page = await browser.newPage();
	const links = [() => page.getByRole('link', { name: 'Go to the public record' }).click(), () => page.evaluate(() => document.querySelector('main')?.append(Object.assign(document.createElement('a'), { href: '/en/about', textContent: 'About' }))).then(() => page.getByText('About').click())];
	const seen = [];
	for (const follow of links) {
		await page.goto(`${server.origin}/en/sign-in`);
		await page.locator('h1').waitFor();
		await page.evaluate(() => Object.assign(globalThis, { kept: 'keys' }));
		await follow();
		await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
		await page.locator('footer').waitFor();
		seen.push([new URL(page.url()).pathname, await page.evaluate(() => 'kept' in globalThis), await page.locator('script').count()]);
	}

	expect(seen).toEqual([['/en', false, 0], ['/en/about', false, 0]]);
	await page.close();
});

test('without JavaScript the page says why it is needed, and leads to the record', async () => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	const seen = [];
	for (const language of languages) {
		await page.goto(`${server.origin}/${language}/sign-in`);
		seen.push({ title: await page.locator('h1').innerText(), sentences: await page.locator('p').count(), link: await page.locator('a').getAttribute('href'), dir: await page.locator('html').getAttribute('dir') });
	}

	expect(seen).toEqual([
		{ title: 'This page needs JavaScript', sentences: 3, link: '/en', dir: 'ltr' },
		{ title: 'Esta página necesita JavaScript', sentences: 3, link: '/es', dir: 'ltr' },
		{ title: 'Cette page a besoin de JavaScript', sentences: 3, link: '/fr', dir: 'ltr' },
		{ title: 'تحتاج هذه الصفحة إلى JavaScript', sentences: 3, link: '/ar', dir: 'rtl' }
	]);
	await context.close();
});

test('what every page of the vault stands on, sealing and opening among it, is small and comes in few pieces', async () => {
	const shell = await ask(`${server.origin}/en/sign-in`, { headers: { 'accept-encoding': 'br' } });
	// Words of other languages and areas stand there as alternates, which nobody asks for before they are wanted.
	const asked = shell.text.replaceAll(/<link rel="alternate"[^>]*>/g, '');
	const files = [...asked.matchAll(/(?:href|src)="(\/_app\/[^"]+)"/g)].map(([, path = '']) => path);

	const answers = await Promise.all(files.map((path) => ask(server.origin + path, { headers: { 'accept-encoding': 'br' } })));

	const bytes = [shell, ...answers].reduce((sum, { wireBytes }) => sum + wireBytes, 0);
	expect(files.length).toBeGreaterThan(2);
	expect(files.length).toBeLessThanOrEqual(6);
	expect(bytes).toBeLessThan(115_000);
});
