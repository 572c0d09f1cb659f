import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadlineOf } from '#lib/grants/deadline.ts';
import { openedByDesk } from '../applying.ts';
import { answerWords, beginForm, callOn, openWithWords, sealForm, shownWords, steps } from '../applying-steps.ts';
import { openBrowser } from '../browser.ts';
import { draftOf, phone as onPhone, stored, throttled, weighing } from '../phone.ts';
import { startServer, until, type RunningServer } from '../server.ts';
import { lookInAll, readyToLook } from './look.ts';

let server: RunningServer;
let browser: Browser;
let call: Awaited<ReturnType<typeof callOn>>;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	call = await callOn(server);
});

afterAll(async () => {
	await call[Symbol.asyncDispose]();
	await browser.close();
	await server[Symbol.asyncDispose]();
});

const { ar, en } = steps;
/** An old one. */
const phone = { ...onPhone, viewport: { width: 320, height: 640 } };

async function applicationsOfCall(): Promise<string[]> {
	return (await call.db.selectFrom('grant_application').select('id').where('call_id', '=', call.call.id).orderBy('change').execute()).map(({ id }) => id);
}

async function fillEnglish(page: Page, situation: string): Promise<void> {
	await page.getByLabel('What has happened?').fill(situation);
	await page.getByLabel('legal').check();
}

test('an applicant with an old phone and a slow line applies in Arabic, loses the connection, and every part can be opened', async () => {
	const context = await browser.newContext({ ...phone, locale: 'ar' });
	const page = await throttled(context);
	await page.goto(`${server.origin}/ar${call.path}`);
	await beginForm(page, ar);
	await page.getByLabel('ماذا حدث؟').fill('جاؤوا يوم الثلاثاء.');
	await page.getByLabel('relocation').check();
	await page.getByLabel('Question where-to').fill('إلى بلد مجاور');
	await page.getByLabel('Question wanted', { exact: false }).first().fill('١٢٠٠٫٥٠');
	await page.getByLabel('1. لأجل ماذا').fill('إيجار');
	await page.getByLabel('المبلغ بعملة EUR').fill('٤٠٠');
	await page.getByLabel('Question name').fill('اسم مخترع');
	await page.locator('input[type=file]').setInputFiles({ name: 'محضر.txt', mimeType: 'text/plain', buffer: Buffer.alloc(200_000, 'x') });
	await page.getByText('محضر.txt').waitFor();
	const receipt = await sealForm(page, ar);
	await answerWords(page, receipt, ar);
	// The promise is taken; then the line is dead for a while, and again in the middle of the file.
	let lost = 0;
	for (const what of ['body', 'files/*/parts/*']) await page.route(`**/api/applications/*/${what}`, async (route) => ((lost += 1) % 3 === 0 ? route.continue() : route.abort('internetdisconnected')));

	await page.getByRole('button', { name: ar.send }).click();
	await page.getByText(ar.waiting).waitFor();
	await page.getByRole('heading', { name: ar.arrived }).waitFor();
	const left = await stored(page);
	await page.unrouteAll();
	await openWithWords(page, `${server.origin}/ar/receipt`, receipt, ar);
	await page.getByText('هو عند الفريق').waitFor();

	const [application = ''] = await applicationsOfCall();
	const { parts } = await openedByDesk(call.db, application, call.desk);
	expect(lost).toBeGreaterThanOrEqual(6);
	expect(left).toEqual([[], 0, 0, '']);
	expect(parts).toMatchObject({
		core: { v: 1, form: 1, language: 'ar', role: 'self', answers: { situation: { text: 'جاؤوا يوم الثلاثاء.' }, 'where-to': { text: 'إلى بلد مجاور' }, wanted: { amountMinor: 120_050, currency: 'EUR' }, budget: { lines: [{ what: 'إيجار', amountMinor: 40_000 }] }, papers: { files: [{ name: 'محضر.txt', sizeBytes: 200_000 }] } } },
		identity: { answers: { name: { text: 'اسم مخترع' } } },
		payee: { answers: {} },
		references: { answers: {} }
	});
	await context.close();
});

test('the whole form weighs at most 100 KB in 12 requests, without WebAssembly, an account or a cookie', async () => {
	const context = await browser.newContext({ ...phone, locale: 'ar' });
	const page = await throttled(context);
	const weighed = weighing(page);

	const begun = Date.now();
	await page.goto(`${server.origin}/ar${call.path}`);
	await page.getByLabel(ar.yes, { exact: true }).check();
	const usableMs = Date.now() - begun;
	await beginForm(page, ar);
	await page.getByLabel('ماذا حدث؟').fill('جاؤوا يوم الثلاثاء.');
	await page.getByLabel('legal').check();
	const receipt = await sealForm(page, ar);
	await answerWords(page, receipt, ar);
	const { bytes, requests, hasWebAssembly, lines } = await weighed();

	console.log(`The form of an application: ${bytes} bytes in ${requests} requests; usable after ${usableMs} ms at 1.6 Mbit/s, 150 ms and a four-fold slowed processor.\n${lines}`);
	expect(bytes).toBeGreaterThan(50_000);
	expect(bytes).toBeLessThanOrEqual(100 * 1024);
	expect(requests).toBeLessThanOrEqual(12);
	expect([hasWebAssembly, page.workers().length, await context.cookies(), await stored(page)]).toEqual([false, 0, [], [[], 0, 0, '']]);
	await context.close();
});

