import { brotliCompressSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newReceipt, secretWords } from '#vault';
import { fetchCall } from '#lib/grants/client/call.ts';
import { lineTo, type Line } from '#lib/grants/client/line.ts';
import { openReceipt } from '#lib/grants/client/opening.ts';
import { sealApplication } from '#lib/grants/client/sealing.ts';
import { parcelOf, sendParcel } from '#lib/grants/client/sending.ts';
import { writeToTeam } from '#lib/grants/client/writing.ts';
import { languages, nativeNames } from '#lib/platform/i18n/language.ts';
import { pictures } from '#lib/platform/photo/photo-samples.ts';
import { openWithWords, steps } from '../applying-steps.ts';
import { databaseOf, seize } from '../attacks/seizure.ts';
import type { Canary } from '../attacks/traces.ts';
import { openBrowser } from '../browser.ts';
import { go, joined, makeCircle, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';
import { lookAt, readyToLook } from './look.ts';

// One story, in its order: each test goes on where the one before has ended.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let line: Line;
let words: string[];
let application: string;
let link: string;

const slug = 'travel-and-rest';
const desk = `/en/desk/grants/${slug}`;
const { ar } = steps;
const phone = { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true };
const clean = { axeInLight: [], axeInDark: [], beyond320: 0, beyond640: 0, beyond640Doubled: 0, lowTargets: [] };

/** What is confided on the way to a referee, each text in no other place. */
const planted = {
	referee: { what: 'the name of a referee', text: 'Canary-Referee-Lawyer-Invented' },
	asked: { what: 'a question that was approved', text: 'Canary-Question-Do-You-Know-The-Work' },
	struck: { what: 'a question that was struck out', text: 'Canary-Question-Where-Is-The-House' },
	answer: { what: 'what a referee answered', text: 'Canary-Answer-I-Know-It-Since-Nine-Years' },
	file: { what: 'the name of a file in the thread', text: 'canary-letter-from-the-court.txt' },
	content: { what: 'the content of a file in the thread', text: 'Canary-Court-Summons-On-Friday' }
} satisfies Record<string, Canary>;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	line = lineTo(server.origin, { origin: server.origin });
	amina = await joined(browser, firstLink(server), 'Amina');
	await makeCircle(amina.page, { name: 'Grants desk', purpose: 'Reads what comes in.' });
	const { page } = amina;
	await go(page, '/en/desk/grants');
	await page.getByRole('link', { name: 'New call' }).click();
	await page.getByLabel('Title', { exact: true }).fill('Travel and rest');
	await page.getByLabel('Summary', { exact: true }).fill('For defenders who are tired.');
	await page.getByLabel('Address', { exact: true }).fill(slug);
	await page.getByLabel('One deadline for everybody').check();
	await page.getByLabel('Day', { exact: true }).fill(`${new Date().getUTCFullYear() + 1}-04-30`);
	await page.getByRole('button', { name: 'Go on to publish' }).click();
	await page.getByRole('button', { name: 'Publish for everybody' }).click();
	await page.getByRole('heading', { level: 1, name: 'Travel and rest' }).waitFor();
	const receipt = await newReceipt();
	words = (await secretWords(receipt.secret, 'en')).slice();
	const found = await fetchCall(line, slug, undefined);
	if (!found.ok) throw new Error(found.reason);
	const answers = {
		situation: { kind: 'text', text: 'Made up for a test.' }, need: { kind: 'choices', chosen: ['safety'] }, amount: { kind: 'amount', amountMinor: 90_000, currency: 'EUR' },
		who: { kind: 'text', text: 'A made-up name' }, vouch: { kind: 'text', text: `A friend, by the river\n${planted.referee.text}` }
	} as const;
	const whole = await sealApplication({ call: found.call.state, language: 'ar', role: 'self', answers, files: {}, receipt, second: null, now: new Date() });
	expect(await sendParcel(line, await parcelOf(whole, { slug, late: undefined, receipt }))).toEqual({ ok: true });
	({ application } = whole);
	const opened = await openReceipt(line, receipt);
	if (!opened.ok) throw new Error(opened.reason);
	const files = [{ name: planted.file.text, content: new Blob([planted.content.text], { type: 'text/plain' }) }, { name: 'door.jpg', content: new Blob([new Uint8Array(pictures.jpeg)], { type: 'image/jpeg' }) }];
	expect(await writeToTeam(line, opened.opened, { text: 'Two more papers.', files })).toEqual({ ok: true });
}, 180_000);

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

/** Looks in a tab as small and dark as it leaves it, and makes it large and light again. */
async function look(page: Page): Promise<unknown> {
	const found = await lookAt(page);
	await page.emulateMedia({ colorScheme: 'light' });
	await page.setViewportSize({ width: 1280, height: 720 });
	return found;
}

