import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { languages } from '../../src/lib/platform/i18n/language.ts';
import { openBrowser } from '../browser.ts';
import { go, joined, makeCircle, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, until, type RunningServer } from '../server.ts';
import { temporaryFolder } from '../temporary.ts';
import { wordsIn } from './html.ts';
import { ask, sendForm, sitemapAddresses } from './http.ts';
import { clean, look, lookInAll, readyToLook } from './look.ts';

// One story, in its order. The programme is that of 2019; everybody in it is made up.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let reader: Page;
let plan: string;
/** What was exported before somebody was taken out. */
let folder: string;

const slug = '2019-held-and-archived';
const question = 'Who answers for what was promised last year?';
/** Named on the convenors' word until she asks. */
const shown = 'Made-up Paula Public';
/** What nobody may find anywhere, each in no other place. */
const canaries = ['Canary-Meeting-With-A-Lawyer', 'Canary-Guest-Under-Threat', 'canary-held-back', 'Canary-Never-Shown'];

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	amina = await joined(browser, firstLink(server), 'Amina');
	await amina.page.setViewportSize({ width: 1280, height: 900 });
	const context = await browser.newContext();
	await readyToLook(context);
	reader = await context.newPage();
}, 300_000);

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

const form = (page: Page) => page.locator('.form');

async function add(page: Page, { day, title, starts, ends, known = 'Public.', person, kept = false }: { day: number; title: string; starts: string; ends: string; known?: 'Public.' | 'Closed.'; person?: string; kept?: boolean }): Promise<void> {
	await page.getByRole('button', { name: new RegExp(`New item.*${day} October`) }).click();
	await form(page).getByLabel('Title', { exact: true }).fill(title);
	await form(page).getByLabel('Begins', { exact: true }).fill(starts);
	await form(page).getByLabel('Ends', { exact: true }).fill(ends);
	await form(page).getByLabel('State', { exact: true }).selectOption('Confirmed');
	await form(page).getByLabel(known).check();
	if (person !== undefined) await form(page).getByLabel('Add somebody').selectOption({ label: `\u2068${person}\u2069` });
	if (kept) await form(page).getByLabel(/A recording is kept/).check();
	await form(page).getByLabel('Title', { exact: true }).focus();
	await form(page).getByRole('button', { name: 'Close' }).first().click();
}

async function save(page: Page): Promise<void> {
	await page.getByRole('button', { name: 'Save for the circle' }).click();
	await page.getByText('Saved for the circle.').waitFor();
}

async function release(page: Page, version: number): Promise<void> {
	await go(page, `${plan}/release`);
	await page.getByRole('button', { name: `Release version ${version} for everybody` }).click();
	await page.getByText(`Version ${version} is public now.`).waitFor();
}

function textsIn(of: string): string[] {
	return readdirSync(of, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [readFileSync(join(entry.parentPath, entry.name), 'utf8')] : []));
}

/** Every address under which something of the record is public. */
async function publicAddresses(): Promise<string[]> {
	return [...(await sitemapAddresses(server.origin)), ...['calendar.ics', 'schedule.xml', 'schedule.json', 'data.jsonld'].map((name) => `${server.origin}/en/forums/${slug}/${name}`), ...['feed.xml', 'feed.json', `search?q=${encodeURIComponent(shown)}&kind=forum`].map((name) => `${server.origin}/en/${name}`)];
}

