import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecord } from '../../src/lib/archive/server/index.ts';
import { languages } from '../../src/lib/platform/i18n/language.ts';
import type { Text } from '../../src/lib/platform/i18n/text.ts';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, type Person } from '../circle-steps.ts';
import { beginPlan } from '../forum-steps.ts';
import { firstLink } from '../joining.ts';
import { phone } from '../phone.ts';
import { startServer, until, type RunningServer } from '../server.ts';
import { temporaryFolder } from '../temporary.ts';
import { wordsIn } from './html.ts';
import { ask, sendForm, sitemapAddresses } from './http.ts';
import { clean, look, lookInAll, readyToLook } from './look.ts';

// One story, in its order. Title, place, themes, workshops, hours and the one who is named on the convenors' word are those that the record has of
// the forum of 2019; its four days are of this week, because a forum of long ago invites nobody. Whoever else is in it is made up.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let luis: Person;
let reader: Page;
let plan: string;
/** What was exported before somebody was taken out. */
let folder: string;

const slug = 'as-in-2019-held-and-archived';
const { forums } = await readRecord('archive');
const held = forums.find((one) => one.slug === '2019-building-solidarity-toward-equality-for-all')!;
const english = (text: Text): string => text.in.en ?? '';
const [publicForum, concluding] = held.agenda.slice(-2).map(({ title }) => english(title)) as [string, string];
const [speaker] = held.people;
/** The days of the forum: the last is over, also where it was held. */
const days = [5, 4, 3, 2].map((ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10));
const dayWords = (at: number): string => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(days[at] ?? ''));
const question = 'Who answers for what was promised last year?';
/** A guest, named as she allows, until she asks. */
const shown = 'Made-up Paula Public';
const called = 'Canary-As-Convenors-Call-Her';
/** What nobody may find anywhere, each in no other place. */
const canaries = ['Canary-Meeting-With-A-Lawyer', 'Canary-Guest-Under-Threat', 'canary-held-back', 'Canary-Never-Shown', called, 'Canary-Paula-Passport', 'Canary-Paula-In-The-Room'];

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	amina = await joined(browser, firstLink(server), 'Amina');
	await amina.page.setViewportSize({ width: 1280, height: 900 });
	const circle = await makeCircle(amina.page, { name: 'Convenors', purpose: 'Plans the forum.' });
	luis = await joined(browser, await inviteInto(amina.page, circle), 'Luis');
	await go(luis.page, circle);
	await letIn(amina.page, 'Luis');
	await go(luis.page, '/en/circles');
	await luis.page.getByText('You are invited').waitFor();
	await accept(luis.page, circle);
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
	await page.getByRole('button', { name: new RegExp(`New item.*${dayWords(day)}`) }).click();
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

/** Whether there is a program here that reads PDFs. */
const readsPdf = spawnSync('pdftotext', ['-v']).error === undefined;

/** What an address gives, as words: a PDF as another program reads it. */
async function readAt(address: string): Promise<string> {
	const { text, body } = await ask(address);
	return address.endsWith('.pdf') && readsPdf ? spawnSync('pdftotext', ['-', '-'], { input: body, encoding: 'utf8' }).stdout.replaceAll(/\s+/g, ' ') : text;
}

function textsIn(of: string): string[] {
	return readdirSync(of, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [readFileSync(join(entry.parentPath, entry.name), 'utf8')] : []));
}

/** Every address under which something of the record is public. */
async function publicAddresses(): Promise<string[]> {
	const inSitemap = await sitemapAddresses(server.origin);
	const papers = inSitemap.filter((address) => new RegExp(`/forums/${slug}/[a-z-]+$`).test(address) && !/\/(?:agenda|changes)$/.test(address)).map((address) => `${address}.pdf`);
	return [...inSitemap, ...papers, ...['calendar.ics', 'schedule.xml', 'schedule.json', 'data.jsonld'].map((name) => `${server.origin}/en/forums/${slug}/${name}`), ...['feed.xml', 'feed.json', `search?q=${encodeURIComponent(shown)}&kind=forum`].map((name) => `${server.origin}/en/${name}`)];
}

