import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pictures } from '#lib/platform/photo/photo-samples.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, writePaper, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';
import { temporaryFolder } from '../temporary.ts';
import { lookAt } from './look.ts';

// One story, in its order: each test goes on where the one before has ended.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let luis: Person;
let sara: Person;
let circle: string;
let paper: string;
let photo: string;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	amina = await joined(browser, firstLink(server), 'Amina');
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

/** The sentence of the band, without the signs that keep names in their own direction. */
const band = async (page: Page) => (await page.locator('header .readers').innerText()).replaceAll(/[\u2068\u2069]/g, '');
const was = '# Urgent grants\n\nWe decide **by Friday**.\n\nHotel for two nights.';

test('a keeper makes a circle, two people answer links into it, and none is in before she is let in and says yes', async () => {
	circle = await makeCircle(amina.page, { name: 'Grants desk', purpose: 'Decides on urgent grants.' });
	await expect.poll(() => band(amina.page)).toContain('Only you can read this.');
	const people: Person[] = [];
	for (const name of ['Luis', 'Sara']) {
		const person = await joined(browser, await inviteInto(amina.page, circle), name);
		await go(person.page, circle);
		await person.page.getByText('There is no such thing here for your account.').waitFor();
		await letIn(amina.page, name);
		await go(person.page, '/en/circles');
		await person.page.getByText('You are invited').waitFor();
		await accept(person.page, circle);
		people.push(person);
		await go(amina.page, '/en/circles');
	}
	[luis, sara] = people as [Person, Person];

	await go(amina.page, circle);

	await expect.poll(() => band(amina.page)).toContain('Only Luis, Sara and you can read this: 3 people.');
	await go(amina.page, `${circle}/log`);
	await expect.poll(() => amina.page.locator('main ol li').count()).toBe(5);
});

test('two people edit a paper at once: both versions are kept and shown, and joined with the words of both', async () => {
	paper = await writePaper(amina.page, circle, { title: 'Minutes', text: was });
	await go(luis.page, paper);
	for (const [page, text] of [[luis.page, was.replace('Friday', 'Monday')], [amina.page, `${was.replace('Friday', 'Thursday')}\n\nCall Marta.`]] as const) {
		await page.getByRole('button', { name: 'Edit', exact: true }).click();
		await page.getByLabel('Text').fill(text);
	}

	await amina.page.getByRole('button', { name: 'Save for the circle' }).click();
	await amina.page.getByText('Saved.').waitFor();
	await luis.page.getByRole('button', { name: 'Save for the circle' }).click();
	await luis.page.getByText('both versions are kept').first().waitFor();

	expect((await luis.page.locator('article').allInnerTexts()).map((text) => [text.includes('Thursday'), text.includes('Monday')])).toEqual([[true, false], [false, true]]);
	await luis.page.getByRole('button', { name: 'Join the two versions' }).click();
	await luis.page.getByRole('button', { name: 'Save the joined version' }).click();
	await luis.page.getByText('Joined.').waitFor();
	for (const words of ['Thursday', 'Monday', 'Call Marta.', 'Hotel for two nights.']) await expect.poll(() => luis.page.locator('.paper').first().innerText()).toContain(words);
});

test('an older version is compared, and restored as a new one', async () => {
	const versions = sara.page.locator('ol.plain > li');
	await go(sara.page, paper);
	await versions.nth(3).waitFor();

	await versions.nth(2).getByRole('button', { name: 'What changed' }).click();
	await expect.poll(async () => [await sara.page.locator('del').allInnerTexts(), await sara.page.locator('ins').allInnerTexts()]).toEqual([['Friday'], ['Thursday', '', 'Call Marta.']]);
	await versions.nth(3).getByRole('button', { name: 'Restore' }).click();
	await sara.page.getByText('The words of version 1 are back').waitFor();

	await expect.poll(() => sara.page.locator('.paper').first().innerText()).toContain('by Friday');
	await expect.poll(() => versions.count()).toBe(5);
});

