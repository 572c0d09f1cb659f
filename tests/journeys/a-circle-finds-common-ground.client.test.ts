import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type Db } from '#lib/platform/db/database.ts';
import { castBallot } from '#lib/statement/client/casting.ts';
import { propose, propositionsOf } from '#lib/statement/client/propositions.ts';
import type { Choice } from '#lib/statement/opinion/index.ts';
import { databaseOf } from '../attacks/seizure.ts';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, makeCircle, type Person } from '../circle-steps.ts';
import { sure } from '../desk-officers.ts';
import { firstLink } from '../joining.ts';
import { asks, castingOf, circleOf, endRound, roundOf, type RoundMember } from '../rounds.ts';
import { startServer, type RunningServer } from '../server.ts';
import { clean, look, lookInAll } from './look.ts';

// One story, in its order: each test goes on where the one before has ended. People and sentences are made up.
let server: RunningServer;
let browser: Browser;
let db: Db;
let amina: Person;
let samir: Person;
let circle: string;
let base: string;
let id: string;
let others: RoundMember[];

const simulated = 20;

/** On every third all agree; on the rest two camps are against each other. */
const sentences = [
	'Every arrested defender has a lawyer within a day.',
	'We name the companies that sell the spying software.',
	'We accept no money from governments.',
	'Families of the imprisoned are paid from a common fund.',
	'We boycott the next conference.',
	'We publish the names of judges.',
	'Children of defenders get places in schools abroad.',
	'Our offices move out of the capital.',
	'We meet the minister in public only.',
	'A hotline answers in four languages.',
	'We write to the embassies first.',
	'We stop working with the press.'
];
const answerOf = (person: number, sentence: string): Choice => {
	const at = sentences.indexOf(sentence);
	if (at % 3 === 0) return 1;
	// Here and there somebody thinks otherwise than their camp.
	const isOdd = (person * 7 + at * 5) % 11 === 0;
	return (at % 2 === person % 2) === isOdd ? -1 : 1;
};

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	db = openDatabase(databaseOf(server.dataDir), { connections: 2 });
	amina = await joined(browser, firstLink(server), 'Amina');
	const own = await makeCircle(amina.page, { name: 'Two of us', purpose: '' });
	samir = await joined(browser, await inviteInto(amina.page, own), 'Samir');
	const accounts = await db.selectFrom('account').select(['id', 'role']).execute();
	const accountOf = (isKeeper: boolean): string => accounts.find(({ role }) => (role === 'keeper') === isKeeper)?.id ?? '';
	others = await circleOf(db, server.origin, { members: simulated });
	const [first] = others;
	if (!first) throw new Error('Nobody.');
	circle = first.circle.id;
	let opened = first.circle;
	for (const [account, name] of [[accountOf(true), 'Amina'], [accountOf(false), 'Samir']] as const) opened = sure(await opened.add({ account, name })).circle;
	for (const { page } of [amina, samir]) {
		await go(page, '/en/circles');
		await page.getByText('You are invited').waitFor();
		await accept(page, `/en/circles/${circle}`);
	}
	opened = sure(await opened.refresh()).circle;
	sure(await opened.makeSteward(accountOf(true), true));
});

afterAll(async () => {
	await db.destroy();
	await browser.close();
	await server[Symbol.asyncDispose]();
});

