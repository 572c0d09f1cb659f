import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { pictures } from '#lib/platform/photo/photo-samples.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, writePaper, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';

let server: RunningServer;
let browser: Browser;
let person: Person;
const said: string[] = [];
const asked: string[] = [];

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	person = await joined(browser, firstLink(server), '<img src=x onerror=alert(1)>');
	person.page.on('dialog', (dialog) => {
		said.push(`dialog: ${dialog.message()}`);
		void dialog.dismiss();
	});
	person.page.on('console', (message) => {
		if (/Content Security Policy|TrustedHTML/i.test(message.text()) && !message.text().includes('Applying inline style')) said.push(message.text());
	});
	person.context.on('request', (request) => {
		if (!request.url().startsWith(server.origin) && !request.url().startsWith(`blob:${server.origin}`)) asked.push(request.url());
	});
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

/** Each would run, ask somebody, or turn the page around, if it were taken for more than text. */
const corpus = [
	'<script>alert(1)</script>',
	'<img src=x onerror=alert(1)>',
	'<svg onload=alert(1)><animate onbegin=alert(1) attributeName=x>',
	'"><iframe srcdoc="<script>parent.alert(1)</script>">',
	'<a href="javascript:alert(1)">x</a>',
	'[x](javascript:alert(1)) [x](data:text/html,<script>alert(1)</script>)',
	'![x](https://evil.example/track.png)',
	'{@html "<img src=x onerror=alert(1)>"} {{constructor.constructor("alert(1)")()}}',
	'</textarea><script>alert(1)</script></title><style>*{display:none}</style>',
	'<form action=https://evil.example><button>Save for the circle</button></form><meta http-equiv=refresh content="0;url=https://evil.example">',
	'\u202Etxt.exe\u202C \u2066\u2067\u2069 <base href=https://evil.example>',
	`\`\${alert(1)}\` \u0000 \uD800 ${'*'.repeat(500)}`
];

/** What stands in the page that no text may bring there. */
async function broughtIn(page: Page): Promise<string[]> {
	return page.evaluate(() =>
		[...document.querySelectorAll('main script, main img, main svg[onload], main iframe, main object, main embed, main form[action], main style, main meta, main base, main [onerror], main [onload], main a[href^="javascript:" i], main a[href^="data:" i]')].map((element) => element.outerHTML.slice(0, 100))
	);
}

test('no text in any opened field and no file name is taken for more than text, on any page', async () => {
	const { page } = person;
	const whole = corpus.join('\n\n');
	const found: unknown[] = [];
	const circle = await makeCircleNamed(page, corpus[1] ?? '');
	const paper = await writePaper(page, circle, { title: corpus.slice(0, 4).join(' ').slice(0, 300), text: whole });
	await go(page, circle);
	await page.locator('#files-chosen').setInputFiles([
		{ name: `${(corpus[1] ?? '').replaceAll('/', '')}\u202Egnp.exe`, mimeType: 'text/html', buffer: Buffer.from(whole) },
		{ name: 'picture.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><image href="https://evil.example/x"/></svg>') },
		{ name: 'page.txt', mimeType: 'text/html', buffer: Buffer.from(`<!doctype html>${whole.replaceAll('\0', '')}`) }
	]);
	await page.getByRole('button', { name: 'Send to' }).click();
	await page.getByText('sent', { exact: true }).nth(2).waitFor();
	await page.locator('a[href*="/files/"]').nth(2).waitFor();
	const files = await page.locator('a[href*="/files/"]').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));

	for (const path of [circle, paper, `${circle}/members`, `${circle}/log`, `${circle}/export`, '/en/circles', ...files]) {
		await go(page, path);
		await page.locator('h1').first().waitFor();
		await page.getByText('Opening').first().waitFor({ state: 'detached' });
		found.push(...(await broughtIn(page)));
	}
	await go(page, paper);
	await page.getByRole('button', { name: 'Edit', exact: true }).click();
	await page.getByLabel('Text').fill(`${whole}\n\nmore`);
	await page.getByRole('button', { name: 'Preview' }).click();
	found.push(...(await broughtIn(page)));
	await page.getByRole('button', { name: 'Save for the circle' }).click();
	await page.getByRole('button', { name: 'What changed' }).first().click();
	found.push(...(await broughtIn(page)));
	await go(page, '/en/find');
	await page.getByLabel('Words in papers').fill('alert script');
	await page.locator('mark').first().waitFor();
	found.push(...(await broughtIn(page)));

	expect(files).toHaveLength(3);
	expect({ found, said, asked }).toEqual({ found: [], said: [], asked: [] });
	expect(await page.locator('body').evaluate((body) => getComputedStyle(body).display)).not.toBe('none');
});

test('a page named as text is shown as its characters, in a frame that is nobody', async () => {
	const { page } = person;
	await go(page, '/en/circles');
	await page.locator('main h2 a').first().click();
	await page.getByRole('link', { name: 'page.txt' }).click();
	await page.getByRole('button', { name: 'Show here' }).click();
	const frame = await (await page.waitForSelector('iframe')).contentFrame();

	await expect.poll(() => frame?.evaluate(() => document.body.innerText)).toContain('<script>alert(1)</script>');
	expect(await frame?.evaluate(() => [self.origin, document.contentType, document.scripts.length])).toEqual(['null', 'text/plain', 0]);
	expect({ said, asked }).toEqual({ said: [], asked: [] });
});