/** The same page in every language; what is not clean is given back. */
async function lookInAll(page: Page, back: (typeof languages)[number]): Promise<unknown[]> {
	const found: unknown[] = [];
	for (const language of [...languages.filter((other) => other !== back), back]) {
		await page.getByRole('link', { name: nativeNames[language] }).press('Enter');
		await page.locator(`html[lang=${language}]`).waitFor();
		await page.locator('h1').waitFor();
		const seen = await lookAt(page);
		if (JSON.stringify(seen) !== JSON.stringify(clean)) found.push({ language, ...seen });
	}
	await page.emulateMedia({ colorScheme: 'light' });
	return found;
}

/** 1.6 Mbit/s, 150 ms and a processor that is four times slower. */
async function throttled(context: BrowserContext): Promise<Page> {
	const page = await context.newPage();
	const devtools = await context.newCDPSession(page);
	await devtools.send('Network.enable');
	await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 });
	await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
	return page;
}

test('files that an applicant adds later are shown at the desk in a closed frame, and can be kept', { timeout: 120_000 }, async () => {
	const { page } = amina;
	await go(page, `${desk}/${application}`);
	const thread = page.locator('section[aria-labelledby=thread]');
	await thread.getByText(planted.file.text).first().waitFor();
	await thread.getByRole('button', { name: `Show here ${planted.file.text}` }).click();
	await thread.locator('iframe[sandbox=""]').waitFor();
	const shown = await page.frameLocator('section[aria-labelledby=thread] iframe').locator('body').innerText();
	await thread.getByRole('button', { name: 'Show here door.jpg' }).click();
	await page.locator('iframe[sandbox=""][title]').waitFor();
	expect(await look(page)).toEqual(clean);
	await page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }));
	const [kept] = await Promise.all([page.waitForEvent('download'), thread.getByRole('button', { name: `Keep on this device ${planted.file.text}` }).click()]);

	expect([shown.trim(), kept.suggestedFilename()]).toEqual([planted.content.text, planted.file.text]);
});

test('the applicant is asked first, in Arabic on a phone, and strikes one question out', { timeout: 180_000 }, async () => {
	const { page } = amina;
	await go(page, `${desk}/${application}/references`);
	await page.getByText('Nobody has been asked yet.').waitFor();
	await page.getByLabel('Whom the applicant named').selectOption({ label: planted.referee.text });
	await page.getByRole('button', { name: 'Ask the applicant whether we may' }).click();
	await page.getByRole('alert').waitFor();
	await page.getByLabel('Questions, one a line').fill(`${planted.asked.text}\n\n${planted.struck.text}\n`);
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Ask the applicant whether we may' }).click();
	await page.getByText('The applicant was asked and has not answered yet.').waitFor();
	const early = await page.getByRole('button', { name: 'Make the link' }).count();

	const context = await browser.newContext({ ...phone, locale: 'ar' });
	await readyToLook(context);
	const theirs = await context.newPage();
	await openWithWords(theirs, `${server.origin}/ar/receipt`, words, ar);
	await theirs.getByText(planted.struck.text).waitFor();
	expect(await lookInAll(theirs, 'ar')).toEqual([]);
	await theirs.setViewportSize(phone.viewport);
	await theirs.getByLabel(planted.struck.text).uncheck();
	await theirs.getByRole('button', { name: 'نعم، اطرحوا الأسئلة المختارة' }).click();
	await theirs.getByText('وافقت على').waitFor();
	const told = await theirs.locator('main').innerText();
	await context.close();

	expect(early).toBe(0);
	expect(told).toContain(planted.referee.text);
	expect(told.match(/مشطوب/g)).toHaveLength(1);
});

test('a link is made of what was approved alone, copied or shown as a code, and noted as handed over', { timeout: 120_000 }, async () => {
	const { page } = amina;
	await go(page, desk);
	await go(page, `${desk}/${application}/references`);
	await page.getByText('Approved. A link can be made.').waitFor();
	await page.getByLabel('The link can be answered for').selectOption('3');
	await page.getByRole('button', { name: 'Make the link' }).click();
	link = await page.getByLabel('The link', { exact: true }).inputValue();
	await page.getByRole('button', { name: 'Show it as a QR code' }).click();
	await page.getByRole('img', { name: 'QR code of the link' }).waitFor();
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'I have handed it over' }).click();
	await page.getByText('The link was handed over.').waitFor();

	expect(link).toMatch(new RegExp(`^${server.origin}/ar/refer#[\\w-]{22}\\.[\\w-]{22}$`));
	await page.getByText('Do not send it through a channel that may be watched').waitFor();
});

