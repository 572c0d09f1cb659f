import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseOf, seize } from '../attacks/seizure.ts';
import type { Canary } from '../attacks/traces.ts';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';
import { clean, look } from './look.ts';

// One story, in its order: each test goes on where the one before has ended. People and what they say are made up.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let luis: Person;
let plan: string;
let workshop: string;

const slug = 'a-forum-with-workshops';
const point = 'States should answer within a month.';
const canaries = {
	title: { what: 'the title of the workshop', text: 'Canary-What-Is-Solidarity' },
	english: { what: 'what is typed in English', text: 'Canary-typed-by-one-of-us' },
	arabic: { what: 'what is typed in Arabic', text: 'كناري-كتبه-أحدنا' },
	offline: { what: 'what is typed without a line', text: 'Canary-typed-in-the-dark' },
	speaker: { what: 'who asks to speak', text: 'Canary-the-second-row' }
} satisfies Record<string, Canary>;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	amina = await joined(browser, firstLink(server), 'Amina');
	await amina.page.setViewportSize({ width: 1280, height: 720 });
	await makeCircle(amina.page, { name: 'Convenors', purpose: 'Plans the forum.' });
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

const field = (page: Page, at: number): Locator => page.locator('.note textarea').nth(at);
const shown = (page: Page): Promise<string[]> => page.locator('.note textarea').evaluateAll((fields) => fields.map((one) => (one instanceof HTMLTextAreaElement ? one.value : '')));
const arrived = (page: Page): Promise<void> => page.getByText('Everything that you wrote has arrived.').waitFor();
async function looked(page: Page): Promise<unknown> {
	const found = await look(page);
	return { ...found, lowTargets: found.lowTargets.filter((target) => !/type="checkbox"/.test(target)) };
}

