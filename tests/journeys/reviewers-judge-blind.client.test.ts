import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newReceipt } from '#vault';
import { fetchCall } from '#lib/grants/client/call.ts';
import { lineTo } from '#lib/grants/client/line.ts';
import { sealApplication } from '#lib/grants/client/sealing.ts';
import { parcelOf, sendParcel } from '#lib/grants/client/sending.ts';
import type { Answers } from '#lib/grants/form.ts';
import { databaseOf, seize } from '../attacks/seizure.ts';
import { openBrowser } from '../browser.ts';
import { go, joined, makeCircle, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';
import { lookAt } from './look.ts';

// One story, in its order: each test goes on where the one before has ended.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let rosa: Person;
let omar: Person;
let application: string;

const slug = 'rapid-support';
const desk = `/en/desk/grants/${slug}`;
const nothing = { axeInLight: [], axeInDark: [], beyond320: 0, beyond640: 0, beyond640Doubled: 0, lowTargets: [] };

// What officers and reviewers confide, each text in no other place.
const told = { what: 'what a reviewer is told before declaring', text: 'Canary-Lawyers-Of-The-Capital' };
const comment = { what: 'a reviewer’s comment', text: 'Canary-They-Need-It-This-Week' };

const situation = 'Made up for a test: two men wait before the office since Tuesday and ask the neighbours when we come home at night.';
const answers: Answers = {
	situation: { kind: 'text', text: situation },
	need: { kind: 'choices', chosen: ['safety'] },
	amount: { kind: 'amount', amountMinor: 180_000, currency: 'EUR' },
	budget: { kind: 'budget', currency: 'EUR', lines: [{ what: 'Room for two weeks', amountMinor: 180_000 }] },
	who: { kind: 'text', text: 'A made-up name' },
	'money-way': { kind: 'text', text: 'By hand' }
};

async function apply(): Promise<string> {
	const line = lineTo(server.origin, { origin: server.origin });
	const receipt = await newReceipt();
	const found = await fetchCall(line, slug, undefined);
	if (!found.ok) throw new Error(found.reason);
	const whole = await sealApplication({ call: found.call.state, language: 'en', role: 'self', answers, files: { papers: [{ name: 'summons.txt', content: new Blob(['A summons, made up.']) }] }, receipt, second: null, now: new Date() });
	expect(await sendParcel(line, await parcelOf(whole, { slug, late: undefined, receipt }))).toEqual({ ok: true });
	return whole.application;
}

async function linkFor(page: Page): Promise<string> {
	// Away first: the link before would still stand there.
	await go(page, '/en/circles');
	await go(page, '/en/invite');
	await page.getByRole('button', { name: 'Make the link' }).click();
	return page.locator('#link').inputValue();
}

/** Looks in a tab as small and dark as it leaves it, and makes it large and light again. */
async function look(page: Page): Promise<unknown> {
	const found = await lookAt(page);
	await page.emulateMedia({ colorScheme: 'light' });
	await page.setViewportSize({ width: 1280, height: 720 });
	// Of a box to tick the label around it is what is pressed.
	return { ...found, lowTargets: found.lowTargets.filter((target) => !/type="(?:radio|checkbox)"/.test(target)) };
}

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	amina = await joined(browser, firstLink(server), 'Amina');
	const { page } = amina;
	await makeCircle(page, { name: 'Grants desk', purpose: 'Reads what comes in.' });
	await go(page, '/en/desk/grants');
	await page.getByRole('link', { name: 'New call' }).click();
	await page.getByLabel('Title', { exact: true }).fill('Rapid support');
	await page.getByLabel('Summary', { exact: true }).fill('For defenders who are threatened.');
	await page.getByLabel('Address', { exact: true }).fill(slug);
	for (const [at, name] of ['Need', 'Effect'].entries()) {
		await page.getByRole('button', { name: 'Add a criterion' }).click();
		await page.locator('fieldset').filter({ hasText: `Criterion ${at + 1}` }).getByLabel('Criterion').fill(name);
	}
	await page.getByLabel('Weight').first().fill('2');
	await page.getByRole('button', { name: 'Go on to publish' }).click();
	await page.getByRole('button', { name: 'Publish for everybody' }).click();
	await page.getByRole('heading', { level: 1, name: 'Rapid support' }).waitFor();
	rosa = await joined(browser, await linkFor(page), 'Rosa');
	omar = await joined(browser, await linkFor(page), 'Omar');
	await go(page, '/en/desk/grants');
	await go(page, '/en/invite');
	for (const name of ['Rosa', 'Omar']) await page.getByText(name).first().waitFor();
}, 180_000);

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

