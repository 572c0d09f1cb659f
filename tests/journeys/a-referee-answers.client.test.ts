import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretWords } from '#vault';
import type { Answers } from '#lib/grants/form.ts';
import { openDatabase } from '#lib/platform/db/database.ts';
import { openWithWords, steps } from '../applying-steps.ts';
import { databaseOf } from '../attacks/seizure.ts';
import { openBrowser } from '../browser.ts';
import { go, joined, makeCircle, type Person } from '../circle-steps.ts';
import { TestDesks } from '../desk-officers.ts';
import { anew, publishCall, writeCall } from '../desk-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';
import { clean, look, lookInAll, readyToLook } from './look.ts';

// One story, in its order: each test goes on where the one before has ended. How a referee is asked and answers is a part of
// the long one, `a-grant-from-call-to-open-data`.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let words: string[];
let application: string;
let link: string;

const slug = 'travel-and-rest';
const desk = `/en/desk/grants/${slug}`;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	amina = await joined(browser, firstLink(server), 'Amina');
	await makeCircle(amina.page, { name: 'Grants desk', purpose: 'Reads what comes in.' });
	const { page } = amina;
	await go(page, '/en/desk/grants');
	await page.getByRole('link', { name: 'New call' }).click();
	await writeCall(page, { title: 'Travel and rest', summary: 'For defenders who are tired.', slug });
	await page.getByLabel('One deadline for everybody').check();
	await page.getByLabel('Day', { exact: true }).fill(`${new Date().getUTCFullYear() + 1}-04-30`);
	await publishCall(page, 'Travel and rest');
	const answers: Answers = {
		situation: { kind: 'text', text: 'Made up for a test.' }, need: { kind: 'choices', chosen: ['safety'] }, amount: { kind: 'amount', amountMinor: 90_000, currency: 'EUR' },
		who: { kind: 'text', text: 'A made-up name' }, 'money-way': { kind: 'text', text: 'By hand' }, vouch: { kind: 'text', text: 'A friend, by the river' }
	};
	const db = openDatabase(databaseOf(server.dataDir), { connections: 1 });
	const applied = await new TestDesks(db, server.origin).applied(slug, { answers });
	await db.destroy();
	({ application } = applied);
	words = await secretWords(applied.receipt.secret, 'en');
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

test('where one circle reads everything, an officer is still not shown how money arrives', async () => {
	const { page } = amina;
	await go(page, `${desk}/${application}`);
	await page.getByText('A made-up name').waitFor();

	expect(await page.locator('main').innerText()).not.toContain('By hand');
});

test('every state of the referee’s page, in every language, shuts nobody out and keeps what was written', async () => {
	const officer = amina.page;
	await go(officer, `${desk}/${application}/references`);
	await officer.getByLabel('Whom the applicant named').selectOption({ label: 'A friend, by the river' });
	await officer.getByLabel('Questions, one a line').fill('A first question?\nA second one?');
	await officer.getByRole('button', { name: 'Ask the applicant whether we may' }).click();
	await officer.getByText('The applicant is asked.').waitFor();
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
	await readyToLook(context);
	const page = await context.newPage();
	await openWithWords(page, `${server.origin}/en/receipt`, words, steps.en);
	await page.getByRole('button', { name: 'Yes, put the ticked questions' }).click();
	await page.getByText('You agreed to 2 of 2 questions').waitFor();
	await anew(officer, `${desk}/${application}/references`);
	await officer.getByRole('button', { name: 'Make the link' }).click();
	await officer.getByLabel('Language of the page').selectOption('en');
	link = await officer.getByLabel('The link', { exact: true }).inputValue();

	await page.goto(link);
	await page.getByRole('button', { name: 'Seal it and send it to the team' }).click();
	await page.getByRole('alert').waitFor();
	await page.getByLabel('A first question?').fill('Kept through four languages.');
	expect(await lookInAll(page, 'en')).toEqual([]);
	expect(await page.getByLabel('A first question?').inputValue()).toBe('Kept through four languages.');
	await officer.getByRole('button', { name: 'Take the link back' }).click();
	await officer.getByText('The link leads to nothing any more.').waitFor();
	await page.getByRole('button', { name: 'Seal it and send it to the team' }).click();
	await page.getByText('The link has ended meanwhile').waitFor();
	page.once('dialog', (dialog) => void dialog.accept());
	await page.reload();
	await page.getByRole('heading', { name: 'This link leads to nothing' }).waitFor();
	expect(await lookInAll(page, 'en')).toEqual([]);
	await context.close();
});

test('a server that shows another call or other questions is noticed on the page before anything is asked', async () => {
	const officer = amina.page;
	await officer.getByRole('button', { name: 'Make the link' }).click();
	await officer.getByLabel('Language of the page').selectOption('en');
	const third = await officer.getByLabel('The link', { exact: true }).inputValue();
	const page = await browser.newPage();
	await page.goto(third.replace(/#.{22}/, `#${'A'.repeat(22)}`));
	await page.getByRole('heading', { name: 'Stop: this is not the call of your link' }).waitFor();
	expect(await page.locator('main form, main input, main textarea').count()).toBe(0);
	await page.route('**/api/reference', async (route) => {
		const response = await route.fetch();
		const found = (await response.json()) as { envelope: string };
		await route.fulfill({ response, json: { ...found, envelope: found.envelope.replace(/.{4}$/, 'AAAA') } });
	});
	await page.goto('about:blank');
	await page.goto(third);
	await page.getByRole('heading', { name: 'Stop: these questions cannot be believed' }).waitFor();

	expect(await page.locator('main form, main input, main textarea').count()).toBe(0);
	await page.close();
});

test('without JavaScript the referee’s page says why it cannot protect, and shows where else to turn', async () => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(link);

	expect(await page.locator('form, input, textarea').count()).toBe(0);
	expect(await page.locator('main').innerText()).toMatch(/needs JavaScript[^]*answers sealed, in your browser[^]*where else you can turn[^]*Read the calls/);
	await context.close();
});

test('an officer makes a link for somebody who is late, which is counted and lets one application begin', async () => {
	const { page } = amina;
	await go(page, `${desk}/call`);
	await page.getByRole('button', { name: 'Make a late link' }).click();
	const late = await page.getByLabel('The link', { exact: true }).inputValue();
	await page.getByRole('button', { name: 'Show it as a QR code' }).click();
	await page.getByText('Made: 1. Used: 0.').waitFor();
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'I have it' }).click();
	await page.getByText('Not used, ends on').waitFor();
	const anybody = await browser.newPage();
	await anybody.goto(late);
	await anybody.getByText('Your link lets one application in after the deadline, once.').waitFor();

	expect(await page.getByLabel('The link', { exact: true }).count()).toBe(0);
	await anybody.close();
});
