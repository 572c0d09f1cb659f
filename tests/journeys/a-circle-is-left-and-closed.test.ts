import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, writePaper, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';

// One story, in its order: each test goes on where the one before has ended.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let luis: Person;
let sara: Person;
let circle: string;
let paper: string;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	amina = await joined(browser, firstLink(server), 'Amina');
	circle = await makeCircle(amina.page, { name: 'Grants desk', purpose: '' });
	const people: Person[] = [];
	for (const name of ['Luis', 'Sara']) {
		const person = await joined(browser, await inviteInto(amina.page, circle), name);
		await letIn(amina.page, name);
		await accept(person.page, circle);
		people.push(person);
	}
	[luis, sara] = people as [Person, Person];
	paper = await writePaper(amina.page, circle, { title: 'Minutes', text: 'Hotel for two nights.' });
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

const lines = async ({ page }: Person): Promise<string[]> => {
	await go(page, `${circle}/log`);
	await page.getByText('Lines checked just now').waitFor();
	return (await page.locator('main ol li').allInnerTexts()).map((line) => line.replaceAll(/[\u2068\u2069]/g, '').trim());
};

test('who leaves is shown the list without the circle, and its pages say that she is no member any more', async () => {
	const { page } = luis;
	await go(page, paper);
	await page.getByText('Hotel for two nights.').waitFor();
	await go(page, `${circle}/members`);
	await page.getByText('Leave this circle').first().click();
	await page.getByText('You can then no longer open what is written here.').waitFor();

	await page.getByRole('button', { name: 'Leave this circle' }).click();

	await page.waitForURL(/\/en\/circles$/);
	await page.getByText('You are not in a circle yet.').waitFor();
	await go(page, circle);
	await page.getByText('You are no longer a member of this circle.').waitFor();
	expect(await page.locator('main').innerText()).not.toMatch(/Minutes|Hotel/);
});

test('the next who writes makes the key that the leaver does not have, and everybody sees that', async () => {
	await go(sara.page, '/en/circles');
	await go(sara.page, circle);
	await expect.poll(async () => (await sara.page.locator('header .readers').innerText()).replaceAll(/[\u2068\u2069]/g, '')).toContain('Only Amina and you can read this: 2 people.');

	// Whether the list that she has just left has made the key already, or her writing does, is a question of moments.
	const after = await writePaper(sara.page, circle, { title: 'After', text: 'not for Luis' });
	await go(amina.page, after);

	await amina.page.getByText('not for Luis').waitFor();
	expect((await lines(amina)).slice(-2)).toEqual(['Luis: left', 'New key made by Sara (key 2)']);
	await go(luis.page, after);
	await luis.page.getByText('You are no longer a member of this circle.').waitFor();
});

test('in a closed circle nothing is written any more, also from a page that was open before', async () => {
	await go(sara.page, paper);
	await sara.page.getByRole('button', { name: 'Edit', exact: true }).click();
	await sara.page.getByLabel('Text').fill('Hotel for three nights.');
	await go(amina.page, `${circle}/members`);
	await amina.page.getByText('Close this circle').click();
	await amina.page.getByRole('button', { name: 'Close for good' }).click();
	await amina.page.getByText('This circle is closed. Nothing is written in it any more.').waitFor();

	await sara.page.getByRole('button', { name: 'Save for the circle' }).click();
	await sara.page.getByText('The circle is closed.').waitFor();
	const kept = await sara.page.getByLabel('Text').inputValue();
	sara.page.once('dialog', (dialog) => void dialog.accept());
	await go(sara.page, circle);
	await sara.page.getByText('You can read it and take it with you until').waitFor();

	expect(kept).toBe('Hotel for three nights.');
	expect(await sara.page.getByRole('link', { name: 'Write a paper' }).count()).toBe(0);
	await go(amina.page, `${circle}/members`);
	await expect.poll(() => amina.page.getByRole('button').filter({ hasText: /Remove|Make a link|steward|Close|Leave this circle/ }).count()).toBe(0);
});

test('a closed circle can still be read and taken along', async () => {
	await go(sara.page, paper);
	await sara.page.getByText('Hotel for two nights.').waitFor();
	await go(sara.page, `${circle}/export`);
	await sara.page.getByRole('button', { name: 'Make the key' }).click();
	await sara.page.getByLabel('I have the key').check();
	await sara.page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }));

	const [download] = await Promise.all([sara.page.waitForEvent('download'), sara.page.getByRole('button', { name: 'Make the export' }).click()]);

	expect(download.suggestedFilename()).toMatch(/\.zip$/);
	expect((await lines(sara)).at(-1)).toBe('Circle closed by Amina');
	expect(await sara.page.getByRole('button', { name: 'Edit', exact: true }).count()).toBe(0);
});