test('an SVG is never shown, whatever somebody presses', async () => {
	const { page } = person;
	await go(page, '/en/circles');
	await page.locator('main h2 a').first().click();
	await page.getByRole('link', { name: 'picture.svg' }).click();
	await page.getByRole('button', { name: 'Show here' }).click();

	await page.getByText('This kind of file is not shown here').waitFor();

	expect(await page.locator('iframe').count()).toBe(0);
	expect({ said, asked }).toEqual({ said: [], asked: [] });
});

test('a paper of one megabyte of brackets is shown, and nobody waits for it without end', async () => {
	const { page } = person;
	const circle = await makeCircle(page, { name: 'Brackets', purpose: '' });
	const begun = performance.now();

	await writePaper(page, circle, { title: 'Brackets', text: '[('.repeat(300_000) });
	await page.locator('.paper').waitFor();

	// A few seconds; what takes a time for each pair of brackets would take hours.
	expect(performance.now() - begun).toBeLessThan(90_000);
	await expect.poll(() => page.locator('.paper').evaluate((paper) => paper.textContent?.length)).toBe(600_000);
});

test('the name of another member, a label and the note of a link are no more than text either', async () => {
	const { page } = person;
	const found: unknown[] = [];
	const hostile = (corpus[3] ?? '').slice(0, 60);
	const circle = await makeCircle(page, { name: 'Others', purpose: '' });
	await go(page, `${circle}/members`);
	await page.getByLabel('For whom').fill(corpus[8]?.slice(0, 120) ?? '');
	const other = await joined(browser, await inviteInto(page, circle), hostile);
	await go(page, '/en/circles');
	await page.getByRole('button', { name: 'Let in' }).first().waitFor();
	found.push(...(await broughtIn(page)));
	await letIn(page, hostile);
	await accept(other.page, circle);
	await go(page, '/en/account');
	await page.getByRole('button', { name: 'Rename Passkey without a name' }).click();
	await page.getByLabel('New name').fill(hostile);
	await page.getByRole('button', { name: 'Save the name' }).click();
	await page.locator('main li').filter({ hasText: hostile }).first().waitFor();
	found.push(...(await broughtIn(page)));
	await writePaper(other.page, circle, { title: 'By another', text: 'Words' });
	const { pathname } = new URL(other.page.url());
	for (const path of [circle, `${circle}/members`, `${circle}/log`, pathname, '/en/invite']) {
		await go(page, path);
		await page.locator('h1').first().waitFor();
		await page.getByText('Opening').first().waitFor({ state: 'detached' });
		found.push(...(await broughtIn(page)));
	}
	await go(page, `${circle}/members`);
	const row = page.locator('main li').filter({ hasText: hostile });
	const name = await row.locator('bdi').first().innerText();
	await row.getByRole('link', { name: 'Compare safety words' }).click();
	await page.getByRole('button', { name: 'We see the same words' }).waitFor();
	found.push(...(await broughtIn(page)));
	await other.context.close();

	expect(name).toBe(hostile);
	expect({ found, said, asked }).toEqual({ found: [], said: [], asked: [] });
});

test('a picture with a page in it is shown as a picture, in a frame that is nobody, or not at all', async () => {
	const { page } = person;
	await makeCircle(page, { name: 'Pictures', purpose: '' });
	const payload = Buffer.from(`<html><script>alert(1)</script><img src=https://evil.example/x></html>`);
	const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, payload.length + 2]), payload]);
	await page.locator('#files-chosen').setInputFiles([{ name: 'picture.jpg', mimeType: 'image/jpeg', buffer: Buffer.concat([pictures.jpeg.subarray(0, 2), comment, pictures.jpeg.subarray(2), payload]) }]);
	await page.getByLabel('Keep the original as evidence as well').check();
	await page.getByRole('button', { name: 'Send to' }).click();
	await page.getByText('sent', { exact: true }).nth(1).waitFor();
	await page.locator('a[href*="/files/"]').nth(1).waitFor();
	const files = await page.locator('a[href*="/files/"]').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
	const shown: unknown[] = [];

	for (const file of files) {
		await go(page, file);
		await page.getByRole('button', { name: 'Show here' }).click();
		const frame = await (await page.waitForSelector('iframe')).contentFrame();
		await expect.poll(() => frame?.evaluate(() => document.contentType)).toBe('image/jpeg');
		shown.push(await frame?.evaluate(() => [self.origin, document.scripts.length]));
	}

	expect(shown).toEqual([['null', 0], ['null', 0]]);
	expect({ said, asked }).toEqual({ said: [], asked: [] });
});

async function makeCircleNamed(page: Page, name: string): Promise<string> {
	return makeCircle(page, { name, purpose: corpus.join(' ').slice(0, 2000) });
}