test('a steward begins a round in two languages, and the page says who can read it and who can tell what', async () => {
	const { page } = amina;
	await go(page, `/en/circles/${circle}`);
	await page.getByRole('link', { name: 'Common ground' }).click();
	await page.getByRole('heading', { name: 'Begin a round' }).waitFor();
	await page.getByRole('checkbox', { name: 'العربية' }).check();
	await page.getByRole('button', { name: 'Begin this round' }).click();
	const refused = await page.getByRole('alert').innerText();
	await page.getByLabel('The question (English)').fill('What do we ask for together?');
	await page.getByLabel('The question (العربية)').fill('بماذا نطالب معًا؟');
	const asking = await look(page);

	await page.getByRole('button', { name: 'Begin this round' }).click();
	await page.waitForURL(/\/rounds\/[\w-]{22}#[\w-]{22}$/);
	await page.getByRole('button', { name: 'Ask for my ballot' }).waitFor();
	const { pathname, hash } = new URL(page.url());
	[base, id] = [pathname + hash, hash.slice(1)];
	await page.getByText('What others can learn').click();

	expect(refused).toContain('Write the question');
	expect(asking).toEqual(clean);
	expect(await page.locator('main').innerText()).toContain('With Tor Browser the address says nothing.');
	await expect.poll(() => page.locator('header').innerText()).toContain('22 people');
	expect(await look(page)).toEqual(clean);
});

test('members propose, are shown what says the same, translate, and read why a proposition was taken out', async () => {
	const { page } = amina;
	for (const [at, text] of sentences.entries()) sure(await propose(await roundOf(others[at % simulated]!, id), { text, language: 'en' }));
	await go(page, `${base}/propositions`);
	await page.getByText('To be voted on: 12').waitFor();
	await page.getByLabel('The proposition').fill('Each arrested defender has a lawyer within one day');
	const alike = await page.locator('.alike').innerText();
	await page.getByLabel('The proposition').fill('A made-up sentence that names somebody.');
	await page.getByRole('button', { name: 'Add it for the circle' }).click();
	await page.getByText('To be voted on: 13').waitFor();

	const named = page.locator('li', { hasText: 'A made-up sentence' }).first();
	await named.getByText('Take out…').click();
	await named.getByLabel('Why').fill('It names somebody.');
	await named.getByRole('button', { name: 'Take it out' }).click();
	await page.getByText('Taken out: 1').waitFor();
	const lawyer = page.locator('li', { hasText: sentences[0]! }).first();
	await lawyer.getByText('Translate:').click();
	await lawyer.getByLabel('العربية').fill('لكل مدافع معتقل محامٍ في غضون يوم.');
	await lawyer.getByRole('button', { name: 'Keep translations' }).click();
	await lawyer.getByText('Translate:').waitFor({ state: 'detached' });

	expect(alike).toContain(sentences[0]);
	expect(await look(page)).toEqual(clean);
	await go(samir.page, `${base}/propositions`);
	await samir.page.getByRole('heading', { name: 'What was taken out and let in again' }).waitFor();
	expect(await samir.page.locator('main').innerText()).toMatch(/Amina.+ took it out/);
	expect(await samir.page.getByText('Take out…').count()).toBe(0);
	expect(await lookInAll(samir.page, 'en')).toEqual([]);
});

test('everybody asks, the steward’s browser gives to all who wait, and somebody votes in Arabic by keyboard alone', async () => {
	const { page } = samir;
	for (const member of others) await asks(member, id);
	await go(page, base.replace('/en/', '/ar/'));
	await page.getByRole('button', { name: 'اطلب بطاقتي' }).press('Enter');
	await page.getByText('لقد طلبت بطاقتك').waitFor();
	await go(amina.page, '/en/circles');
	await go(amina.page, base);
	await amina.page.getByText(`Asked for a ballot: ${simulated + 1}. Got one: ${simulated + 1}.`).waitFor();
	await page.getByRole('button', { name: 'انظر مجددًا' }).press('Enter');
	await page.locator('.card h2').waitFor();
	expect(await look(page)).toEqual(clean);

	const asked: string[] = [];
	await page.locator('.card h2').focus();
	for (let at = 0; at < sentences.length; at++) {
		const text = await page.locator('.card h2').innerText();
		asked.push(text);
		const sentence = text.startsWith('لكل مدافع') ? sentences[0]! : text;
		await page.keyboard.press(answerOf(0, sentence) === 1 ? '1' : '2');
		if (at + 1 < sentences.length) await page.waitForFunction((before) => document.querySelector('.card h2')?.textContent !== before, text);
	}
	await page.getByText('لقد أجبت عنها كلها').waitFor();

	expect(new Set(asked).size).toBe(sentences.length);
	expect(asked.some((text) => text.startsWith('لكل مدافع معتقل'))).toBe(true);
	expect(await ballots()).toBe(0);
	await page.getByRole('button', { name: 'أرسل الآن' }).press('Enter');
	await page.getByText('لا شيء ينتظر الإرسال').waitFor();
	expect(await ballots()).toBe(1);
});

test('without a line answers wait, are sent by themselves when it is back, and carry no session; nothing stays on the device', async () => {
	const { page, context } = amina;
	const cookies: (string | undefined)[] = [];
	page.on('request', (request) => {
		if (request.method() === 'POST' && request.url().includes('/ballots')) void request.allHeaders().then(({ cookie }) => cookies.push(cookie), () => undefined);
	});
	await page.getByRole('button', { name: 'Ask for my ballot' }).click();
	// Her own browser gives ballots and may be done with it by itself: then there is nothing to press.
	await expect.poll(async () => {
		const again = page.getByRole('button', { name: 'Look again' });
		if (await again.isVisible()) await again.click({ timeout: 1000 }).catch(() => undefined);
		return page.locator('.card h2').count();
	}).toBe(1);
	await context.setOffline(true);
	for (let at = 0; at < sentences.length; at++) {
		const sentence = await page.locator('.card h2').innerText();
		await page.locator('.card').getByRole('button', { name: answerOf(1, sentence) === 1 ? 'Agree' : 'Disagree', exact: true }).click();
		await page.waitForFunction((before) => document.querySelector('.card h2')?.textContent !== before, sentence);
	}
	await page.getByText('You have answered all').waitFor();
	await page.getByRole('button', { name: 'Send now' }).click();
	await page.getByText('No connection. Not sent yet: 12').waitFor();
	const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));

	await context.setOffline(false);
	await page.getByText('Nothing waits to be sent').waitFor();

	expect(kept).toBe('[{},{}]');
	await expect.poll(() => cookies.length).toBeGreaterThan(0);
	expect(cookies.filter((cookie) => cookie !== undefined)).toEqual([]);
	expect(await ballots()).toBe(2);
	await page.getByText('Change answers (12)').click();
	expect(await look(page)).toEqual(clean);
});

