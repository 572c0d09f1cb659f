import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newReceipt, type Receipt } from '#vault';
import { fetchCall } from '#lib/grants/client/call.ts';
import { lineTo, type Line } from '#lib/grants/client/line.ts';
import { openReceipt } from '#lib/grants/client/opening.ts';
import { sealApplication } from '#lib/grants/client/sealing.ts';
import { parcelOf, sendParcel } from '#lib/grants/client/sending.ts';
import { writeToTeam } from '#lib/grants/client/writing.ts';
import type { Answers } from '#lib/grants/form.ts';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';
import { lookAt } from './look.ts';

// One story, in its order: each test goes on where the one before has ended.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let luis: Person;
let circle: string;
let line: Line;
let receipt: Receipt;

const slug = 'rapid-support';
const desk = `/en/desk/grants/${slug}`;
const nothing = { axeInLight: [], axeInDark: [], beyond320: 0, beyond640: 0, beyond640Doubled: 0, lowTargets: [] };

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	line = lineTo(server.origin, { origin: server.origin });
	amina = await joined(browser, firstLink(server), 'Amina');
	circle = await makeCircle(amina.page, { name: 'Grants desk', purpose: 'Reads what comes in.' });
	luis = await joined(browser, await inviteInto(amina.page, circle), 'Luis');
	await go(luis.page, circle);
	await letIn(amina.page, 'Luis');
	await go(luis.page, '/en/circles');
	await luis.page.getByText('You are invited').waitFor();
	await accept(luis.page, circle);
}, 180_000);

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

const answers: Answers = {
	situation: { kind: 'text', text: 'Made up for a test: two men wait before the office since Tuesday.' },
	need: { kind: 'choices', chosen: ['safety', 'legal'] },
	amount: { kind: 'amount', amountMinor: 180_000, currency: 'EUR' },
	budget: { kind: 'budget', currency: 'EUR', lines: [{ what: 'Room for two weeks', amountMinor: 120_000 }, { what: 'Lawyer', amountMinor: 60_000 }] },
	who: { kind: 'text', text: 'A made-up name' },
	'money-way': { kind: 'text', text: 'By hand' }
};

async function apply(): Promise<Receipt> {
	const made = await newReceipt();
	const found = await fetchCall(line, slug, undefined);
	if (!found.ok) throw new Error(found.reason);
	const whole = await sealApplication({ call: found.call.state, language: 'ar', role: 'other', answers, files: { papers: [{ name: 'summons.txt', content: new Blob(['A summons, made up.']) }] }, receipt: made, second: null, now: new Date() });
	expect(await sendParcel(line, await parcelOf(whole, { slug, late: undefined, receipt: made }))).toEqual({ ok: true });
	return made;
}

async function told(): Promise<{ readonly state: string | undefined; readonly texts: readonly (string | false)[] }> {
	const found = await openReceipt(line, receipt);
	if (!found.ok) throw new Error(found.reason);
	return { state: found.opened.status?.state, texts: found.opened.thread.map((message) => message.ok && message.text) };
}

/** Looks in a tab as small and dark as it leaves it, and makes it large and light again. */
async function look(page: Page): Promise<unknown> {
	const found = await lookAt(page);
	await page.emulateMedia({ colorScheme: 'light' });
	await page.setViewportSize({ width: 1280, height: 720 });
	// Of a box to tick the label around it is what is pressed.
	return { ...found, lowTargets: found.lowTargets.filter((target) => !/type="(?:radio|checkbox)"/.test(target)) };
}

test('a keeper writes a call, is told what is missing, keeps a draft and publishes it', { timeout: 120_000 }, async () => {
	const { page } = amina;
	await go(page, '/en/desk/grants');
	await page.getByText('This circle has no call yet.').waitFor();
	expect(await look(page)).toEqual(nothing);
	await page.getByRole('link', { name: 'New call' }).click();

	await page.getByRole('button', { name: 'Go on to publish' }).click();
	await page.getByText('Not ready to be published (3)').waitFor();
	expect(await look(page)).toEqual(nothing);
	await page.getByLabel('Title', { exact: true }).fill('Rapid support');
	await page.getByLabel('Summary', { exact: true }).fill('For defenders who are threatened.');
	await page.getByLabel('Address', { exact: true }).fill(slug);
	await page.getByLabel('You write in').selectOption('ar');
	await page.getByLabel('Title', { exact: true }).fill('دعم عاجل');
	await page.getByRole('button', { name: 'Save the draft for the circle' }).click();
	await page.getByText('The draft is saved.').waitFor();
	await page.getByRole('heading', { level: 1, name: 'Draft of a call' }).waitFor();
	expect(await page.getByLabel('Title', { exact: true }).inputValue()).toBe('دعم عاجل');
	await go(page, '/en/desk/grants');
	await page.getByRole('link', { name: 'Rapid support' }).click();
	await page.getByRole('button', { name: 'Go on to publish' }).click();
	await page.getByText('Everything in this call becomes public').waitFor();
	expect(await look(page)).toEqual(nothing);
	await page.getByRole('button', { name: 'Publish for everybody' }).click();

	await page.getByRole('heading', { level: 1, name: 'Rapid support' }).waitFor();
	expect(new URL(page.url()).pathname).toBe(`${desk}/call`);
	expect(await look(page)).toEqual(nothing);
	expect(await (await fetch(`${server.origin}/ar/grants/${slug}`)).text()).toContain('دعم عاجل');
	await go(page, '/en/desk/grants');
	await page.getByText('Waiting for us: 0').waitFor();
	expect(await page.getByRole('heading', { name: 'Drafts' }).count()).toBe(0);
});

