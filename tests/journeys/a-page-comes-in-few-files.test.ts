import type { Browser, CDPSession, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { go, joined, makeCircle, writePaper } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';

let server: RunningServer;
let browser: Browser;
let page: Page;
let devtools: CDPSession;
let circle: string;
let paper: string;
/** How many requests the page has begun, and those that are on their way. */
let begun = 0;
const going = new Set<Request>();

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	({ page } = await joined(browser, firstLink(server), 'Amina'));
	// One for all: with a second one that ends, the authenticator of the page ends as well.
	devtools = await page.context().newCDPSession(page);
	page.on('request', (request) => {
		begun += 1;
		going.add(request);
	});
	page.on('requestfinished', (request) => void going.delete(request));
	page.on('requestfailed', (request) => void going.delete(request));
	circle = await makeCircle(page, { name: 'Grants desk', purpose: 'Decides on urgent grants.' });
	paper = await writePaper(page, circle, { title: 'Minutes', text: 'We decide by Friday.' });
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

test('an opened circle and its pages come in at most 20 requests each, the circle with at most 120 KB of script, a paper that is edited with at most 150 KB', async () => {
	const pages = { list: '/en/circles', circle, paper, members: `${circle}/members`, 'new paper': `${circle}/papers/new`, desk: '/en/desk/grants', 'new call': '/en/desk/grants/new' };
	const measured: Record<string, Loaded> = {};
	for (const [name, path] of Object.entries(pages)) measured[name] = await loaded(path);
	measured['paper that is edited'] = await loaded(paper, async () => {
		await page.getByRole('button', { name: 'Edit', exact: true }).click();
		await page.getByLabel('Text').waitFor();
	});

	console.log(Object.entries(measured).map(([name, { requests, bytes, scriptBytes, unlocking }]) => `${name}: ${requests} requests, ${bytes} bytes, ${scriptBytes} of them script; unlocking ${unlocking} more`).join('\n'));
	expect(Object.entries(measured).filter(([, { requests }]) => requests > 20)).toEqual([]);
	expect(Math.min(...Object.values(measured).map(({ scriptBytes }) => scriptBytes))).toBeGreaterThan(80_000);
	expect(measured['circle']?.scriptBytes).toBeLessThanOrEqual(122_880);
	expect(measured['paper that is edited']?.scriptBytes).toBeLessThanOrEqual(150_000);
});

test('what is there already is not loaded again on the way from page to page, and another language is only its words', async () => {
	await loaded(circle);
	const asked: string[] = [];
	page.on('request', (request) => {
		const { pathname } = new URL(request.url());
		if (!pathname.startsWith('/api/') && pathname !== '/icon.svg') asked.push(pathname.replace(/\.?[\w-]{8}\.js$/, ''));
	});
	const walk = async (): Promise<void> => {
		await go(page, `${circle}/members`);
		await page.getByRole('button', { name: 'Make a link' }).waitFor();
		await go(page, paper);
		await page.getByText('We decide by Friday.').waitFor();
		await go(page, circle);
		await page.getByRole('link', { name: 'Minutes' }).waitFor();
	};

	await walk();
	const first = asked.splice(0);
	await walk();
	const again = asked.splice(0);
	await go(page, circle.replace('/en/', '/ar/'));
	await page.getByRole('heading', { name: 'المستندات' }).waitFor();

	expect(first.length).toBeGreaterThan(0);
	expect(again).toEqual([]);
	expect(asked.sort()).toEqual(['/_app/immutable/vault/circles-ar', '/_app/immutable/vault/vault-ar']);
	expect(await page.getByRole('heading', { level: 1, name: 'Grants desk' }).count()).toBe(1);
});

test('without a line somebody who chooses another language stays in hers, with what is open', async () => {
	await page.context().setOffline(true);
	await page.evaluate((path) => {
		const link = Object.assign(document.createElement('a'), { href: path, textContent: path });
		document.querySelector('main')?.append(link);
		link.click();
		link.remove();
	}, circle.replace('/en/', '/fr/'));
	await page.waitForTimeout(1500);
	const shown = await page.getByRole('heading', { level: 1 }).innerText();
	await page.context().setOffline(false);

	expect([new URL(page.url()).pathname.slice(0, 4), await page.locator('html').getAttribute('lang'), shown]).toEqual(['/ar/', 'ar', 'Grants desk']);
});

interface Loaded {
	/** Everything from the page's own address on until it shows what it is for, but for unlocking the vault. */
	readonly requests: number;
	readonly bytes: number;
	/** Compressed, as `bytes` are, but without headers. */
	readonly scriptBytes: number;
	/** Requests of the page on which the vault is unlocked, on the way. */
	readonly unlocking: number;
}

/** Until the page has asked for nothing for a second, and nothing is on its way: what the browser calls idle is so once for a document, and a page of the vault goes on in the same. */
async function quiet(): Promise<void> {
	for (let before = -1, since = 0; Date.now() - since < 1000 || going.size > 0; await new Promise((resolve) => setTimeout(resolve, 50))) {
		if (begun !== before) [before, since] = [begun, Date.now()];
	}
}

/** Opens a page as a browser does that has kept nothing of the site, unlocks, and comes back to it. */
async function loaded(path: string, act?: () => Promise<void>): Promise<Loaded> {
	const asked = new Map<string, { path: string; from: string; fromMemory: boolean; headerBytes: number }>();
	const came: { path: string; isUnlocking: boolean; bytes: number; headerBytes: number }[] = [];
	devtools.on('Network.requestWillBeSent', ({ requestId, request, documentURL }) => asked.set(requestId, { path: new URL(request.url).pathname, from: new URL(documentURL).pathname, fromMemory: false, headerBytes: 0 }));
	devtools.on('Network.responseReceived', ({ requestId, response }) => Object.assign(asked.get(requestId) ?? {}, { headerBytes: response.encodedDataLength }));
	devtools.on('Network.requestServedFromCache', ({ requestId }) => Object.assign(asked.get(requestId) ?? {}, { fromMemory: true }));
	devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
		const one = asked.get(requestId);
		if (one && !one.fromMemory && encodedDataLength > 0) came.push({ path: one.path, isUnlocking: one.from.endsWith('/sign-in') || /^\/api\/(?:session|sign-in)/.test(one.path), bytes: encodedDataLength, headerBytes: one.headerBytes });
	});
	await page.goto('about:blank');
	await page.bringToFront();
	await devtools.send('Network.enable');
	await devtools.send('Network.clearBrowserCache');
	await page.goto(server.origin + path);
	const unlock = page.getByRole('link', { name: 'Unlock and come back here' });
	await unlock.waitFor();
	await quiet();
	await unlock.click();
	await page.waitForURL(/\/sign-in/);
	await quiet();
	await page.getByRole('button', { name: /passkey/i }).click();
	await page.waitForURL((url) => url.pathname === path);
	await quiet();
	await act?.();
	await quiet();
	await devtools.send('Network.disable');
	const own = came.filter(({ isUnlocking }) => !isUnlocking);
	const sum = (all: typeof came): number => all.reduce((bytes, one) => bytes + one.bytes, 0);
	return { requests: own.length, bytes: sum(own), scriptBytes: sum(own.filter((one) => one.path.endsWith('.js')).map((one) => ({ ...one, bytes: one.bytes - one.headerBytes }))), unlocking: came.length - own.length };
}