test('the forum of 2019 is planned and released, and its page of changes says what moved', { timeout: 300_000 }, async () => {
	const { page } = amina;
	await makeCircle(page, { name: 'Convenors', purpose: 'Plans the forum.' });
	await go(page, '/en/desk/forums');
	await page.getByRole('button', { name: 'New forum' }).click();
	await page.getByLabel('Title of the forum').fill('Building Solidarity Toward Equality for All');
	await page.getByLabel('First day').fill('2019-10-12');
	await page.getByLabel('Last day').fill('2019-10-15');
	await page.getByLabel('Place').fill('Atlanta, Georgia, United States');
	await page.getByLabel('Time zone').fill('America/New_York');
	await page.getByLabel('Address').fill(slug);
	await page.getByRole('button', { name: 'Begin this plan' }).click();
	await page.waitForURL(/\/desk\/forums\/[\w-]{22}\/[\w-]{22}$/);
	await page.getByRole('heading', { level: 1 }).waitFor();
	plan = new URL(page.url()).pathname;
	await page.getByText('Title, days, place and standing').click();
	await page.getByLabel('Subject').fill('solidarity with defenders under attack');
	await page.getByText(/^People \(/).click();
	await page.getByRole('button', { name: 'Add somebody' }).click();
	await page.locator('.about details details summary').click();
	await page.getByLabel('Name, as convenors say it').fill('Canary-Guest-Under-Threat');
	await page.getByRole('button', { name: 'Add somebody' }).click();
	const second = page.locator('.about details details').nth(1);
	await second.locator('summary').click();
	await second.getByLabel('Name, as convenors say it').fill(shown);
	await second.getByLabel('They are shown in public').check();
	await second.getByLabel('Name in public').fill(shown);
	await add(page, { day: 12, title: 'Opening session', starts: '09:00', ends: '10:00', person: shown });
	await add(page, { day: 15, title: 'Concluding session', starts: '10:00', ends: '11:00', kept: true });
	await add(page, { day: 14, title: 'Panel on solidarity', starts: '14:00', ends: '15:00', person: 'Canary-Guest-Under-Threat', kept: true });
	await add(page, { day: 13, title: 'Canary-Meeting-With-A-Lawyer', starts: '09:00', ends: '10:00', known: 'Closed.' });
	await save(page);
	await go(page, `${plan}/release`);
	await page.getByRole('button', { name: 'It is public knowledge' }).click();
	await page.getByRole('button', { name: 'It is public knowledge' }).waitFor({ state: 'detached' });
	await release(page, 1);
	expect((await ask(`${server.origin}/en/forums/${slug}/changes`)).status).toBe(404);

	await go(page, plan);
	await page.locator('.work button', { hasText: 'Concluding session' }).click();
	await form(page).getByLabel('Begins', { exact: true }).fill('11:00');
	await form(page).getByLabel('Ends', { exact: true }).fill('12:30');
	await form(page).getByLabel('Title', { exact: true }).focus();
	await form(page).getByRole('button', { name: 'Close' }).first().click();
	await save(page);
	await release(page, 2);

	await reader.goto(`${server.origin}/en/forums/${slug}/agenda`);
	await reader.getByRole('link', { name: 'What has changed' }).click();
	expect(await reader.locator('main').innerText()).toMatch(/Moved: .*Concluding session.*15 October 2019.*11:00/);
	expect(await look(reader)).toEqual(clean);
	expect(await lookInAll(reader, 'en')).toEqual([]);
	const pages = await Promise.all(languages.map((language) => ask(`${server.origin}/${language}/forums/${slug}/changes`)));
	for (const { status, headers, text } of pages) expect([status, text.includes('<script'), String(headers['content-security-policy']).includes("script-src 'none'")]).toEqual([200, false, true]);
});

test('on its public day somebody asks, and before closing its convenors see what becomes public, what is held back and what is destroyed', { timeout: 300_000 }, async () => {
	const { page } = amina;
	await go(page, `/en/desk/questions/${slug}`);
	await page.getByRole('button', { name: /Open for questions.*Concluding session/ }).click();
	await page.getByRole('link', { name: /Concluding session/ }).click();
	await page.getByText('Nothing waits.').waitFor();
	const item = new URL(page.url()).pathname.split('/').at(-1) ?? '';
	const address = `${server.origin}/en/forums/${slug}/public/${item}`;
	await sendForm(address, { fields: { words: question, language: 'en', lane: 'room', keep: 'nothing' }, origin: server.origin });
	await page.locator('.columns > section li').first().waitFor();
	await page.getByRole('heading', { level: 1 }).click();
	await page.keyboard.press('a');
	await until(async () => (await ask(address)).text.includes(question));
	await sendForm(address, { fields: { words: 'Canary-Never-Shown?', language: 'en', lane: 'room', keep: 'nothing' }, origin: server.origin });

	await go(page, plan);
	await page.getByRole('link', { name: 'Into the archive' }).click();
	await page.getByText('It is held back and stays out of the archive').or(page.getByRole('heading', { name: 'What everybody will find' })).first().waitFor();
	const before = await page.locator('main').innerText();
	await page.getByLabel('Recording of').selectOption({ label: '\u2068Panel on solidarity\u2069' });
	await page.getByLabel('Address (https)').first().fill('https://video.example/canary-held-back');
	await page.getByRole('button', { name: 'Add this recording' }).click();
	await page.getByText('Canary-Guest-Under-Threat').first().waitFor();
	await page.getByLabel('Recording of').selectOption({ label: '\u2068Concluding session\u2069' });
	await page.getByLabel('Address (https)').first().fill('https://video.example/concluding');
	await page.getByRole('button', { name: 'Add this recording' }).click();
	await page.getByText('Everybody in it allows it.').waitFor();

	expect(before).toMatch(/3 items that took place, 0 cancelled[^]*Questions from the public that were shown, with their answers: 1[^]*Questions that nobody was shown: 1[^]*After .* the plan and every invitation/);
	expect(await page.getByText('was never invited here: ask them').innerText()).toContain('Canary-Guest-Under-Threat');
	expect(await look(page)).toEqual(clean);
	expect(await lookInAll(page, 'en')).toEqual([]);
});

test('one press puts it into the archive: pages at the same addresses, questions that the search finds, files that come back as they were, and nothing else', { timeout: 300_000 }, async () => {
	const { page } = amina;
	await page.setViewportSize({ width: 1280, height: 900 });
	await page.getByLabel('I have read what becomes public').check();
	await page.getByRole('button', { name: 'Close the forum for good' }).click();
	await page.getByText('The forum is closed and in the archive.').waitFor();
	await page.getByLabel('Headline').fill('Solidarité sans frontières');
	await page.getByLabel('Paper or station').fill('A made-up paper');
	await page.getByLabel('Day', { exact: true }).fill('2019-10-16');
	await page.getByLabel('Its language, as a tag').fill('fr');
	await page.getByLabel('Address (https)').last().fill('https://paper.example/solidarite');
	await page.getByRole('button', { name: 'Add it for everybody' }).click();
	await page.getByRole('button', { name: /Take it off.*Solidarité/ }).waitFor();
	expect(await look(page)).toEqual(clean);

	await until(async () => (await ask(`${server.origin}/en/forums/${slug}`)).text.includes('Solidarité'));
	await reader.setViewportSize({ width: 390, height: 800 });
	await reader.goto(`${server.origin}/en/forums/${slug}`);
	expect(await reader.locator('main').innerText()).toMatch(/Recordings\s+Concluding session\s+In the press\s+Solidarité sans frontières\s+A made-up paper · Wednesday, 16 October 2019 · French/);
	expect(await look(reader)).toEqual(clean);
	await reader.getByRole('link', { name: /Questions and documents/ }).click();
	expect(await reader.locator('main').innerText()).toMatch(/Shown and not reached[^]*Who answers for what was promised last year\?[^]*Recordings\s+Concluding session[^]*What became of the questions/);
	expect(await reader.getByRole('button').count()).toBe(0);
	expect(await look(reader)).toEqual(clean);
	expect(await lookInAll(reader, 'ar')).toEqual([]);
	await reader.goto(`${server.origin}/en/search?q=promised`);
	await reader.getByRole('link', { name: /Concluding session/ }).first().click();
	expect(reader.url()).toMatch(new RegExp(`/en/forums/${slug}/public/[\\w-]+#q-1$`));

	folder = join(temporaryFolder('record'), 'record');
	const exported = spawnSync(process.execPath, ['src/commands/archive.ts', 'export', folder], { env: { ...process.env, DATA_DIR: server.dataDir }, encoding: 'utf8' });
	expect([exported.status, exported.stderr]).toEqual([0, '']);
	const files = textsIn(folder);
	expect(files.some((text) => text.includes(question))).toBe(true);
	const addresses = await publicAddresses();
	const texts = await Promise.all(addresses.map(async (address) => (await ask(address)).text));
	expect([files, texts].map((all) => all.some((text) => text.includes(shown)))).toEqual([true, true]);
	for (const canary of canaries) expect([canary, [...files, ...texts].filter((text) => text.includes(canary)).length]).toEqual([canary, 0]);
	expect(addresses.filter((address) => address.includes(slug)).length).toBeGreaterThan(16);
	expect(wordsIn(texts[addresses.indexOf(`${server.origin}/en/forums/${slug}`)] ?? '', 'main')).toContain('Concluding session');
});

test('somebody who is named asks to be taken out: a convenor presses once, and no page, calendar, schedule, feed, search or file has her any more, and old files do not bring her back', { timeout: 300_000 }, async () => {
	const { page } = amina;
	const named = async (): Promise<string[]> => {
		const found: string[] = [];
		for (const address of await publicAddresses()) {
			// The search says again what was asked for.
			const { text } = await ask(address);
			if (address.includes('/search?') ? text.includes(`/forums/${slug}`) : text.includes(shown)) found.push(address);
		}
		return found;
	};
	expect((await named()).length).toBeGreaterThan(4);
	await go(page, `${plan}/closing`);
	await page.getByRole('link', { name: 'Take somebody out who asks for it' }).click();
	await page.getByRole('button', { name: new RegExp(`Take out.*${shown}`) }).waitFor();
	expect(await look(page)).toEqual(clean);
	expect(await lookInAll(page, 'en')).toEqual([]);
	page.once('dialog', (dialog) => void dialog.accept());
	await page.getByRole('button', { name: new RegExp(`Take out.*${shown}`) }).click();
	await page.getByText('Taken out.').waitFor();
	await page.getByText('Nobody is named.').waitFor();
	await until(async () => (await named()).length === 0);

	const commands = (...asked: string[]) => spawnSync(process.execPath, ['src/commands/archive.ts', ...asked], { env: { ...process.env, DATA_DIR: server.dataDir }, encoding: 'utf8' });
	expect(textsIn(folder).some((text) => text.includes(shown))).toBe(true);
	expect(commands('import', folder).stderr).toBe('');
	expect(await named()).toEqual([]);
	const now = join(temporaryFolder('record'), 'record');
	expect(commands('export', now).stderr).toBe('');
	expect(textsIn(now).filter((text) => text.includes(shown))).toEqual([]);
	// What says that it changed would say that somebody is gone: everything else of the forum is as it was.
	expect((await ask(`${server.origin}/en/forums/${slug}/agenda`)).text).toContain('Opening session');
});
