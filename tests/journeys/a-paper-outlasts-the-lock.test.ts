import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { go, joined, makeCircle, storedIn, unlockAndComeBack, writePaper, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';

// One story, in its order: each test goes on where the one before has ended.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let page: Page;
let circle: string;
let paper: string;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	amina = await joined(browser, firstLink(server), 'Amina');
	({ page } = amina);
	circle = await makeCircle(page, { name: 'Grants desk', purpose: '' });
	paper = await writePaper(page, circle, { title: 'Hearing', text: 'Tuesday' });
	await page.clock.install();
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

async function edit(text: string): Promise<void> {
	await go(page, paper);
	await page.getByRole('button', { name: 'Edit', exact: true }).click();
	await page.getByLabel('Text').fill(text);
}

test('an untouched paper is saved as a version before the tab locks', async () => {
	await edit('Tuesday, room 4');

	await page.clock.fastForward('09:10');
	await page.getByText('Saved as a version before this tab locks').waitFor();
	await page.clock.fastForward('01:30');
	await page.getByRole('heading', { name: 'The vault is locked' }).waitFor();
	await unlockAndComeBack(page);

	await page.getByText('Tuesday, room 4').first().waitFor();
	expect(await page.getByText('were not saved when the vault locked').count()).toBe(0);
});

test('without a connection the words are sealed on the device when it locks, and are in the fields again afterwards', async () => {
	await edit('Moved to Friday, the safe house is blue');
	await amina.context.setOffline(true);

	await page.clock.fastForward('10:30');
	await page.getByRole('heading', { name: 'The vault is locked' }).waitFor();
	const kept = await storedIn(page);
	await amina.context.setOffline(false);
	await unlockAndComeBack(page);
	await page.getByText('were not saved when the vault locked').waitFor();
	const brought = await page.getByLabel('Text').inputValue();
	await page.getByRole('button', { name: 'Save for the circle' }).click();
	await page.getByText('Saved.').waitFor();

	expect(brought).toBe('Moved to Friday, the safe house is blue');
	expect(kept.length).toBeGreaterThan(200);
	expect(['safe house', 'Hearing', circle.split('/').at(-1) ?? ''].filter((words) => kept.includes(words))).toEqual([]);
	await page.getByRole('button', { name: 'Edit', exact: true }).click();
	await page.getByLabel('Text').waitFor();
	expect(await page.getByText('were not saved when the vault locked').count()).toBe(0);
	await page.getByRole('button', { name: 'Cancel' }).click();
});

test('a session that was ended elsewhere loses no words of a new paper either', async () => {
	await go(page, `${circle}/papers/new`);
	await page.getByLabel('Title').fill('Witnesses');
	await page.getByLabel('Text').fill('Marta, Sunday');
	await amina.context.clearCookies();

	// The page asks the server by itself as well: where it does so first, it has locked before anybody pressed.
	await page.getByRole('button', { name: 'Save for the circle' }).click({ timeout: 5000 }).catch(() => undefined);
	await page.getByRole('heading', { name: 'The vault is locked' }).waitFor();
	await unlockAndComeBack(page);
	await page.getByText('were not saved when the vault locked').waitFor();

	expect([await page.getByLabel('Title').inputValue(), await page.getByLabel('Text').inputValue()]).toEqual(['Witnesses', 'Marta, Sunday']);
	page.once('dialog', (dialog) => void dialog.accept());
	await page.getByRole('button', { name: 'Cancel' }).click();
	await page.waitForURL(new RegExp(`${circle}$`));
	await go(page, `${circle}/papers/new`);
	await page.getByLabel('Text').waitFor();
	expect(await page.getByLabel('Text').inputValue()).toBe('');
});

test('where the server asks for patience, the page waits and saves by itself', async () => {
	const saving: string[] = [];
	await page.route(`**/api${circle.slice(3)}/records/*`, async (route) => {
		saving.push(route.request().method());
		if (saving.length === 1) await route.fulfill({ status: 429, headers: { 'retry-after': '2', 'content-type': 'application/json' }, body: '{"reason":"slow-down"}' });
		else await route.continue();
	});
	const begun = Date.now();

	await writePaper(page, circle, { title: 'Patience', text: 'is asked for' });

	expect(saving.slice(0, 2)).toEqual(['PUT', 'PUT']);
	expect(Date.now() - begun).toBeGreaterThanOrEqual(2000);
});