test('the forum of 2019 is planned with its themes, its workshops and its hours', { timeout: 300_000 }, async () => {
	const { page } = amina;
	plan = await beginPlan(page, { title: english(held.title), subject: english(held.subject), slug, place: english(held.place), timeZone: held.timeZone, startsOn: days[0] ?? '', endsOn: days[3] ?? '' });
	await page.getByText(/^Themes and workshops \(/).click();
	for (const theme of held.themes) {
		await page.getByRole('button', { name: 'Add a theme' }).click();
		await page.getByLabel('Title of the theme').last().fill(english(theme.title));
		for (const workshop of theme.workshops) {
			await page.getByRole('button', { name: 'Add a workshop' }).last().click();
			await page.getByLabel('Title of the workshop').last().fill(english(workshop));
		}
	}
	await page.getByText(/^People \(/).click();
	await page.getByRole('button', { name: 'Add somebody' }).click();
	await page.locator('.about details details summary').click();
	await page.getByLabel('Name, as convenors say it').fill('Canary-Guest-Under-Threat');
	await page.getByRole('button', { name: 'Add somebody' }).click();
	const second = page.locator('.about details details').nth(1);
	await second.locator('summary').click();
	await second.getByLabel('Name, as convenors say it').fill(speaker?.name ?? '');
	await second.getByLabel('They are shown in public').check();
	await second.getByLabel('Name in public').fill(speaker?.name ?? '');
	await add(page, { day: 3, title: publicForum, starts: '09:00', ends: '14:30', person: speaker?.name ?? '' });
	await add(page, { day: 3, title: concluding, starts: '14:30', ends: '15:40', kept: true });
	await add(page, { day: 2, title: 'Panel on solidarity', starts: '14:00', ends: '15:00', person: 'Canary-Guest-Under-Threat', kept: true });
	await add(page, { day: 1, title: 'Canary-Meeting-With-A-Lawyer', starts: '09:00', ends: '10:00', known: 'Closed.' });
	await save(page);
	expect(await look(page)).toEqual(clean);
});

test('a guest is invited by two convenors, opens the letter once on her phone, and says by which name she may be shown', { timeout: 300_000 }, async () => {
	const { page } = amina;
	const row = (of: Page) => of.locator('details').filter({ has: of.locator('summary', { hasText: called }) });
	await go(page, `${plan}/people`);
	await page.getByRole('button', { name: 'Make the logistics circle' }).click();
	const journeys = await page.getByRole('link', { name: 'Journeys and safety' }).getAttribute('href');
	await page.getByText('Invite somebody').click();
	await page.getByLabel('Name, as you call them').fill(called);
	await page.getByRole('button', { name: 'Draft the invitation' }).click();
	await page.getByText('Drafted: 1.').waitFor();
	const logistics = `/en/circles/${journeys?.split('/').at(-1) ?? ''}`;
	await go(page, `${logistics}/members`);
	await page.getByLabel('Whom', { exact: true }).selectOption({ label: 'Luis' });
	await page.getByRole('button', { name: 'Add to this circle' }).click();
	await page.getByText('Added. The person can read now').waitFor();
	await accept(luis.page, logistics);
	await go(luis.page, `${plan}/people`);
	await row(luis.page).locator('summary').click();
	await row(luis.page).getByRole('button', { name: 'Approve the invitation' }).click();
	await row(luis.page).locator('summary').getByText('Approved').waitFor();
	await go(page, plan);
	await go(page, `${plan}/people`);
	await row(page).locator('summary').click();
	const link = await row(page).getByLabel('The link', { exact: true }).inputValue();

	const phones = await browser.newContext(phone);
	await readyToLook(phones);
	const guest = await phones.newPage();
	await guest.goto(link);
	await guest.getByRole('button', { name: 'Open the letter on this device' }).click();
	await guest.getByLabel('Yes', { exact: true }).check();
	await guest.getByLabel('Name in the room').fill('Canary-Paula-In-The-Room');
	await guest.getByLabel('Name as in the passport').fill('Canary-Paula-Passport');
	await guest.getByLabel('The public may read that I take part').check();
	await guest.getByLabel('Name for the public').fill(shown);
	await guest.getByRole('button', { name: 'Seal it and send it' }).click();
	await guest.getByText('No convenor’s device has opened it yet.').waitFor();
	expect(await lookInAll(guest, 'en')).toEqual([]);
	await go(page, plan);
	await go(page, `${plan}/people`);
	await row(page).locator('summary').click();
	await row(page).getByText(shown).waitFor();
	await guest.reload();
	await guest.getByText('A convenor’s device has opened it.').waitFor();
	expect(await look(guest)).toEqual(clean);
	await phones.close();
});

test('what is released is what she allows and what is public knowledge, and its page of changes says what moved', { timeout: 300_000 }, async () => {
	const { page } = amina;
	await go(page, plan);
	await page.getByText('Title, days, place and standing').click();
	await page.getByText(/^People \(/).click();
	const person = page.locator('.about details details').filter({ has: page.locator('summary', { hasText: called }) });
	await person.locator('summary').click();
	await person.getByLabel('They are shown in public').check();
	await person.getByLabel('Name in public').fill(shown);
	await page.locator('.work button', { hasText: 'Public forum' }).click();
	await form(page).getByLabel('Add somebody').selectOption({ label: `\u2068${called}\u2069` });
	await form(page).getByLabel('Title', { exact: true }).focus();
	await form(page).getByRole('button', { name: 'Close' }).first().click();
	await save(page);
	await go(page, `${plan}/release`);
	await page.getByRole('button', { name: 'It is public knowledge' }).click();
	await page.getByRole('button', { name: 'It is public knowledge' }).waitFor({ state: 'detached' });
	await release(page, 1);
	expect((await ask(`${server.origin}/en/forums/${slug}/changes`)).status).toBe(404);

	await go(page, plan);
	await page.locator('.work button', { hasText: 'Concluding session' }).click();
	await form(page).getByLabel('Begins', { exact: true }).fill('15:50');
	await form(page).getByLabel('Ends', { exact: true }).fill('17:00');
	await form(page).getByLabel('Title', { exact: true }).focus();
	await form(page).getByRole('button', { name: 'Close' }).first().click();
	await save(page);
	await release(page, 2);

	await reader.goto(`${server.origin}/en/forums/${slug}/agenda`);
	await reader.getByRole('link', { name: 'What has changed' }).click();
	expect(await reader.locator('main').innerText()).toMatch(new RegExp(`Moved: .*Concluding session.*${dayWords(3)}.*15:50`));
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
	await page.getByLabel('Recording of').selectOption({ label: `\u2068${concluding}\u2069` });
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
	expect(await reader.locator('main').innerText()).toMatch(/Recordings\s+Concluding session: [^\n]+\s+In the press\s+Solidarité sans frontières\s+A made-up paper · Wednesday, 16 October 2019 · French/);
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
	const texts = await Promise.all(addresses.map(readAt));
	expect([files, texts].map((all) => all.some((text) => text.includes(shown)))).toEqual([true, true]);
	for (const canary of canaries) expect([canary, [...files, ...texts].filter((text) => text.includes(canary)).length]).toEqual([canary, 0]);
	expect(addresses.filter((address) => address.includes(slug)).length).toBeGreaterThan(16);
	// Beside what the record has of the same forum: by the same words in the same places.
	const pages = async (of: string): Promise<string> => (await Promise.all(['', '/agenda'].map(async (rest) => wordsIn((await ask(`${server.origin}/en/forums/${of}${rest}`)).text, 'main')))).join('\n');
	const facts = [held.title, held.place, ...held.themes.flatMap(({ title, workshops }) => [title, ...workshops])].map(english).concat(publicForum, concluding, speaker?.name ?? '', '15:50', '17:00');
	for (const of of [slug, held.slug]) {
		const said = await pages(of);
		expect([of, facts.filter((fact) => !said.includes(fact))]).toEqual([of, []]);
	}
});

test('somebody who is named asks to be taken out: a convenor presses once, and no page, calendar, schedule, feed, search or file has her any more, old files do not bring her back, and a paper has her as long as its editor', { timeout: 300_000 }, async () => {
	const { page } = amina;
	const named = async (): Promise<string[]> => {
		const found: string[] = [];
		for (const address of await publicAddresses()) {
			const text = await readAt(address);
			// The search says again what was asked for.
			if (address.includes('/search?') ? text.includes(`/forums/${slug}`) : text.includes(shown)) found.push(address);
		}
		return found;
	};
	const commands = (...asked: string[]) => spawnSync(process.execPath, ['src/commands/archive.ts', ...asked], { env: { ...process.env, DATA_DIR: server.dataDir }, encoding: 'utf8' });
	const paper = join(folder, 'forums', slug, 'documents', 'press-release.md');
	mkdirSync(dirname(paper), { recursive: true });
	writeFileSync(paper, `---\nlanguage: en\ntitle: Opened by one who is made up\nkind: press-release\ntext: full\n---\n\nThe forum was opened by ${shown}.\n`);
	expect(commands('import', folder).stderr).toBe('');
	const ofPaper = `/forums/${slug}/press-release`;
	await until(async () => (await named()).some((address) => address.includes(ofPaper)));
	const before = await named();
	expect(before.length).toBeGreaterThan(6);
	if (readsPdf) expect(before).toContain(`${server.origin}/en${ofPaper}.pdf`);
	await go(page, `${plan}/closing`);
	await page.getByRole('link', { name: 'Take somebody out who asks for it' }).click();
	await page.getByRole('button', { name: new RegExp(`Take out.*${shown}`) }).waitFor();
	expect(await look(page)).toEqual(clean);
	expect(await lookInAll(page, 'en')).toEqual([]);
	page.once('dialog', (dialog) => void dialog.accept());
	await page.getByRole('button', { name: new RegExp(`Take out.*${shown}`) }).click();
	await page.getByText('Taken out.').waitFor();
	// Whoever is named on the convenors' word stays.
	await page.getByRole('button', { name: new RegExp(`Take out.*${speaker?.name}`) }).waitFor();
	await page.getByRole('button', { name: new RegExp(`Take out.*${shown}`) }).waitFor({ state: 'detached' });

	// The page says that editors take a name out of a paper; nothing else has her, and then no paper either, as a page or as a PDF.
	await until(async () => (await named()).every((address) => address.includes(ofPaper) || address.includes('/search?') || address.includes('/feed.')));
	writeFileSync(paper, readFileSync(paper, 'utf8').replace(shown, 'one of us'));
	expect(textsIn(folder).some((text) => text.includes(shown))).toBe(true);
	expect(commands('import', folder).stderr).toBe('');
	await until(async () => (await named()).length === 0);
	if (readsPdf) expect(await readAt(`${server.origin}/en${ofPaper}.pdf`)).toContain('The forum was opened by one of us.');
	const now = join(temporaryFolder('record'), 'record');
	expect(commands('export', now).stderr).toBe('');
	expect(textsIn(now).filter((text) => text.includes(shown))).toEqual([]);
	// What says that it changed would say that somebody is gone: everything else of the forum is as it was.
	expect((await ask(`${server.origin}/en/forums/${slug}/agenda`)).text).toContain(publicForum);
});