test('a line that is gone after the first page is told, and the same button goes on when it is back', async () => {
	const context = await browser.newContext(phone);
	const page = await context.newPage();
	const first = await (await fetch(`${server.origin}/en/apply/${call.slug}`)).text();
	let isGone = true;
	await page.route('**/_app/immutable/lean/*.js', (route) => (isGone && !first.includes(new URL(route.request().url()).pathname) ? route.abort('internetdisconnected') : route.continue()));
	await page.goto(`${server.origin}/en${call.path}`);
	await page.getByLabel(en.yes, { exact: true }).check();
	await page.getByRole('button', { name: en.begin }).click();
	await page.getByRole('alert').filter({ hasText: 'The next step could not be fetched' }).waitFor();
	expect(await page.getByLabel(en.yes, { exact: true }).isChecked()).toBe(true);

	isGone = false;
	await page.getByRole('button', { name: en.begin }).click();

	await page.getByLabel('What has happened?').waitFor();
	await context.close();
});

test('a browser of before Ed25519 verifies the call as well, by what comes later', async () => {
	const context = await browser.newContext(phone);
	await context.addInitScript(() => {
		const importKey = crypto.subtle.importKey.bind(crypto.subtle) as (...given: unknown[]) => Promise<CryptoKey>;
		Object.assign(crypto.subtle, { importKey: (...given: unknown[]) => (given[2] === 'Ed25519' ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError')) : importKey(...given)) });
	});
	const page = await context.newPage();

	await page.goto(`${server.origin}/en${call.path}`);
	await beginForm(page, en);

	await page.getByLabel('What has happened?').waitFor();
	await context.close();
});

test('a draft that was wished for is opened by its words alone, and a closed page goes on sending', async () => {
	const context = await browser.newContext();
	let page = await context.newPage();
	const address = `${server.origin}/en${call.path}`;
	await page.goto(address);
	await page.getByLabel('Keep a sealed draft').check();
	await page.getByLabel(en.yes, { exact: true }).check();
	await page.getByRole('button', { name: en.begin }).click();
	const receipt = await shownWords(page);
	await page.getByRole('button', { name: en.written }).click();
	// The empty form is kept as well, so that whoever is slow has to wait for the draft after that.
	await until(async () => JSON.stringify(await stored(page)) === JSON.stringify([['steadfast-apply'], 0, 0, '']));
	const empty = await draftOf(page);
	await fillEnglish(page, 'A draft that is kept for later.');
	// A moment after the last letter, and not before.
	await until(async () => (await draftOf(page)) !== empty);
	await page.close({ runBeforeUnload: false });

	page = await context.newPage();
	await page.goto(address);
	await page.getByLabel('The twelve words').fill(receipt.toReversed().join(' '));
	await page.getByRole('button', { name: 'Open the draft' }).click();
	const refused = await page.getByRole('alert').innerText();
	await page.getByLabel('The twelve words').fill(receipt.join(' ').toUpperCase());
	await page.getByRole('button', { name: 'Open the draft' }).click();
	const kept = await page.getByLabel('What has happened?').inputValue();
	const again = await sealForm(page, en);
	await answerWords(page, again, en);
	await page.route('**/api/applications/*/body', (route) => route.abort('internetdisconnected'));
	await page.getByRole('button', { name: en.send }).click();
	await page.getByText(en.waiting).waitFor();
	await page.close({ runBeforeUnload: false });

	page = await context.newPage();
	await page.goto(address);
	await page.getByRole('button', { name: 'Go on sending it' }).click();
	await page.getByRole('heading', { name: en.arrived }).waitFor();

	expect([refused, kept, again]).toEqual([expect.stringMatching(/do not belong together|do not open/), 'A draft that is kept for later.', receipt]);
	await expect.poll(() => stored(page)).toEqual([[], 0, 0, '']);
	await page.reload();
	await page.getByLabel(en.yes, { exact: true }).waitFor();
	expect(await page.getByText('Something is kept on this device').count()).toBe(0);
	const application = (await applicationsOfCall()).at(-1) ?? '';
	expect((await openedByDesk(call.db, application, call.desk)).parts['core']).toMatchObject({ answers: { situation: { text: 'A draft that is kept for later.' } } });
	await context.close();
});

test('an hour before a deadline the promise comes first, and a change that comes too late does not lose it', async () => {
	const soon = new Date(Date.now() + 30 * 60_000).toISOString();
	await using hard = await callOn(server, { kind: 'call', slug: 'hard-deadline', deadline: deadlineOf({ day: soon.slice(0, 10), time: soon.slice(11, 16), zone: 'Etc/UTC' }) });
	const page = await browser.newPage();
	await page.goto(`${server.origin}/en${hard.path}`);
	await beginForm(page, en);
	await fillEnglish(page, 'What was promised in time.');
	const receipt = await sealForm(page, en);
	await page.getByText('Counted before the deadline').waitFor();
	const promised = await hard.db.selectFrom('grant_application').select(['id', 'in_time', 'whole_at']).where('call_id', '=', hard.call.id).execute();
	await page.getByRole('button', { name: 'Back' }).click();
	await page.getByRole('button', { name: 'Change something' }).click();
	await page.getByLabel('What has happened?').fill('What came too late.');
	await hard.db.updateTable('grant_call').set({ deadline_at: new Date(Date.now() - 1000) }).where('id', '=', hard.call.id).execute();

	const again = await sealForm(page, en);
	await page.getByText('Your change came after the deadline').waitFor();
	await answerWords(page, again, en);
	await page.getByRole('button', { name: en.send }).click();
	await page.getByRole('heading', { name: en.arrived }).waitFor();

	expect([promised.length, promised[0]?.in_time, promised[0]?.whole_at, again]).toEqual([1, true, null, receipt]);
	expect((await openedByDesk(hard.db, promised[0]?.id ?? '', hard.desk)).parts['core']).toMatchObject({ answers: { situation: { text: 'What was promised in time.' } } });
	await page.close();
});

test('with a receipt somebody writes, withdraws and burns it, and after five minutes the page forgets the words', async () => {
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.goto(`${server.origin}/en${call.path}`);
	await beginForm(page, en);
	await fillEnglish(page, 'Something.');
	await page.getByRole('button', { name: en.review }).click();
	await page.getByLabel('Also make a receipt').check();
	await page.getByRole('button', { name: en.seal }).click();
	const receipt = await shownWords(page);
	await page.getByRole('button', { name: en.written }).click();
	await page.getByRole('heading', { name: 'The second receipt' }).waitFor();
	const second = await shownWords(page);
	await answerWords(page, receipt, en);
	await page.getByRole('button', { name: en.send }).click();
	await page.getByRole('heading', { name: en.arrived }).waitFor();

	await page.clock.install();
	await openWithWords(page, `${server.origin}/en/receipt`, second, en);
	await page.getByLabel('Write to the team').fill('From the second paper.');
	await page.locator('input[type=file]').setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('note') });
	await page.getByText('note.txt').waitFor();
	await page.getByRole('button', { name: 'Send this message' }).click();
	await page.locator('.applicant').getByText('note.txt').waitFor();
	await page.getByRole('button', { name: 'Burn the receipt' }).click();
	await page.getByRole('button', { name: 'Yes, burn it for good' }).click();
	await page.getByRole('heading', { name: 'The receipt is burnt' }).waitFor();
	await openWithWords(page, `${server.origin}/en/receipt`, second, en);
	const burnt = await page.getByRole('alert').innerText();

	await openWithWords(page, `${server.origin}/en/receipt`, receipt, en);
	await page.getByText('From the second paper.').waitFor();
	await page.clock.fastForward('05:10');
	await page.getByText('Nobody touched this page').waitFor();
	const forgotten = await page.locator('#words').inputValue();
	await openWithWords(page, `${server.origin}/en/receipt`, receipt, en);
	await page.getByRole('button', { name: 'Withdraw', exact: true }).click();
	await page.getByRole('button', { name: 'Yes, withdraw it for good' }).click();
	await page.getByText('It was withdrawn.').waitFor();

	expect(burnt).toContain('Nothing belongs to these words');
	expect(forgotten).toBe('');
	await expect.poll(async () => [await page.getByText('From the second paper.').count(), await page.getByLabel('Write to the team').count()]).toEqual([0, 0]);
	await context.close();
});

test('a call that is not the one of the link is refused before anything is asked', async () => {
	const page = await browser.newPage();
	const other = 'A'.repeat(22);

	await page.goto(`${server.origin}/en/apply/${call.slug}#${other}`);
	await page.getByRole('heading', { name: 'Stop: this is not the call of your link' }).waitFor();

	expect(await page.locator('main form, main input, main textarea').count()).toBe(0);
	await page.close();
});

test('without JavaScript there is no form that would send readable, but the reason and other ways', async () => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	for (const path of [call.path, '/receipt']) {
		await page.goto(`${server.origin}/en${path}`);

		expect(await page.locator('form, input, textarea').count()).toBe(0);
		expect(await page.locator('main').innerText()).toMatch(/needs JavaScript[^]*everything would travel readable[^]*where else you can turn[^]*Read the calls/);
	}
	await context.close();
});