test('words that are not saved are asked for before the page is left', async () => {
	await go(sara.page, paper);
	await sara.page.getByRole('button', { name: 'Edit', exact: true }).click();
	await sara.page.getByLabel('Text').fill('half a thought');
	const asked: string[] = [];
	sara.page.once('dialog', (dialog) => {
		asked.push(dialog.message());
		void dialog.dismiss();
	});

	await sara.page.getByRole('link', { name: 'Members' }).click();

	await expect.poll(() => asked).toEqual(['Your words are not saved. Leave and lose them?']);
	expect(await sara.page.getByLabel('Text').inputValue()).toBe('half a thought');
	sara.page.once('dialog', (dialog) => void dialog.accept());
	await sara.page.getByRole('button', { name: 'Cancel' }).click();
});

test('a picture arrives without the place that its camera noted, and is shown where nothing can run', async () => {
	const canary = 'GPS-CANARY-33.7490N';
	const noted = Buffer.concat([pictures.jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, canary.length + 2]), Buffer.from(canary), pictures.jpeg.subarray(2)]);
	await go(amina.page, circle);
	await amina.page.locator('#files-chosen').setInputFiles([{ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: noted }]);
	await amina.page.getByLabel('Keep the original as evidence as well').check();
	await amina.page.getByRole('button', { name: 'Send to Grants desk' }).click();
	await amina.page.getByText('sent', { exact: true }).nth(1).waitFor();

	await go(luis.page, circle);
	await luis.page.getByRole('link', { name: 'photo.jpg', exact: true }).click();
	const kept = await keep(luis.page);
	photo = new URL(luis.page.url()).pathname;
	await luis.page.getByRole('button', { name: 'Show here' }).click();
	const frame = await (await luis.page.waitForSelector('iframe')).contentFrame();
	await go(sara.page, circle);
	await sara.page.getByRole('link', { name: 'original of photo.jpg' }).click();
	const original = await keep(sara.page);

	expect(kept.equals(Buffer.from(pictures.jpeg))).toBe(true);
	expect(original.includes(canary)).toBe(true);
	await expect.poll(() => frame?.evaluate(() => document.images[0]?.naturalWidth)).toBe(4);
	expect(await frame?.evaluate(() => self.origin)).toBe('null');
	expect(await luis.page.locator('iframe').getAttribute('sandbox')).toBe('');
});

/** What the button gives to the browser's downloads. */
async function keep(page: Page): Promise<Buffer> {
	await page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }));
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Keep on this device' }).click()]);
	return readFileSync(await download.path());
}

test('the words of every circle are found in the browser, accents and alefs or not', async () => {
	await writePaper(amina.page, circle, { title: 'قرار', text: 'نوافق على المِنحة للناشطين في باريس.' });
	await go(luis.page, '/en/find');
	await luis.page.getByText('Papers and files that can be searched: 4').waitFor();

	await luis.page.getByLabel('Words in papers').fill('منحه');
	await luis.page.locator('mark').first().waitFor();

	expect(await luis.page.locator('mark').allInnerTexts()).toEqual(['المِنحة']);
	await luis.page.getByLabel('Words in papers').fill('photo');
	await expect.poll(() => luis.page.getByText('Found: 2').count()).toBe(1);
});

const ageCommand = ['/usr/bin/age', '/usr/local/bin/age', '/opt/homebrew/bin/age'].find((path) => existsSync(path));

test.skipIf(ageCommand === undefined)('an export opens with the age command and the key that was shown, and says nothing without it (needs age installed)', async () => {
	const folder = temporaryFolder('circle-export');
	await go(amina.page, `${circle}/export`);
	await amina.page.getByRole('button', { name: 'Make the key' }).click();
	writeFileSync(join(folder, 'key.txt'), await amina.page.getByLabel('The export key').inputValue());
	await amina.page.getByLabel('I have the key').check();
	await amina.page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }));
	const [download] = await Promise.all([amina.page.waitForEvent('download'), amina.page.getByRole('button', { name: 'Make the export' }).click()]);
	const zip = join(folder, 'export.zip');
	await download.saveAs(zip);
	execFileSync('python3', ['-m', 'zipfile', '-e', zip, folder]);
	const open = (name: string): Buffer => execFileSync(ageCommand ?? '', ['-d', '-i', join(folder, 'key.txt'), join(folder, name)]);

	const index = open('index.txt.age').toString();
	const whole = readFileSync(zip);

	expect(index).toContain('papers/0001-v5.md: paper “Minutes”, Sara');
	expect(open('papers/0001-v1.md.age').toString()).toBe(`# Minutes\n\n${was}\n`);
	expect(open('files/0001.age').equals(Buffer.from(pictures.jpeg))).toBe(true);
	expect(open('log.txt.age').toString()).toContain('answered an invitation, let in by Amina');
	expect(['Grants desk', 'Minutes', 'Amina', 'photo.jpg'].filter((words) => whole.includes(words))).toEqual([]);
	rmSync(folder, { recursive: true });
});

