import { brotliCompressSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretWords, type Receipt } from '#vault';
import { openDatabase, type Db } from '#lib/platform/db/database.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import { answerWords, openWithWords, shownWords, steps } from '../applying-steps.ts';
import { databaseOf, seize } from '../attacks/seizure.ts';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, type Person } from '../circle-steps.ts';
import { TestDesks } from '../desk-officers.ts';
import { publishCall, writeCall } from '../desk-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';
import { clean, look, readyToLook } from './look.ts';

// One story, in its order: each test goes on where the one before has ended.
let server: RunningServer;
let browser: Browser;
let db: Db;
let amina: Person;
let luis: Person;
let circle: string;
let desks: TestDesks;
let lost: { readonly receipt: Receipt; readonly application: string };
let fresh: string[];
let link: string;

const slug = 'rapid-support';
const desk = `/en/desk/grants/${slug}`;
const { en } = steps;
const situation = 'Made up for a test: the words were lost in a flood.';

beforeAll(async () => {
	server = await startServer();
	db = openDatabase(databaseOf(server.dataDir), { connections: 2 });
	browser = await openBrowser();
	desks = new TestDesks(db, server.origin);
	amina = await joined(browser, firstLink(server), 'Amina');
	circle = await makeCircle(amina.page, { name: 'Grants desk', purpose: 'Reads what comes in.' });
	luis = await joined(browser, await inviteInto(amina.page, circle), 'Luis');
	await go(luis.page, circle);
	await letIn(amina.page, 'Luis');
	await go(luis.page, '/en/circles');
	await luis.page.getByText('You are invited').waitFor();
	await accept(luis.page, circle);
	await go(amina.page, '/en/desk/grants');
	await amina.page.getByRole('link', { name: 'New call' }).click();
	await writeCall(amina.page, { title: 'Rapid support', summary: 'For defenders who are threatened.', slug });
	await publishCall(amina.page, 'Rapid support');
});

afterAll(async () => {
	await db.destroy();
	await browser.close();
	await server[Symbol.asyncDispose]();
});

function apply(): Promise<{ readonly receipt: Receipt; readonly application: string }> {
	return desks.applied(slug, { answers: { situation: { kind: 'text', text: situation }, who: { kind: 'text', text: 'A made-up name' } }, language: 'en' });
}

/** What each language shows at an address; the link must lead there in every one. */
async function lookInAll(page: Page): Promise<unknown[]> {
	const found: unknown[] = [];
	for (const language of languages) {
		await page.goto('about:blank');
		await page.goto(`${server.origin}/${language}/receipt#${link.split('#')[1] ?? ''}`);
		await page.locator('h1').waitFor();
		found.push(await look(page));
	}
	return found;
}