test('the referee’s page weighs at most 100 KB in 12 requests, shows the questions and nothing of the applicant, and answers once', { timeout: 240_000 }, async () => {
	const context = await browser.newContext({ ...phone, locale: 'ar' });
	await readyToLook(context);
	const page = await throttled(context);
	const got: { path: string; bytes: number }[] = [];
	const bodies: Buffer[] = [];
	const reading: Promise<unknown>[] = [];
	page.on('response', (response) => {
		const { pathname } = new URL(response.url());
		reading.push(
			response.body().then((body) => {
				bodies.push(body);
				got.push({ path: pathname, bytes: brotliCompressSync(body).length });
			})
		);
	});
	const begun = Date.now();
	await page.goto(link);
	await page.getByLabel(planted.asked.text).waitFor();
	const usableMs = Date.now() - begun;
	await Promise.all(reading);
	const shown = await page.locator('body').innerText();
	await page.getByLabel(planted.asked.text).fill(planted.answer.text);
	// The line is dead for a moment.
	let lost = 0;
	await page.route('**/api/reference', async (route) => (route.request().method() === 'POST' && (lost += 1) === 1 ? route.abort('internetdisconnected') : route.continue()));
	await page.getByRole('button', { name: 'اختمه وأرسله إلى الفريق' }).click();
	await page.getByRole('heading', { name: 'وصلت إجاباتك' }).waitFor({ timeout: 60_000 });
	const after = await page.locator('body').innerText();
	const stored = await page.evaluate(async () => [(await indexedDB.databases()).length, localStorage.length, sessionStorage.length, document.cookie]);

	const bytes = got.reduce((sum, one) => sum + one.bytes, 0);
	console.log(`The page of a referee: ${bytes} bytes in ${got.length} requests; usable after ${usableMs} ms at 1.6 Mbit/s, 150 ms and a four-fold slowed processor.\n${got.map((one) => `${one.bytes} ${one.path}`).join('\n')}`);
	expect(bytes).toBeGreaterThan(30_000);
	expect(bytes).toBeLessThanOrEqual(100 * 1024);
	expect(got.length).toBeLessThanOrEqual(12);
	expect(bodies.some((body) => body.includes('AGFzbQ') || body.includes(Buffer.from([0, 0x61, 0x73, 0x6d])))).toBe(false);
	expect([page.workers().length, await context.cookies(), stored]).toEqual([0, [], [0, 0, 0, '']]);
	for (const word of [planted.struck.text, planted.referee.text, 'Made up for a test', 'A made-up name', application]) expect(shown).not.toContain(word);
	expect([after.includes(planted.answer.text), lost]).toEqual([false, 2]);
	await page.goto('about:blank');
	await page.goto(link);
	await page.getByRole('heading', { name: 'هذا الرابط لا يؤدي إلى شيء' }).waitFor();
	const used = await page.locator('main').innerText();
	await page.goto('about:blank');
	await page.goto(link.replace(/.$/, (sign) => (sign === 'A' ? 'Q' : 'A')));
	await page.getByRole('heading', { name: 'هذا الرابط لا يؤدي إلى شيء' }).waitFor();
	expect(await page.locator('main').innerText()).toBe(used);
	await context.close();
});

test('the desk reads the answer, and whoever seizes the running server finds neither question, answer nor name', { timeout: 240_000 }, async () => {
	const { page } = amina;
	await go(page, desk);
	await go(page, `${desk}/${application}/references`);
	await page.getByText('Answered. The answer was signed by this link.').waitFor();
	await page.getByText(planted.answer.text).waitFor();
	const shown = await page.locator('main').innerText();
	expect(await look(page)).toEqual(clean);
	const secret = { what: 'the secret of a link', text: link.slice(-22) };

	const found = await seize(server, [planted.referee, planted.asked, planted.struck, planted.answer, planted.file, planted.content, secret], { address: databaseOf(server.dataDir) });

	for (const { text } of [planted.referee, planted.asked, planted.answer]) expect(shown).toContain(text);
	expect(found).toEqual([]);
});

test('every state of the referee’s page, in every language, shuts nobody out and keeps what was written', { timeout: 300_000 }, async () => {
	const officer = amina.page;
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
	await go(officer, desk);
	await go(officer, `${desk}/${application}/references`);
	await officer.getByRole('button', { name: 'Make the link' }).click();
	await officer.getByLabel('Language of the page').selectOption('en');
	const second = await officer.getByLabel('The link', { exact: true }).inputValue();

	await page.goto(second);
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

test('a server that shows another call or other questions is noticed on the page before anything is asked', { timeout: 120_000 }, async () => {
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
	await page.goto(link.replace('/ar/', '/en/'));

	expect(await page.locator('form, input, textarea').count()).toBe(0);
	expect(await page.locator('main').innerText()).toMatch(/needs JavaScript[^]*answers sealed, in your browser[^]*where else you can turn[^]*Read the calls/);
	await context.close();
});

test('an officer makes a link for somebody who is late, which is counted and lets one application begin', { timeout: 120_000 }, async () => {
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
