import { brotliCompressSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { languages, nativeNames, type Language } from '#lib/platform/i18n/language.ts';
import { openBrowser } from '../browser.ts';
import { addAuthenticator, beginJoining, choosePassphrase, firstLink, takeKit } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';
import { lookAt, readyToLook } from './look.ts';

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

const clean = { axeInLight: [], axeInDark: [], beyond320: 0, beyond640: 0, beyond640Doubled: 0, lowTargets: [] };

async function inLanguage(page: Page, language: Language): Promise<void> {
	// By keyboard: the page has just been enlarged and made small again, and may still be moving.
	await page.getByRole('link', { name: nativeNames[language] }).press('Enter');
	await page.locator(`html[lang=${language}]`).waitFor();
}

/** Looks at what is shown in every language, without losing what is in memory. */
async function lookEverywhere(page: Page, what: string): Promise<unknown[]> {
	const found: unknown[] = [];
	const titles = new Set<string>();
	for (const language of languages) {
		await inLanguage(page, language);
		await page.locator('h1').waitFor();
		titles.add(await page.locator('h1').innerText());
		const seen = await lookAt(page);
		if (JSON.stringify(seen) !== JSON.stringify(clean)) found.push({ what, language, ...seen });
	}
	if (titles.size !== languages.length) found.push({ what, titles: [...titles] });
	await inLanguage(page, 'en');
	return found;
}

test('every page of people, in every language, in light and dark, large and small, shuts nobody out', async () => {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
	await readyToLook(context);
	const page = await context.newPage();
	const found: unknown[] = [];
	const look = async (what: string) => found.push(...(await lookEverywhere(page, what)));

	await page.goto(`${server.origin}/en/join#cut`);
	await page.getByRole('alert').waitFor();
	await look('a link that does not work');
	await page.goto('about:blank');
	await page.goto(firstLink(server));
	await page.getByRole('button', { name: 'Begin' }).waitFor();
	await look('the invitation');
	await beginJoining(page, firstLink(server), 'Somebody');
	await look('the choice');
	await page.getByRole('button', { name: 'Choose a passphrase' }).click();
	await look('the passphrase');
	await page.getByRole('button', { name: 'Back' }).click();
	await choosePassphrase(page);
	await page.locator('.kit li').nth(23).waitFor();
	await look('the kit');
	await takeKit(page);
	await page.getByRole('heading', { name: 'You have joined' }).waitFor();
	await look('joined');
	await page.getByRole('link', { name: 'Go to your account' }).click();
	// Only now: when another line to the browser is closed, as looking does, it forgets such authenticators.
	await addAuthenticator(page);
	await page.getByLabel('Name for the passkey').fill('blue phone');
	await page.getByRole('button', { name: 'Add a passkey of this device' }).click();
	await page.getByText('blue phone', { exact: true }).waitFor();
	await look('the account');
	await page.getByRole('link', { name: 'Invite' }).click();
	await page.getByRole('button', { name: 'Make the link' }).click();
	await page.getByLabel('The link').waitFor();
	await look('inviting');
	await page.getByRole('link', { name: 'Account' }).click();
	await page.getByRole('button', { name: 'Lock' }).click();
	await page.getByRole('heading', { name: 'Unlock' }).waitFor();
	await look('unlocking');
	await page.getByRole('link', { name: 'I cannot sign in any more' }).click();
	await page.waitForURL(/\/recover$/);
	await look('recovery');

	expect(found).toEqual([]);
	await context.close();
});

test('somebody joins by keyboard alone, and each step begins at its heading', async () => {
	await using other = await startServer();
	const page = await browser.newPage();
	await page.goto(firstLink(other));
	const at = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
	const tabTo = async (name: string) => {
		for (let presses = 0; presses < 30; presses++) {
			await page.keyboard.press('Tab');
			const focused = await page.evaluate(() => {
				const element = document.activeElement;
				return element instanceof HTMLInputElement ? (element.labels?.[0]?.textContent ?? '') : (element?.textContent ?? '');
			});
			if (focused.trim() === name) return;
		}
		throw new Error(`The keyboard does not reach ${name}.`);
	};
	const step = async (heading: string) => {
		await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
		await expect.poll(at).toBe(heading);
	};

	await page.getByRole('button', { name: 'Begin' }).waitFor();
	await step('Join');
	await tabTo('Begin');
	await page.keyboard.press('Enter');
	await step('What shall others call you?');
	await tabTo('Your name');
	await page.keyboard.press('Enter');
	const refused = await page.getByRole('alert').innerText();
	await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('name');
	await page.keyboard.type('Somebody');
	await page.keyboard.press('Enter');
	await step('How will you unlock?');
	await tabTo('Choose a passphrase');
	await page.keyboard.press('Enter');
	await step('Your passphrase');
	await page.locator('.words span').nth(5).waitFor();
	const words = (await page.locator('.words span').allInnerTexts()).join(' ');
	await tabTo('Type the six words');
	await page.keyboard.type(words);
	await page.keyboard.press('Enter');
	await step('Your recovery kit');

	expect(refused).toBe('Write a name.');
	await page.close();
});

test('the joining page, with everything that a passphrase needs, brings at most 300 KB of script', async () => {
	await using other = await startServer();
	const context = await browser.newContext();
	const page = await context.newPage();
	const scripts = new Map<string, number>();
	const reading: Promise<unknown>[] = [];
	context.on('response', (response) => {
		const { pathname } = new URL(response.url());
		if (!pathname.endsWith('.js')) return;
		const read = response.body().then((body) => scripts.set(pathname, brotliCompressSync(body).length));
		// What comes after the weighing has no body any more when the browser is closed, and is nobody's concern.
		read.catch(() => undefined);
		reading.push(read);
	});

	await beginJoining(page, firstLink(other), 'Somebody');
	await page.getByRole('button', { name: 'Choose a passphrase' }).click();
	await page.getByRole('button', { name: 'Write my own instead' }).click();
	const own = 'a kettle that argues with the moon';
	await page.getByLabel('Passphrase', { exact: true }).fill(own);
	await page.getByLabel('The passphrase once more').fill(own);
	await page.getByRole('button', { name: 'Use this passphrase' }).click();
	await takeKit(page);
	// Off the place where the link to the next page will be: that page's own script is not this one's.
	await page.mouse.move(0, 0);
	await page.getByRole('heading', { name: 'You have joined' }).waitFor();
	await Promise.all(reading);

	const bytes = [...scripts.values()].reduce((sum, one) => sum + one, 0);
	console.log(`The joining page: ${bytes} bytes of script in ${scripts.size} files.`);
	expect(bytes).toBeGreaterThan(100_000);
	expect(bytes).toBeLessThan(300 * 1024);
	await context.close();
});