test('a convenor makes the circle of a workshop from the plan, and lets somebody in by a link', async () => {
	const { page } = amina;
	await go(page, '/en/desk/forums');
	await page.getByRole('button', { name: 'New forum' }).click();
	await page.getByLabel('Title of the forum').fill('A forum with workshops');
	await page.getByLabel('First day').fill('2026-10-12');
	await page.getByLabel('Last day').fill('2026-10-13');
	await page.getByLabel('Place').fill('A made-up town');
	await page.getByLabel('Time zone').fill('America/New_York');
	await page.getByLabel('Address').fill(slug);
	await page.getByRole('button', { name: 'Begin this plan' }).click();
	await page.waitForURL(/\/desk\/forums\/[\w-]{22}\/[\w-]{22}$/);
	plan = new URL(page.url()).pathname;
	await page.getByText('Title, days, place and standing').click();
	await page.getByLabel('Subject').fill('solidarity with defenders');
	await page.getByText(/^Themes and workshops \(/).click();
	await page.getByRole('button', { name: 'Add a theme' }).click();
	await page.getByLabel('Title of the theme').fill('Solidarity');
	await page.getByRole('button', { name: 'Add a workshop' }).click();
	await page.getByLabel('Title of the workshop').fill(canaries.title.text);
	await page.getByRole('button', { name: 'Save for the circle' }).click();
	await page.getByText('Saved for the circle.').waitFor();
	await page.getByRole('link', { name: 'Workshops and their report' }).click();
	expect(await looked(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Make its circle' }).click();
	await page.getByRole('link', { name: canaries.title.text }).click();
	await page.waitForURL(/\/desk\/workshops\/[\w-]{22}$/);
	workshop = new URL(page.url()).pathname;
	await page.getByText('The Chatham House Rule holds here').waitFor();

	const circle = workshop.replace('/desk/workshops/', '/circles/');
	luis = await joined(browser, await inviteInto(page, circle), 'Luis');
	await luis.page.setViewportSize({ width: 390, height: 800 });
	await go(luis.page, circle);
	await letIn(page, 'Luis');
	await go(luis.page, '/en/circles');
	await luis.page.getByText('You are invited').waitFor();
	await accept(luis.page, circle);
});

test('two write at once, in two directions of writing, with keys alone, and each reads the other', async () => {
	for (const { page } of [amina, luis]) {
		await go(page, workshop);
		await field(page, 0).waitFor();
	}
	await field(amina.page, 0).click();
	await amina.page.keyboard.type('First.');
	await amina.page.keyboard.press('Enter');
	await amina.page.keyboard.type(canaries.english.text);
	await expect.poll(() => shown(luis.page)).toEqual(['First.', canaries.english.text]);

	await field(luis.page, 0).click();
	await luis.page.keyboard.press('Control+End');
	await Promise.all([luis.page.keyboard.insertText(` ${canaries.arabic.text}`), amina.page.keyboard.type(' and more', { delay: 30 })]);
	await amina.page.keyboard.press('Alt+ArrowUp');
	await arrived(amina.page);
	await arrived(luis.page);

	await expect.poll(() => shown(luis.page)).toEqual([`${canaries.english.text} and more`, `First. ${canaries.arabic.text}`]);
	await expect.poll(() => shown(amina.page)).toEqual(await shown(luis.page));
	await expect.poll(() => amina.page.evaluate(() => document.activeElement instanceof HTMLTextAreaElement && document.activeElement.value)).toBe(`${canaries.english.text} and more`);
	// Backspace at the beginning joins, and undo takes that back without taking what the other wrote.
	await amina.page.keyboard.press('ArrowDown');
	await field(amina.page, 1).click();
	await amina.page.keyboard.press('Control+Home');
	await amina.page.keyboard.press('Backspace');
	await expect.poll(() => shown(luis.page)).toEqual([`${canaries.english.text} and moreFirst. ${canaries.arabic.text}`]);
	await amina.page.keyboard.press('Control+z');
	await expect.poll(() => shown(luis.page)).toEqual([`${canaries.english.text} and more`, `First. ${canaries.arabic.text}`]);
	expect(await looked(amina.page)).toEqual(clean);
});

test('what is typed without a line stays in the page and arrives when the line is back, with what the others wrote meanwhile', async () => {
	await luis.context.setOffline(true);
	await field(luis.page, 1).click();
	await luis.page.keyboard.press('Control+End');
	await luis.page.keyboard.press('Enter');
	await luis.page.keyboard.type(canaries.offline.text);
	await luis.page.getByText('No connection. Go on writing').waitFor();
	await field(amina.page, 0).click();
	await amina.page.keyboard.press('Control+End');
	await amina.page.keyboard.type(', and meanwhile this');
	await arrived(amina.page);
	expect([(await shown(luis.page))[2], (await shown(amina.page)).length]).toEqual([canaries.offline.text, 2]);

	await luis.context.setOffline(false);

	await expect.poll(() => shown(amina.page)).toEqual([`${canaries.english.text} and more, and meanwhile this`, `First. ${canaries.arabic.text}`, canaries.offline.text]);
	await expect.poll(() => shown(luis.page)).toEqual(await shown(amina.page));
	await arrived(luis.page);
});

test('the list of speakers is one for all, with a clock, by phone and in Arabic as well', async () => {
	await go(luis.page, `${workshop}/floor`);
	await luis.page.getByLabel('Who asks to speak').fill(canaries.speaker.text);
	await luis.page.getByRole('button', { name: 'Add to the list' }).click();
	await go(amina.page, `${workshop}/floor`);
	await amina.page.getByLabel('Minutes for each').selectOption('3');
	await amina.page.getByRole('button', { name: /^Next:/ }).click();
	await luis.page.locator('.speaking', { hasText: canaries.speaker.text }).waitFor();
	await luis.page.locator('.clock', { hasText: /[012]:\d\d/ }).waitFor();
	expect(await looked(amina.page)).toEqual(clean);
	await go(amina.page, `${workshop}/floor`.replace('/en/', '/ar/'));
	await amina.page.getByRole('heading', { level: 1, name: 'المتحدثون والساعة' }).waitFor();
	expect(await looked(amina.page)).toEqual(clean);
});

test('a paragraph is proposed in one gesture, and a rapporteur validates its words', async () => {
	await go(luis.page, workshop);
	await field(luis.page, 2).click();
	await luis.page.keyboard.press('Control+End');
	await luis.page.keyboard.press('Enter');
	await luis.page.keyboard.type('States should answer soon.');
	await luis.page.getByRole('button', { name: /Propose for the report.*Paragraph 4/ }).click();
	await luis.page.getByText('A facilitator or rapporteur validates them.').waitFor();
	await go(amina.page, workshop.replace('/en/', '/ar/'));
	await amina.page.getByRole('heading', { level: 1 }).waitFor();
	await field(amina.page, 3).waitFor();
	expect(await looked(amina.page)).toEqual(clean);
	await go(amina.page, workshop);
	await amina.page.getByLabel('Words of this point').fill(point);
	await amina.page.getByRole('button', { name: 'Validate this point' }).click();
	await amina.page.getByRole('button', { name: 'Take back' }).waitFor();
});

test('whoever seizes the server while notes are open finds nothing of them', { timeout: 900_000 }, async () => {
	const found = await seize(server, Object.values(canaries), { address: databaseOf(server.dataDir) });

	expect((await shown(amina.page)).join()).toContain(canaries.offline.text);
	expect(found).toEqual([]);
});

test('closed notes are their plain words for everybody, and nobody writes in them any more', async () => {
	amina.page.once('dialog', (dialog) => void dialog.accept());
	await amina.page.getByRole('button', { name: 'Close the notes for good' }).click();
	await amina.page.getByText('These notes are closed.').waitFor();
	await luis.page.getByText('These notes are closed.').waitFor();

	await expect.poll(() => luis.page.locator('.left li').allInnerTexts()).toEqual([`${canaries.english.text} and more, and meanwhile this`, `First. ${canaries.arabic.text}`, canaries.offline.text, 'States should answer soon.']);
	await expect.poll(() => luis.page.locator('.note textarea').count()).toBe(0);
	expect(await looked(luis.page)).toEqual(clean);
});

test('the report shows the convenor what the public will see, and is on the page of the forum', async () => {
	const { page } = amina;
	await go(page, plan);
	await page.getByRole('button', { name: 'Save and look at the release' }).click();
	await page.getByRole('button', { name: 'Release version 1 for everybody' }).click();
	await page.getByText('is public now').waitFor();
	await go(page, `${plan}/workshops`);
	await page.getByText(point).waitFor();
	await page.getByLabel('Introduction').fill('What we heard in two days.');
	expect(await looked(page)).toEqual(clean);
	const preview = await page.locator('.preview').innerText();
	await page.getByLabel('I have read it as the public will').check();
	await page.getByRole('button', { name: 'Release the report' }).click();
	await page.getByText('The report is released.').waitFor();

	await expect.poll(async () => (await fetch(`${server.origin}/en/forums/${slug}`)).text()).toContain(`/en/forums/${slug}/overview-report`);
	const [report, forum] = await Promise.all([`/en/forums/${slug}/overview-report`, `/en/forums/${slug}`].map(async (path) => (await fetch(server.origin + path)).text()));
	for (const text of [point, 'What we heard in two days.', canaries.title.text]) {
		expect(report).toContain(text);
		expect(preview).toContain(text);
	}
	expect(forum).toContain(`/en/forums/${slug}/overview-report`);
	for (const hidden of ['Amina', 'Luis', canaries.english.text, canaries.offline.text]) expect(report).not.toContain(hidden);
});