test('an officer takes an application in, reads all but how to pay and asks; the applicant reads that and answers', { timeout: 120_000 }, async () => {
	receipt = await apply();
	await apply();
	const { page } = amina;
	await go(page, desk);
	await page.getByRole('link', { name: 'Made up for a test' }).first().waitFor();
	expect(await page.locator('main ol > li').count()).toBe(2);
	expect(await look(page)).toEqual(nothing);
	const mine = await openReceipt(line, receipt);
	await go(page, `${desk}/${mine.ok ? mine.opened.manifest.application : ''}`);

	await page.getByRole('heading', { level: 1, name: 'Application' }).waitFor();
	const shown = await page.locator('main').innerText();
	for (const words of ['Room for two weeks', 'A made-up name', 'summons.txt']) expect(shown).toContain(words);
	expect(shown).not.toContain('By hand');
	// The question where to keep it is the browser's own window, which nobody can press here.
	await page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }));
	const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Keep' }).first().click()]);
	expect(file.suggestedFilename()).toBe('summons.txt');
	await page.getByRole('button', { name: 'Take it in' }).click();
	await page.getByRole('button', { name: 'Take it in' }).click();
	await page.getByText('Done.', { exact: true }).waitFor();
	await page.getByRole('button', { name: 'I work on it' }).click();
	await page.getByText('You are working on it.').waitFor();
	await page.getByRole('button', { name: 'Ask the applicant' }).click();
	await page.getByLabel('Question to the applicant').fill('Can you leave today?');
	await page.getByRole('button', { name: 'Ask the applicant' }).click();
	await page.getByText('Waiting for the applicant').first().waitFor();
	await page.getByText('Can you leave today?').waitFor();
	expect(await look(page)).toEqual(nothing);

	expect(await told()).toEqual({ state: 'more-information', texts: ['Can you leave today?'] });
	const found = await openReceipt(line, receipt);
	expect(found.ok && (await writeToTeam(line, found.opened, { text: 'Yes, at night.', files: [] }))).toEqual({ ok: true });
});

test('an award is proposed by one and counts when the other agrees, who is told who proposed it', { timeout: 120_000 }, async () => {
	const { page } = luis;
	await go(page, desk);
	await page.getByText('Unread').first().waitFor();
	await page.getByLabel('Search in what was opened').fill('two MEN wait');
	await page.getByLabel('With unread messages').check();
	await page.locator('main ol a').first().click();
	await page.getByText('Yes, at night.').waitFor();
	for (const move of ['The answer is here', 'Bring it to a decision']) {
		await page.getByRole('button', { name: move }).click();
		await page.getByRole('button', { name: move }).click();
		await page.getByRole('button', { name: move }).waitFor({ state: 'detached' });
	}
	await page.getByRole('button', { name: 'Award' }).click();
	await page.getByLabel('Reason').selectOption('fits');
	await page.getByLabel('Amount awarded').fill('1800');
	await page.getByLabel('Region of the world').selectOption('asia');
	await page.getByRole('button', { name: 'Propose: Award' }).click();
	await page.getByText('You proposed: Award.').waitFor();
	expect(await look(page)).toEqual(nothing);

	await go(amina.page, new URL(page.url()).pathname.replace(/\/[\w-]+$/, ''));
	await go(amina.page, new URL(page.url()).pathname);
	await amina.page.getByText('proposes: Award').waitFor();
	await amina.page.getByRole('button', { name: 'Award' }).click();
	await amina.page.getByLabel('Message to the applicant').fill('We can help you.');
	await amina.page.getByRole('button', { name: 'Award' }).click();
	await amina.page.getByText('Awarded').first().waitFor();

	await expect.poll(told).toEqual({ state: 'awarded', texts: ['Can you leave today?', 'Yes, at night.', 'We can help you.'] });
	expect(await amina.page.locator('section[aria-labelledby=history] li').count()).toBeGreaterThanOrEqual(6);
});