test('an officer makes a link for lost words, and the defender makes new ones that nobody else sees', async () => {
	lost = await apply();
	const { page } = amina;
	await go(page, desk);
	await page.getByRole('link', { name: 'Made up for a test' }).first().click();
	await page.getByRole('link', { name: 'The applicant lost the receipt' }).click();
	await page.getByRole('heading', { name: 'A new receipt for a lost one' }).waitFor();
	expect(await page.getByRole('button', { name: 'Make the link' }).isDisabled()).toBe(true);
	await page.getByLabel('Somebody whom we know has vouched').check();
	await page.getByRole('button', { name: 'Make the link' }).click();
	link = await page.locator('.address code').innerText();
	expect(await look(page)).toEqual(clean);
	expect(link).toMatch(new RegExp(`^${server.origin}/en/receipt#again\\.[\\w-]{22}$`));

	const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
	await readyToLook(context);
	const phone = await context.newPage();
	expect(await lookInAll(phone)).toEqual(languages.map(() => clean));
	const got: number[] = [];
	const asked: string[] = [];
	phone.on('request', (request) => asked.push(request.url()));
	const reading: Promise<unknown>[] = [];
	phone.on('response', (response) => reading.push(response.body().then((body) => got.push(brotliCompressSync(body).length), () => undefined)));
	await phone.goto('about:blank');
	await phone.goto(link);
	await phone.getByRole('button', { name: 'Make new words' }).click();
	fresh = await shownWords(phone);
	expect(await look(phone)).toEqual(clean);
	await answerWords(phone, fresh, en);
	expect(await look(phone)).toEqual(clean);
	await phone.getByRole('button', { name: 'These are my words' }).click();
	await phone.getByRole('heading', { name: 'Your new words are made' }).waitFor();
	expect(await look(phone)).toEqual(clean);
	const digits = await phone.locator('.digits').innerText();
	await Promise.all(reading);
	const stored = await phone.evaluate(async () => [(await indexedDB.databases()).length, localStorage.length, sessionStorage.length, document.cookie]);

	console.log(`New words for lost ones: ${got.reduce((sum, one) => sum + one, 0)} bytes in ${got.length} requests.`);
	expect(got.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(30_000);
	expect(got.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(100 * 1024);
	expect(got.length).toBeLessThanOrEqual(12);
	expect(asked.some((url) => url.includes(link.slice(-22)))).toBe(false);
	expect([stored, new URL(phone.url()).hash]).toEqual([[0, 0, 0, ''], '']);
	await go(page, new URL(page.url()).pathname.replace(/\/receipt$/, ''));
	await page.getByRole('link', { name: 'The applicant lost the receipt' }).click();
	await page.locator('.digits').waitFor();
	expect(await page.locator('.digits').innerText()).toBe(digits);
	expect(await page.getByRole('button', { name: 'Put the new words in force' }).count()).toBe(0);
	expect(await look(page)).toEqual(clean);
	await context.close();
});

test('the holder of the old words is told of it; after 72 hours the new words open everything and the old ones nothing', async () => {
	const context = await browser.newContext();
	await readyToLook(context);
	const page = await context.newPage();
	const old = await secretWords(lost.receipt.secret, 'en');
	await openWithWords(page, `${server.origin}/en/receipt`, old, en);
	await page.getByRole('heading', { name: 'Somebody asked for new words in the place of yours' }).waitFor();
	await page.getByText('Somebody told us that your twelve words are lost').waitFor();
	expect(await look(page)).toEqual(clean);

	const { asked_at } = await db.selectFrom('grant_receipt_again').select('asked_at').where('application_id', '=', lost.application).executeTakeFirstOrThrow();
	await db.updateTable('grant_receipt_again').set({ asked_at: new Date((asked_at?.getTime() ?? 0) - 73 * 3_600_000) }).where('application_id', '=', lost.application).execute();
	// The other officer: whoever made the link need not be the one who ends it.
	await go(luis.page, desk);
	await go(luis.page, `${desk}/${lost.application}/receipt`);
	await luis.page.getByLabel('The applicant read the same signs to us').check();
	await luis.page.getByRole('button', { name: 'Put the new words in force' }).click();
	await luis.page.getByText('The new words are in force').waitFor();
	expect(await look(luis.page)).toEqual(clean);
	await openWithWords(page, `${server.origin}/en/receipt`, old, en);
	await page.getByText('Nothing belongs to these words here').waitFor();
	await openWithWords(page, `${server.origin}/en/receipt`, fresh, en);
	await page.getByText('Show it').click();
	await page.getByText(situation).waitFor();
	await page.getByLabel('Write to the team').fill('I am back.');
	await page.getByRole('button', { name: 'Send this message' }).click();
	await page.locator('.applicant').getByText('I am back.').waitFor();
	await go(luis.page, `${desk}/${lost.application}`);
	await luis.page.getByText('I am back.').waitFor();

	expect(await page.getByRole('heading', { name: 'Somebody asked for new words' }).count()).toBe(0);
	expect(await luis.page.getByRole('alert').count()).toBe(0);
	await context.close();
});

test('an applicant withdraws, an officer sees it and has it shredded, and a number is all that is left', async () => {
	const { receipt, application } = await apply();
	const context = await browser.newContext();
	const page = await context.newPage();
	await openWithWords(page, `${server.origin}/en/receipt`, await secretWords(receipt.secret, 'en'), en);
	await page.getByRole('button', { name: 'Withdraw', exact: true }).click();
	await page.getByRole('button', { name: 'Yes, withdraw it for good' }).click();
	await page.getByText('It was withdrawn.').waitFor();

	const officer = amina.page;
	await go(officer, `${desk}/keeping`);
	await officer.getByText('Withdrawn: 1').click();
	expect(await look(officer)).toEqual(clean);
	await officer.locator(`main a[href="${desk}/${application}"]`).click();
	await officer.getByText('asks for it to be shredded').waitFor();
	await officer.getByRole('button', { name: 'Shred now' }).click();
	expect(await look(officer)).toEqual(clean);
	await officer.getByRole('button', { name: 'Yes, shred it for good' }).click();
	await officer.waitForURL((url) => url.pathname === desk);
	await go(officer, `${desk}/keeping`);
	await officer.getByText('Shredded so far: 1').waitFor();
	const left = await db.selectFrom('grant_application').select('id').where('id', '=', application).execute();
	await openWithWords(page, `${server.origin}/en/receipt`, await secretWords(receipt.secret, 'en'), en);
	await page.getByText('Nothing belongs to these words here').waitFor();

	expect(left).toEqual([]);
	await context.close();
});

test('after a removal the call gets a new key by itself, and what was there is sealed anew', async () => {
	await apply();
	await go(amina.page, `${circle}/members`);
	const { page } = amina;
	await page.getByRole('button', { name: 'Remove …' }).click();
	await page.getByRole('button', { name: 'Remove now' }).click();
	await expect.poll(async () => (await db.selectFrom('circle').select('epoch').where('id', '=', circle.split('/').at(-1) ?? '').executeTakeFirstOrThrow()).epoch).toBe(2);
	await go(page, '/en/desk/grants');
	await page.getByText('has a new key, so your browser announced it').waitFor();
	expect(await look(page)).toEqual(clean);
	await go(page, `${desk}/keeping`);
	await page.getByText('Under the newest key: 0 of 2').waitFor();
	expect(await look(page)).toEqual(clean);

	await page.getByRole('button', { name: 'Seal them anew' }).click();
	await page.getByText('Under the newest key: 2 of 2').waitFor();
	await page.getByRole('button', { name: 'Stop here' }).waitFor({ state: 'detached' });
	expect(await look(page)).toEqual(clean);
	await go(page, `${desk}/${lost.application}`);
	await page.getByText('I am back.').waitFor();
	const reader = await (await browser.newContext()).newPage();
	await openWithWords(reader, `${server.origin}/en/receipt`, fresh, en);
	await reader.getByText('Show it').click();
	await reader.getByText(situation).waitFor();

	expect(await page.getByRole('alert').count()).toBe(0);
	const generations = await db.selectFrom('grant_application').select('generation').execute();
	expect(generations).toEqual([{ generation: 2 }, { generation: 2 }]);
	const canaries = [
		{ what: 'what has happened', text: situation },
		{ what: 'what was written with the new words', text: 'I am back.' },
		{ what: 'the secret of the link', text: link.slice(-22) },
		{ what: 'three of the new words', text: fresh.slice(0, 3).join(' ') }
	];
	// The link's secret is shown to the server once, by whoever uses it; kept is its hash.
	const shownOnce = ({ what, place }: { readonly what: string; readonly place: string }): boolean => what === 'the secret of the link' && place === 'memory of the process';
	expect((await seize(server, canaries, { address: databaseOf(server.dataDir) })).filter((found) => !shownOnce(found))).toEqual([]);
});
