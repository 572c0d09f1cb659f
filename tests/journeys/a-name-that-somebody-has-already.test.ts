import type { Browser } from 'playwright-core';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionOf } from '#lib/platform/db/database.ts';
import { databaseOf } from '../attacks/seizure.ts';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';

// One story, in its order: each test goes on where the one before has ended.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let other: Person;
let circle: string;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

/** How many accounts have a circle of their own. */
async function ownCircles(): Promise<number> {
	const client = new pg.Client(connectionOf(databaseOf(server.dataDir)));
	await client.connect();
	const { rows } = await client.query<{ count: string }>('select count(*) from circle where own_of is not null');
	await client.end();
	return Number(rows[0]?.count);
}

test('whoever has joined has a circle of her own, before she goes anywhere', async () => {
	const before = await ownCircles();

	amina = await joined(browser, firstLink(server), 'Amina');

	expect(before).toBe(0);
	await expect.poll(ownCircles).toBe(1);
	expect(await amina.page.getByText('could not be made yet').count()).toBe(0);
});

test('somebody who answers a link under a name that is known already is not let in before the words were compared', async () => {
	circle = await makeCircle(amina.page, { name: 'Legal aid', purpose: '' });
	const luis = await joined(browser, await inviteInto(amina.page, circle), 'Luis');
	await letIn(amina.page, 'Luis');
	await accept(luis.page, circle);
	await go(amina.page, '/en/circles');
	other = await joined(browser, await inviteInto(amina.page, circle), 'LUIS');

	await go(amina.page, '/en/circles');
	await amina.page.getByText('Another account bears the name').waitFor();
	const offered = await amina.page.getByRole('button', { name: 'Let in' }).count();
	await go(amina.page, `${circle}/members`);
	await amina.page.getByText('Careful: this is another account').first().waitFor();
	const offeredThere = await amina.page.getByRole('button', { name: 'Let in' }).count();
	await expect.poll(() => amina.page.getByLabel('Whom', { exact: true }).locator('option:not([disabled])').count()).toBe(1);
	await go(amina.page, '/en/circles');
	await amina.page.getByRole('link', { name: 'Compare safety words' }).click();
	await amina.page.getByText('Share nothing before you have compared these words').waitFor();
	await amina.page.getByRole('button', { name: 'We see the same words' }).click();
	await amina.page.getByText('You noted that the words were the same.').waitFor();
	const warned = await amina.page.getByText('Another account bears the name').count();
	await letIn(amina.page, 'LUIS');
	await accept(other.page, circle);

	expect([offered, offeredThere, warned]).toEqual([0, 0, 0]);
});

test('where such an account reads along, a page says so and nothing is written, until it is compared', async () => {
	const { page } = amina;
	await go(page, `${circle}/members`);
	const row = page.locator('main li').filter({ hasText: /LUIS/ });
	await row.getByText('verified: you compared').waitFor();
	const words = (await row.getByRole('link', { name: 'Compare safety words' }).getAttribute('href')) ?? '';
	await go(page, words);
	await page.getByRole('button', { name: 'No longer verified' }).click();
	await page.getByText('Share nothing before you have compared').waitFor();

	await go(page, `${circle}/papers/new`);
	await page.getByText('is another account than the one that you know by this name').waitFor();
	await page.getByLabel('Title').fill('Hearing');
	await page.getByLabel('Text').fill('Tuesday, room 4');
	await page.getByRole('button', { name: 'Save for the circle' }).click();
	await page.getByText('An account that you have not compared yet').waitFor();
	await go(other.page, circle);
	const reached = await other.page.getByText('Hearing').count();
	page.once('dialog', (dialog) => void dialog.accept());
	await go(page, words);
	await page.getByRole('button', { name: 'We see the same words' }).click();
	await page.getByText('You noted that the words were the same.').waitFor();
	await go(page, `${circle}/papers/new`);
	await page.getByLabel('Title').fill('Hearing');
	await page.getByLabel('Text').fill('Tuesday, room 4');
	await page.getByRole('button', { name: 'Save for the circle' }).click();
	await page.waitForURL(/\/papers\/[\w-]{22}$/);
	await go(other.page, `${circle}/members`);
	await go(other.page, circle);

	await other.page.getByRole('link', { name: 'Hearing' }).waitFor();
	expect(reached).toBe(0);
	expect(await page.getByText('is another account than the one').count()).toBe(0);
});
