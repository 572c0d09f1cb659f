import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerWords, beginForm, callOn, openWithWords, sealForm, steps } from '../applying-steps.ts';
import { openBrowser } from '../browser.ts';
import { startServer, type RunningServer } from '../server.ts';
import { databaseOf, seize } from './seizure.ts';
import type { Canary } from './traces.ts';

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

/** What an applicant confides, each text in no other place. */
const planted = {
	situation: { what: 'what has happened', text: 'Canary-They-Came-On-Tuesday' },
	where: { what: 'an answer under a condition', text: 'Canary-Across-The-Border' },
	wanted: { what: 'the amount that is wanted', text: '98,765,432.10' },
	budget: { what: 'a line of a budget', text: 'Canary-Rent-For-Two-Months' },
	day: { what: 'a day', text: '1987-06-05' },
	fileName: { what: 'the name of a file', text: 'canary-summons-of-court.txt' },
	fileText: { what: 'the text of a file', text: 'Canary-The-Judge-Is-Called-So' },
	name: { what: 'the name of the applicant', text: 'Canary-Maryam-Invented' },
	account: { what: 'how money arrives', text: 'Canary-Account-Of-A-Cousin' },
	vouches: { what: 'who vouches', text: 'Canary-Lawyer-Who-Vouches' },
	message: { what: 'a message to the team', text: 'Canary-Message-About-The-Trial' },
	addedName: { what: 'the name of a file that was added later', text: 'canary-photo-of-the-door.txt' },
	addedText: { what: 'the text of a file that was added later', text: 'Canary-The-Door-Was-Broken' }
} satisfies Record<string, Canary>;

test('whoever seizes the running server finds nothing of an application, its files, its messages and its words', { timeout: 300_000 }, async () => {
	await using call = await callOn(server);
	const page = await (await browser.newContext()).newPage();
	const { en } = steps;
	await page.goto(`${server.origin}/en${call.path}`);
	await beginForm(page, en);
	await page.getByLabel('What has happened?').fill(planted.situation.text);
	await page.getByLabel('relocation').check();
	await page.getByLabel('Question where-to').fill(planted.where.text);
	await page.getByLabel('Question wanted', { exact: false }).first().fill(planted.wanted.text);
	await page.getByLabel('1. What for').fill(planted.budget.text);
	await page.getByLabel('Amount in EUR').fill('400');
	await page.getByLabel('Question since').fill(planted.day.text);
	await page.locator('input[type=file]').setInputFiles({ name: planted.fileName.text, mimeType: 'text/plain', buffer: Buffer.from(planted.fileText.text) });
	await page.getByText(planted.fileName.text).waitFor();
	await page.getByLabel('Question name').fill(planted.name.text);
	await page.getByLabel('Question account').fill(planted.account.text);
	await page.getByLabel('Question vouches').fill(planted.vouches.text);
	const receipt = await sealForm(page, en);
	await answerWords(page, receipt, en);
	await page.getByRole('button', { name: en.send }).click();
	await page.getByRole('heading', { name: en.arrived }).waitFor();
	await openWithWords(page, `${server.origin}/en/receipt`, receipt, en);
	await page.getByLabel('Write to the team').fill(planted.message.text);
	await page.locator('input[type=file]').setInputFiles({ name: planted.addedName.text, mimeType: 'text/plain', buffer: Buffer.from(planted.addedText.text) });
	await page.getByText(planted.addedName.text).waitFor();
	await page.getByRole('button', { name: 'Send this message' }).click();
	await page.locator('.applicant').getByText(planted.addedName.text).waitFor();
	// All of it is there, opened, on the applicant's own screen.
	await page.getByText('Show it').click();
	const shown = await page.locator('main').innerText();

	const words = { what: 'three words of the receipt', text: receipt.slice(0, 3).join(' ') };
	const found = await seize(server, [...Object.values(planted), words], { address: databaseOf(server.dataDir) });

	for (const { text } of [planted.situation, planted.where, planted.wanted, planted.budget, planted.fileName, planted.name, planted.account, planted.vouches, planted.message]) expect(shown).toContain(text);
	expect(found).toEqual([]);
});
