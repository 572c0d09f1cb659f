import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { firstLink, joinByPassphrase, signInByPassphrase, takeKit, type Joined } from '../joining.ts';
import { freePort, startServer, type RunningServer } from '../server.ts';
import { accountAsItWas, startHostile, type Hostile } from './hostile.ts';

// One story, in its order: each test goes on where the one before has ended.
let server: RunningServer;
let hostile: Hostile;
let origin: string;
let browser: Browser;
let page: Page;
let joined: Joined;
let before: object;

beforeAll(async () => {
	const port = await freePort();
	hostile = await startHostile(`http://127.0.0.1:${port}`);
	origin = hostile.origin.replace('127.0.0.1', 'localhost');
	server = await startServer({ port, env: { PUBLIC_ORIGIN: origin } });
	browser = await openBrowser();
	page = await browser.newPage();
	joined = await joinByPassphrase(page, firstLink(server), 'Somebody');
});

afterAll(async () => {
	await browser.close();
	await hostile[Symbol.asyncDispose]();
	await server[Symbol.asyncDispose]();
});

const signingIn = /\/api\/sign-in\/passphrase\/finish$/;

/** Waits until the page has come to where one signs in: it goes there by itself, as soon as the server has answered. */
async function signOut(): Promise<void> {
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.waitForURL(/\/sign-in/);
}

/** Without the session that a refused attempt has begun, for which only the passphrase would be asked. */
async function signIn(where: Page): Promise<void> {
	await where.context().clearCookies();
	await signInByPassphrase(where, origin, joined);
}

test('an account that goes on is opened by a browser that remembers it', async () => {
	hostile.tamper({ name: 'keeps what it says', path: signingIn, times: 1, json: ({ unlock, version, log }: Record<string, unknown>) => void (before = { unlock, version, log }) });
	await page.getByRole('link', { name: 'Go to your account' }).click();
	await signOut();
	await signIn(page);
	await page.getByRole('heading', { name: 'Your account' }).waitFor();
	await page.getByRole('button', { name: 'Renew the recovery kit' }).click();
	await takeKit(page, 'Put the new kit in force');
	await page.getByText('Done.').waitFor();
	await signOut();

	await signIn(page);

	await page.getByRole('heading', { name: 'Your account' }).waitFor();
	expect(Object.keys(before)).toEqual(['unlock', 'version', 'log']);
});

test('the same account as it was before its kit was renewed is refused, in a sentence of its own', async () => {
	await signOut();
	const lie = accountAsItWas(signingIn, before);
	const calm = hostile.tamper(lie);

	await signIn(page);

	await page.getByText('The server shows this account as it was before').waitFor();
	expect(await page.getByRole('heading', { name: 'Your account' }).count()).toBe(0);
	expect(hostile.told(lie.name)).toBe(1);
	calm();
});

test('an open account is not changed on the ground of an older log either', async () => {
	await signIn(page);
	await page.getByRole('heading', { name: 'Your account' }).waitFor();
	const calm = hostile.tamper(accountAsItWas(/\/api\/account\/unlock$/, before));

	await page.getByRole('button', { name: 'Renew the recovery kit' }).click();
	await takeKit(page, 'Put the new kit in force');

	await page.getByText('The server shows this account as it was before').waitFor();
	calm();
});

test('a browser that has seen nothing takes it, as it has nothing to compare with, and one that forgot may go on after a restore', async () => {
	const context = await browser.newContext();
	const fresh = await context.newPage();
	const calm = hostile.tamper(accountAsItWas(signingIn, before));
	await signIn(fresh);
	await fresh.getByRole('heading', { name: 'Your account' }).waitFor();
	await page.goto(`${origin}/en/sign-in`);
	await page.evaluate(() => window.dispatchEvent(new Event('steadfast:leave')));
	await page.evaluate(() => new Promise((resolve) => indexedDB.deleteDatabase('steadfast').addEventListener('success', resolve)));

	await signIn(page);

	await page.getByRole('heading', { name: 'Your account' }).waitFor();
	calm();
	await context.close();
});