test('somebody applies by keyboard alone, and each step begins at its heading', async () => {
	const page = await browser.newPage();
	await page.goto(`${server.origin}/en${call.path}`);
	await page.getByLabel(en.yes, { exact: true }).waitFor();
	const step = async (heading: string): Promise<void> => {
		await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
		await expect.poll(() => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')).toBe(heading);
	};
	const tabTo = async (name: string): Promise<void> => {
		for (let presses = 0; presses < 60; presses++) {
			await page.keyboard.press('Tab');
			const focused = await page.evaluate(() => {
				const element = document.activeElement;
				return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? (element.labels?.[0]?.textContent ?? '') : (element?.textContent ?? '');
			});
			if (focused.trim() === name) return;
		}
		throw new Error(`The keyboard does not reach ${name}.`);
	};

	await tabTo('Yes');
	await page.keyboard.press('Space');
	await tabTo('Begin');
	await page.keyboard.press('Enter');
	await step('Your application');
	await tabTo('Go on and look it over');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Something is missing' }).waitFor();
	await tabTo('What has happened?');
	await page.keyboard.press('Enter');
	await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
	await page.keyboard.type('By keyboard.');
	await tabTo('legal');
	await page.keyboard.press('Space');
	await tabTo('Go on and look it over');
	await page.keyboard.press('Enter');
	await step('Look it over before it is sealed');
	await tabTo('Seal it and go on');
	await page.keyboard.press('Enter');
	await step('Your receipt: twelve words');

	await page.close();
});

test('every step of applying and of a receipt, in every language, shuts nobody out and keeps what was written', async () => {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
	await readyToLook(context);
	const page = await context.newPage();
	const found: unknown[] = [];
	const look = async (what: string): Promise<void> => {
		found.push(...(await lookInAll(page, 'en')).map((seen) => ({ what, ...seen })));
	};

	await page.goto(`${server.origin}/en/apply/${call.slug}#${'A'.repeat(22)}`);
	await page.getByRole('heading', { name: 'Stop' }).waitFor();
	await look('another call');
	await page.goto('about:blank');
	await page.goto(`${server.origin}/en${call.path}`);
	await page.getByLabel('No', { exact: true }).check();
	await page.getByLabel('I apply for somebody else').check();
	await page.getByLabel('Keep a sealed draft').check();
	await look('before the form');
	await page.getByLabel('Do not keep anything').check();
	await beginForm(page, en);
	await page.getByRole('button', { name: en.review }).click();
	await page.getByRole('heading', { name: 'Something is missing' }).waitFor();
	await look('the form with problems');
	await fillEnglish(page, 'Kept through four languages.');
	await page.locator('input[type=file]').setInputFiles([{ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') }, { name: 'b.heic', mimeType: 'image/heic', buffer: Buffer.from('b') }]);
	await page.getByRole('button', { name: 'Send it as it is' }).waitFor();
	await look('the form');
	const written = await page.getByLabel('What has happened?').inputValue();
	await page.getByRole('button', { name: en.review }).click();
	await page.getByRole('button', { name: en.seal }).waitFor();
	await look('the review');
	await page.getByRole('button', { name: en.seal }).click();
	const receipt = await shownWords(page);
	await look('the words');
	const same = await shownWords(page);
	await answerWords(page, receipt, en);
	await page.locator('form input[dir=ltr]').first().fill('wrong');
	await page.getByRole('button', { name: en.send }).click();
	await page.getByRole('alert').waitFor();
	await look('two words asked back');
	await page.getByRole('button', { name: 'Show the words again' }).click();
	await answerWords(page, await shownWords(page), en);
	await page.route('**/api/applications/*/body', (route) => route.abort('internetdisconnected'));
	await page.getByRole('button', { name: en.send }).click();
	await page.getByText(en.waiting).waitFor();
	await look('sending');
	await page.unrouteAll();
	await page.getByRole('heading', { name: en.arrived }).waitFor();
	await look('arrived');
	await page.goto(`${server.origin}/en/receipt`);
	await page.locator('#words').fill('one two');
	await page.getByRole('button', { name: en.open, exact: true }).click();
	await page.getByRole('alert').waitFor();
	await look('the page of receipts');
	await openWithWords(page, `${server.origin}/en/receipt`, receipt, en);
	await page.getByText('Show it').click();
	await page.getByRole('button', { name: 'Withdraw', exact: true }).click();
	await look('an open receipt');

	expect(found).toEqual([]);
	expect([written, same]).toEqual(['Kept through four languages.', receipt]);
	await context.close();
});