test('an officer sees exactly what is handed over and invites two people whom she knows to one application', { timeout: 120_000 }, async () => {
	application = await apply();
	const { page } = amina;
	await go(rosa.page, '/en/desk/reviews');
	await rosa.page.getByText('Nobody has asked you to review an application.').waitFor();
	expect(await look(rosa.page)).toEqual(nothing);
	await go(page, `${desk}/${application}`);
	await page.getByRole('button', { name: 'Take it in' }).click();
	await page.getByRole('button', { name: 'Take it in' }).click();
	await page.getByText('Done.', { exact: true }).waitFor();
	await page.getByRole('link', { name: 'Reviews', exact: true }).click();

	await page.getByRole('heading', { level: 1, name: 'Reviews' }).waitFor();
	await page.getByText('Nobody reviews this application yet.').waitFor();
	for (const [at, name] of ['Rosa', 'Omar'].entries()) {
		await page.getByLabel('Whom').selectOption({ label: name });
		await page.getByLabel('What they need to see a conflict').fill(told.text);
		await page.getByLabel('Wanted by').fill('2026-01-15');
		if (at === 0) expect(await look(page)).toEqual(nothing);
		await page.getByRole('button', { name: 'See what will be handed over' }).click();
		await page.getByText(`At once \u2068${name}\u2069 reads:`).waitFor();
		if (at === 0) expect(await look(page)).toEqual(nothing);
		await page.getByRole('button', { name: 'Seal and invite' }).click();
		await page.getByText(`\u2068${name}\u2069 is invited.`).waitFor();
	}
	await expect.poll(() => page.getByText('To be declared first').count()).toBe(2);
	expect(await page.getByText('Late', { exact: true }).count()).toBe(2);
});

test('a reviewer declares, reads the core and nothing else, scores and sends', { timeout: 120_000 }, async () => {
	const { page } = rosa;
	await go(page, '/en/desk/grants');
	await page.getByRole('link', { name: 'Reviews that you were asked for' }).click();
	await page.getByText(told.text).waitFor();
	await page.getByRole('link', { name: 'Rapid support' }).click();
	await page.getByRole('heading', { name: 'Before you read' }).waitFor();
	await page.getByText('The person who invited you to Steadfast asks you.').waitFor();
	expect(await page.locator('main').innerText()).not.toContain('two men wait');
	expect(await look(page)).toEqual(nothing);
	await page.getByRole('button', { name: 'I have no conflict: open the application' }).click();

	await page.getByText('two men wait').waitFor();
	const shown = await page.locator('main').innerText();
	expect(shown).toContain('Room for two weeks');
	expect(shown).toContain('summons.txt');
	for (const words of ['A made-up name', 'By hand']) expect(shown).not.toContain(words);
	await page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }));
	const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Keep' }).first().click()]);
	expect(file.suggestedFilename()).toBe('summons.txt');
	await page.getByRole('button', { name: 'Send the review' }).click();
	await page.getByText('Choose a score for every criterion.').waitFor();
	expect(await look(page)).toEqual(nothing);
	await page.getByRole('combobox', { name: /^Need/ }).selectOption('5');
	await page.getByRole('combobox', { name: /^Effect/ }).selectOption('2');
	await page.getByText('Total by weight: 4 of 5').waitFor();
	await page.getByLabel('Comment').fill(comment.text);
	await page.getByRole('button', { name: 'Send the review' }).click();
	await page.getByText('Sent: version 1').waitFor();
	await page.getByRole('combobox', { name: /^Effect/ }).selectOption('3');
	await page.getByRole('button', { name: 'Replace the review' }).click();
	await page.getByText('Sent: version 2').waitFor();
	await go(page, '/en/desk/reviews');
	await page.getByRole('heading', { name: 'Done' }).waitFor();
});