test('when it is over every browser reckons the same: what all support, two groups in words, and numbers that tell nobody apart', async () => {
	await go(amina.page, `${base}/results`);
	await amina.page.getByText('Results are there when the round is over').waitFor();
	for (const [person, member] of others.entries()) {
		const casting = await castingOf(member, id);
		const { propositions } = sure(await propositionsOf(casting.round));
		sure(await castBallot(casting, new Map(propositions.flatMap(({ short, text, takenOut }) => (takenOut === undefined ? [[short, answerOf(person, text)] as const] : [])))));
	}
	await endRound(db, id, { now: new Date() });
	const shown = [await resultsOf(amina.page), await resultsOf(samir.page)];

	expect(new Set(shown.map(({ fingerprint }) => fingerprint)).size).toBe(1);
	expect(shown[0]?.text).toContain('Ballots counted: 22. Members who asked for one: 22, of whom got one: 22.');
	expect(shown[0]?.text).toContain('Yours is among them, with as many answers: 12.');
	const supported = await amina.page.getByRole('region', { name: 'What every group supports' }).innerText();
	expect(sentences.filter((_, at) => at % 3 === 0).filter((sentence) => !supported.includes(sentence))).toEqual([]);
	expect(sentences.filter((_, at) => at % 3 !== 0).filter((sentence) => supported.includes(sentence))).toEqual([]);
	expect(await amina.page.locator('tbody th[scope=row]', { hasText: 'Group' }).count()).toBeGreaterThanOrEqual(2);
	expect(await look(amina.page)).toEqual(clean);
	const downloading = amina.page.waitForEvent('download');
	await amina.page.getByRole('button', { name: 'Table (CSV)' }).click();
	const table = await readFile(await (await downloading).path(), 'utf8');
	expect(table.split('\r\n')).toHaveLength(sentences.length + 2);
	await amina.page.getByLabel('As Polis does').check();
	await amina.page.getByRole('heading', { name: 'Groups and consensus as Polis reckons them' }).waitFor();
	expect(await look(amina.page)).toEqual(clean);
	expect(await lookInAll(samir.page, 'en')).toEqual([]);
});

/** How many ballots the server has. */
async function ballots(): Promise<number> {
	return (await db.selectFrom('statement_ballot').select('key').where('round_id', '=', id).execute()).length;
}

/** The results in a browser to which it is eight days later. Only for what asks for the day: the ten minutes to the lock go on. */
async function resultsOf(page: Page): Promise<{ readonly text: string; readonly fingerprint: string }> {
	await page.evaluate(() => {
		const now = Date;
		globalThis.Date = new Proxy(now, { construct: (_, parts: []) => (parts.length > 0 ? new now(...parts) : new now(now.now() + 8 * 24 * 3_600_000)) });
	});
	await go(page, '/en/circles');
	await go(page, `${base}/results`);
	await page.getByRole('heading', { name: 'What every group supports' }).waitFor();
	return { text: await page.locator('main').innerText(), fingerprint: await page.locator('code').first().innerText() };
}
