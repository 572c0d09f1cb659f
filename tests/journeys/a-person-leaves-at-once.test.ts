import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { escapeThrice } from '../leaving.ts';
import { startServer, until, type RunningServer } from '../server.ts';

const elsewhere = createServer((request, response) => response.setHeader('content-type', 'text/html').end(`<title>Weather</title><p>${request.url ?? ''}</p>`));
let harmless: string;
let before: string;
let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
	elsewhere.listen(0, '127.0.0.1');
	await once(elsewhere, 'listening');
	// Listening on a port there is always such an address.
	const { port } = elsewhere.address() as AddressInfo;
	harmless = `http://127.0.0.1:${port}/weather`;
	before = `http://127.0.0.1:${port}/before`;
	server = await startServer({ env: { QUICK_EXIT_URL: harmless } });
	browser = await openBrowser();
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
	elsewhere.close();
});

/** Somebody came from another page to the vault's, which has stored something of every kind. */
async function somebodyInside(): Promise<{ context: BrowserContext; page: Page; said: string[] }> {
	const context = await browser.newContext();
	const page = await context.newPage();
	const said: string[] = [];
	page.on('console', (message) => said.push(message.text()));
	await page.goto(before);
	const facts = page.waitForResponse('**/api/house');
	await page.goto(`${server.origin}/en/sign-in`);
	await page.locator('h1').waitFor();
	await (await facts).finished();
	await page.evaluate(async () => {
		localStorage.setItem('kept', '1');
		sessionStorage.setItem('kept', '1');
		await (await caches.open('kept')).put('/kept', new Response('1'));
		await new Promise((resolve) => {
			const opened = indexedDB.open('kept');
			opened.addEventListener('success', () => {
				opened.result.close();
				resolve(undefined);
			});
		});
		// What wipes keys is told while the page is blank already.
		window.addEventListener('steadfast:leave', () => console.log(`told while the page shows ${getComputedStyle(document.documentElement).display}`));
	});
	return { context, page, said };
}

/** Nothing is left of the vault in the browser's storage; gives back what is, in the tab's history, behind the harmless page. */
async function behindIt({ context, page }: { context: BrowserContext; page: Page }): Promise<string> {
	await page.waitForURL(harmless);
	await page.goBack();
	const behind = page.url();
	await page.goForward();
	// A page of the record, which stores nothing itself, sees what is stored at its origin.
	await page.goto(`${server.origin}/en/about`);
	const left = async () => ({
		stored: await page.evaluate(async () => ({
			local: localStorage.length,
			session: sessionStorage.length,
			databases: (await indexedDB.databases()).length,
			caches: (await caches.keys()).length
		})),
		cookies: (await context.cookies()).length
	});
	await expect.poll(left).toEqual({ stored: { local: 0, session: 0, databases: 0, caches: 0 }, cookies: 0 });
	return behind;
}

test('one press of the button leads away, and neither the way back nor the storage holds anything', async () => {
	const inside = await somebodyInside();

	await inside.page.getByRole('button', { name: 'Leave now' }).click();

	expect(await behindIt(inside)).toBe(before);
	expect(inside.said).toEqual(['told while the page shows none']);
	await inside.context.close();
});

test('Escape three times does the same, out of a field in a dialog that keeps Escape for itself', async () => {
	const inside = await somebodyInside();
	const { page } = inside;
	await page.evaluate(() => {
		const dialog = document.createElement('dialog');
		dialog.append(Object.assign(document.createElement('input'), { id: 'inner' }));
		dialog.addEventListener('cancel', (event) => event.preventDefault());
		dialog.addEventListener('keydown', (event) => event.stopPropagation());
		document.body.append(dialog);
		dialog.showModal();
	});
	await page.locator('#inner').fill('words that somebody should not see');
	await page.locator('#inner').focus();

	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	const afterTwo = { url: page.url(), said: [...inside.said] };
	// On a slow machine those two may be too old by now.
	await escapeThrice(page);

	expect(afterTwo).toEqual({ url: `${server.origin}/en/sign-in`, said: [] });
	expect(await behindIt(inside)).toBe(before);
	expect(inside.said).toEqual(['told while the page shows none']);
	await inside.context.close();
});

test('a database that somebody holds open does not keep the person', async () => {
	const inside = await somebodyInside();
	await inside.page.evaluate(() => new Promise((resolve) => indexedDB.open('kept').addEventListener('success', resolve)));

	await inside.page.getByRole('button', { name: 'Leave now' }).click();

	await inside.page.waitForURL(harmless);
	await inside.context.close();
});

test('the exit works when the server is gone, to the page that it named before', async () => {
	const context = await browser.newContext();
	const page = await context.newPage();
	await using own = await startServer({ env: { QUICK_EXIT_URL: harmless } });
	const facts = page.waitForResponse('**/api/house');
	await page.goto(`${own.origin}/fr/sign-in`);
	await (await facts).finished();
	await own.stop();

	await page.getByRole('button', { name: 'Quitter vite' }).click();

	await until(() => page.url() === harmless);
	await context.close();
});

test('what leaving cannot do is said beside the button, and on it', async () => {
	const page = await browser.newPage();
	await page.goto(`${server.origin}/en/sign-in`);
	const cannot = 'It cannot remove earlier pages from this tab’s or the browser’s history';

	await page.getByText('What “Leave now” does').click();

	await page.getByText(cannot).waitFor({ state: 'visible' });
	expect(await page.getByRole('button', { name: 'Leave now' }).getAttribute('title')).toContain(cannot);
	await page.close();
});