test('another reviewer declares a conflict, in Arabic, and is shown nothing of the application', { timeout: 120_000 }, async () => {
	const { page } = omar;
	await go(page, '/ar/desk/reviews');
	await page.getByText(told.text).waitFor();
	expect(await look(page)).toEqual(nothing);
	await go(page, `/ar/desk/reviews/${application}`);
	await page.getByRole('button', { name: 'لديّ تضارب' }).click();
	expect(await look(page)).toEqual(nothing);
	await page.getByRole('button', { name: 'التصريح بالتضارب وإنهاء الوصول' }).click();

	await page.getByText('تم التصريح بالتضارب').waitFor();
	await page.getByText('تضارب مصالح: بلا وصول').waitFor();
	const shown = await page.locator('main').innerText();
	for (const words of ['two men wait', told.text]) expect(shown).not.toContain(words);
});

test('the officer sees the conflict, compares once her own review is in, and ends an access', { timeout: 120_000 }, async () => {
	const { page } = amina;
	await go(page, `${desk}/${application}`);
	await go(page, `${desk}/${application}/reviews`);
	await page.getByText('Conflict of interest: no access').waitFor();
	await page.getByText('Withheld until your review is in: 1').waitFor();
	expect(await page.locator('main').innerText()).not.toContain(comment.text);
	await page.getByRole('button', { name: 'I review it' }).click();
	await page.getByRole('combobox', { name: /^Need/ }).selectOption('1');
	await page.getByRole('combobox', { name: /^Effect/ }).selectOption('3');
	await page.getByRole('button', { name: 'Send the review' }).click();

	await page.getByText(comment.text).waitFor();
	const rows = await page.locator('table tr').allInnerTexts();
	expect(rows.map((row) => row.replaceAll(/\s+/g, ' ')).find((row) => row.startsWith('Need'))).toContain('far apart: talk');
	expect(await look(page)).toEqual(nothing);
	await page.getByRole('button', { name: /^End access/ }).click();
	await page.getByRole('button', { name: 'End access', exact: true }).click();
	await page.getByText('The access has ended.').waitFor();
	await go(rosa.page, '/en/desk/grants');
	await go(rosa.page, `/en/desk/reviews/${application}`);
	await rosa.page.getByText('Access has ended').waitFor();
	expect(await rosa.page.locator('main').innerText()).not.toContain('two men wait');
});

test('what was sent twice is found, marked and unmarked; on hold nothing can be written to the applicant', { timeout: 120_000 }, async () => {
	await apply();
	const { page } = amina;
	await go(page, desk);
	await go(page, `${desk}/${application}`);
	await page.getByRole('link', { name: 'Reads much like others?' }).click();
	await page.getByText('Reads much like this one: 100%').waitFor();
	expect(await look(page)).toEqual(nothing);
	await page.getByRole('button', { name: 'Mark as a possible duplicate of this one' }).click();
	await page.getByText('Marked as a possible duplicate of another application.').waitFor();
	await page.getByRole('button', { name: 'Take the mark back' }).click();
	await page.getByRole('button', { name: 'Mark as a possible duplicate of this one' }).waitFor();

	await page.getByRole('link', { name: 'To the application' }).click();
	await page.getByRole('group', { name: 'Who works on it' }).getByLabel('you').check();
	await page.getByRole('button', { name: 'Save who works on it' }).click();
	await page.getByText('It is saved who works on it.').waitFor();
	await page.getByRole('button', { name: 'Hold for safety' }).click();
	await page.getByText('All clocks stop, and nothing is sent').waitFor();
	expect(await page.getByLabel('Message to the applicant').count()).toBe(0);
	await page.getByRole('button', { name: 'Hold for safety' }).click();
	await page.getByText('On safety hold nothing is sent to the applicant.').waitFor();
	expect(await page.getByLabel('Write to the applicant').count()).toBe(0);
	expect(await look(page)).toEqual(nothing);
	await page.getByRole('button', { name: 'Release the hold' }).click();
	await page.getByRole('button', { name: 'Release the hold' }).click();
	await page.getByLabel('Write to the applicant').waitFor();
	await go(page, desk);
	await page.getByLabel('Assigned to').selectOption({ label: 'Me' });
	await page.getByText('Shown: 1. Hidden by filters: 1.').waitFor();
});

test('whoever seizes the running server finds nothing of what was told and judged', { timeout: 300_000 }, async () => {
	const found = await seize(server, [told, comment, { what: 'what the applicant wrote', text: situation.slice(0, 40) }], { address: databaseOf(server.dataDir) });

	expect(found).toEqual([]);
});