test('in every language each page says who can read it, shuts nobody out and fits a phone', async () => {
	const paths = [circle, paper, photo, `${circle}/papers/new`, `${circle}/members`, `${circle}/log`, `${circle}/export`, '/en/circles', '/en/find'];
	const findings: unknown[] = [];
	for (const language of languages) {
		for (const path of paths) {
			await go(luis.page, path.replace('/en/', `/${language}/`));
			await luis.page.locator('h1').first().waitFor();
			const { lowTargets, ...finding } = await lookAt(luis.page);
			await luis.page.setViewportSize({ width: 1280, height: 800 });
			await luis.page.emulateMedia({ colorScheme: 'light' });
			if (JSON.stringify(finding) !== JSON.stringify(clean)) findings.push([path, language, finding]);
			// A box to tick is as large as the line of words that belongs to it.
			const low = lowTargets.filter((target) => !/type="(?:checkbox|radio)"/.test(target));
			if (low.length > 0) findings.push([path, language, low]);
		}
	}

	expect(findings).toEqual([]);
});

const clean = { axeInLight: [], axeInDark: [], beyond320: 0, beyond640: 0, beyond640Doubled: 0 };

test('a member who is removed is told so, and the others are told what she may have kept', async () => {
	await go(amina.page, `${circle}/members`);
	const row = amina.page.locator('main li').filter({ hasText: 'Sara' });
	await row.getByRole('button', { name: 'Remove …' }).click();
	await row.getByText('What \u2068Sara\u2069 already opened may have been kept.').waitFor();
	await row.getByRole('button', { name: 'Remove now' }).click();
	await amina.page.getByText('is removed, and a new key is in force.').waitFor();
	await writePaper(amina.page, circle, { title: 'After', text: 'not for Sara' });

	await go(sara.page, circle);

	await sara.page.getByText('You are no longer a member of this circle.').waitFor();
	expect(await sara.page.getByText('not for Sara').count()).toBe(0);
	await expect.poll(() => band(amina.page)).toContain('Only Luis and you can read this: 2 people.');
});

test('a locked page shows nothing, and leads back to itself', async () => {
	await luis.page.goto(server.origin + paper);

	await luis.page.getByRole('heading', { name: 'The vault is locked' }).waitFor();

	expect(await luis.page.getByRole('link', { name: 'Unlock and come back here' }).getAttribute('href')).toBe(`/en/sign-in#${paper}`);
	expect(await luis.page.locator('main').innerText()).not.toContain('Minutes');
});

test.each([
	['circle', 120_000, () => circle],
	['paper', 150_000, () => paper]
])('the page of a %s brings at most %i bytes of JavaScript, and everything in at most 15 requests', async (_page, most, path) => {
	const page = await (await browser.newContext()).newPage();
	await page.goto(server.origin + path());
	await page.getByRole('heading', { name: 'The vault is locked' }).waitFor();

	const all = await page.evaluate(() => performance.getEntriesByType('resource').flatMap((entry) => (entry instanceof PerformanceResourceTiming ? [{ name: entry.name, size: entry.encodedBodySize }] : [])));
	const scripts = all.filter(({ name }) => name.endsWith('.js')).map(({ size }) => size);

	expect(Math.min(...scripts)).toBeGreaterThan(0);
	expect(scripts.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(most);
	// The page itself comes besides.
	expect(all.length + 1).toBeLessThanOrEqual(15);
	await page.context().close();
});
