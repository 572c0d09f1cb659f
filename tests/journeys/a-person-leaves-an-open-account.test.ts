import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { sessionCookie } from '#lib/people/login-session.ts';
import { openBrowser } from '../browser.ts';
import { go, joined, makeCircle, writePaper, type Person } from '../circle-steps.ts';
import { firstLink, inviteFrom } from '../joining.ts';
import { escapeThrice } from '../leaving.ts';
import { startServer, type RunningServer } from '../server.ts';

const elsewhere = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<title>Weather</title><p>Rain</p>'));
let harmless: string;
let server: RunningServer;
let browser: Browser;
let keeper: Person;
let amina: Person;
let cookie: string;
let circle: string;

beforeAll(async () => {
	elsewhere.listen(0, '127.0.0.1');
	await once(elsewhere, 'listening');
	// Listening on a port there is always such an address.
	harmless = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/weather`;
	server = await startServer({ env: { QUICK_EXIT_URL: harmless } });
	browser = await openBrowser();
	keeper = await joined(browser, firstLink(server), 'Keeper');
	await keeper.page.getByRole('link', { name: 'Go to your account' }).click();
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
	elsewhere.close();
});

beforeEach(async () => {
	amina = await joined(browser, await inviteFrom(keeper.page, 'staff'), 'Amina');
	circle = await makeCircle(amina.page, { name: 'Grants desk', purpose: '' });
	cookie = (await amina.context.cookies()).find(({ name }) => name === sessionCookie)?.value ?? '';
	await keeper.page.getByRole('link', { name: 'Account' }).click();
});

afterEach(() => amina.context.close());

/** Whether the server still takes the cookie, wherever it is by now. */
async function isSignedIn(): Promise<unknown> {
	const answer = await fetch(`${server.origin}/api/session`, { headers: { cookie: `${sessionCookie}=${cookie}` } });
	return ((await answer.json()) as { signedIn: boolean }).signedIn;
}

/** That nobody is signed in any more, here or on the server, and the way back shows nothing. */
async function isGone({ page, context }: Person): Promise<void> {
	await page.waitForURL(harmless);
	await expect.poll(isSignedIn).toBe(false);
	await expect.poll(async () => (await context.cookies()).length).toBe(0);
	const record = await context.newPage();
	await record.goto(`${server.origin}/en/about`);
	await expect.poll(() => record.evaluate(async () => (await indexedDB.databases()).length + localStorage.length)).toBe(0);
	await page.goBack();
	await page.locator('h1').waitFor();
	expect(await page.locator('body').innerText()).not.toMatch(/Grants desk|Hearing|room 4/);
	await page.goto(`${server.origin}/en/sign-in`);
	await page.getByLabel('Your name').or(page.getByRole('button', { name: 'Sign in with a passkey' })).first().waitFor();
	expect(await page.getByText('the account is locked').count()).toBe(0);
}

test('the button ends the session on the server and takes the cookie back', async () => {
	await writePaper(amina.page, circle, { title: 'Hearing', text: 'Tuesday, room 4' });
	const before = [await isSignedIn(), (await amina.context.cookies()).length];

	await amina.page.getByRole('button', { name: 'Leave now' }).click();

	expect(before).toEqual([true, 1]);
	await isGone(amina);
});

test('Escape three times does the same in the middle of a sentence: nobody is asked, and nothing of it is kept', async () => {
	const { page } = amina;
	const asked: string[] = [];
	page.on('dialog', (dialog) => {
		asked.push(dialog.type());
		void dialog.dismiss();
	});
	await go(page, `${circle}/papers/new`);
	await page.getByLabel('Title').fill('Hearing');
	await page.getByLabel('Text').fill('Tuesday, room 4');

	await escapeThrice(page);

	await isGone(amina);
	expect(asked).toEqual([]);
});

test('a locked tab ends the session as well', async () => {
	await go(amina.page, '/en/account');
	await amina.page.getByRole('button', { name: 'Lock', exact: true }).click();
	await amina.page.getByRole('heading', { name: 'Unlock' }).waitFor();
	const before = await isSignedIn();

	await amina.page.getByRole('button', { name: 'Leave now' }).click();

	expect(before).toBe(true);
	await isGone(amina);
});

test('a server that does not answer keeps nobody', async () => {
	const { page } = amina;
	await page.route('**/api/session', () => undefined);
	const begun = Date.now();

	await page.getByRole('button', { name: 'Leave now' }).click();
	await page.waitForURL(harmless);

	// Half a second; a machine with much else to do may need far longer, and the server never answers.
	expect(Date.now() - begun).toBeLessThan(20_000);
});
