import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { homesOf } from '#lib/platform/db/embedded-programs.ts';
import { openWithWords, steps } from '../applying-steps.ts';
import { openBrowser } from '../browser.ts';
import { go } from '../circle-steps.ts';
import { freePort, until } from '../server.ts';
import { temporaryFolder } from '../temporary.ts';

let folder: string;
let port: number;
let browser: Browser;
let demo: Demo;

interface Demo {
	readonly process: ChildProcess;
	output(): string;
	stop(): Promise<void>;
}

/** `npm run demo`, until it has said something. */
async function demonstrating(until_: string): Promise<Demo> {
	let output = '';
	const child = spawn(process.execPath, ['src/commands/demo.ts'], { env: { ...process.env, DEMO_DIR: folder, DEMO_PORT: String(port), NODE_NO_WARNINGS: '1', DATABASE_URL: 'postgres://nobody@192.0.2.1/production', SMTP_URL: 'smtp://192.0.2.1' }, stdio: ['ignore', 'pipe', 'pipe'] });
	for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
	const ended = once(child, 'exit');
	await until(() => output.includes(until_) || child.exitCode !== null, 600_000);
	if (!output.includes(until_)) throw new Error(`The demonstration ended before that:\n${output}`);
	return {
		process: child,
		output: () => output,
		stop: async () => {
			child.kill('SIGTERM');
			await ended;
		}
	};
}

beforeAll(async () => {
	folder = temporaryFolder('demo');
	port = await freePort();
	browser = await openBrowser();
	// Somebody presses Ctrl-C in the middle of the first filling.
	const interrupted = await demonstrating('Calls ...');
	await interrupted.stop();
	demo = await demonstrating('Stop: press Ctrl-C. To be rid of it');
});

afterAll(async () => {
	await demo.stop();
	await browser.close();
	for (const home of homesOf(folder)) rmSync(home, { recursive: true, force: true });
});

test('every page says that nothing in it is real, the public ones and those of the vault', async () => {
	const page = await browser.newPage();
	for (const [path, words] of [['/en', 'Nothing here is real'], ['/ar/grants', 'لا شيء هنا حقيقي'], ['/en/grants/rapid-support', 'demonstration'], ['/fr/sign-in', 'Rien ici n’est réel']] as const) {
		await page.goto(`http://localhost:${port}${path}`);
		await page.getByText(words).first().waitFor();
	}
	await page.close();
});

test('an officer signs in with what was printed and sees applications in every state, in four languages', async () => {
	const [, passphrase = ''] = /Demo officer A: (.+)/.exec(demo.output()) ?? [];
	const page = await browser.newPage();
	await page.goto(`http://localhost:${port}/en/sign-in`);
	await page.getByLabel('Your name').fill('Demo officer A');
	await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
	await page.waitForURL(/\/en\/(account|circles)/);

	const seen: string[] = [];
	let lines = 0;
	for (const [slug, count] of [['rapid-support', 32], ['rest-and-travel', 8]] as const) {
		await go(page, `/en/desk/grants/${slug}`);
		await page.getByText(`Shown: ${count}.`).waitFor();
		seen.push(await page.locator('main').innerText());
		lines += await page.locator('main > ol > li').count();
	}

	const text = seen.join('\n');
	expect(lines).toBe(40);
	for (const state of ['New', 'Taken in', 'Waiting for the applicant', 'Being verified', 'In review', 'To be decided', 'Awarded', 'Declined', 'Waiting list', 'Referred', 'Agreed, to be paid', 'Active', 'Report due', 'Closed', 'Withdrawn', 'On safety hold']) expect(text).toContain(state);
	for (const language of ['English', 'Español', 'Français', 'العربية']) expect(text).toContain(language);
	await page.close();
});

test('three forums are there for who plans them and for everybody: one in preparation, one on its public day, one in the archive', async () => {
	const page = await browser.newPage();
	await page.goto(`http://localhost:${port}/en`);
	const sitemap = await (await fetch(`http://localhost:${port}/sitemap.xml`)).text();
	expect([sitemap.includes('demonstration-today'), sitemap.includes('demonstration-in-the-archive'), sitemap.includes('demonstration-in-preparation')]).toEqual([true, true, false]);
	await page.goto(`http://localhost:${port}/en/forums/demonstration-today/public/panel`);
	await page.getByText('A question of the demonstration.').first().waitFor();
	await page.goto(`http://localhost:${port}/en/sign-in`);
	const [, passphrase = ''] = /Demo officer A: (.+)/.exec(demo.output()) ?? [];
	await page.getByLabel('Your name').fill('Demo officer A');
	await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
	await page.waitForURL(/\/en\/(account|circles)/);
	await go(page, '/en/desk/forums');
	for (const title of ['A forum in preparation', 'A forum on its public day', 'A forum in the archive']) await page.getByRole('heading', { name: title }).first().waitFor();
	await page.close();
});

test('a statement has five years of made-up history for everybody, and in the circle a round is open and a draft waits for answers', async () => {
	const page = await browser.newPage();
	const at = `http://localhost:${port}/en/followup/demonstration-five-years-ago/statement`;
	await page.goto(`${at}/1`);
	const story = await page.locator('main').innerText();
	const years = new Set([...story.matchAll(/\b20\d\d\b/g)].map(([year]) => year));
	expect(years.size).toBeGreaterThanOrEqual(5);
	expect(story).toMatch(/Republic of Exampleland \(demonstration\): noted[^]*There is evidence that is kept back[^]*a step back/);
	await page.goto(`${at}/3`);
	expect(await page.locator('main').innerText()).toMatch(/Taken back[^]*no reply/);
	// Nobody could take any of it for what a government did.
	for (const [addressee] of story.matchAll(/^(?:Delivered to|Done by) (.+?)(?: by .*)?$/gm)) expect(addressee).toContain('(demonstration)');

	await page.goto(`http://localhost:${port}/en/sign-in`);
	const [, passphrase = ''] = /Demo officer A: (.+)/.exec(demo.output()) ?? [];
	await page.getByLabel('Your name').fill('Demo officer A');
	await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
	await page.waitForURL(/\/en\/(account|circles)/);
	await go(page, '/en/desk/followup');
	await page.getByRole('heading', { name: 'Whose day has come' }).waitFor();
	await go(page, '/en/circles');
	await page.getByRole('link', { name: 'Assembly (demonstration)' }).click();
	await page.waitForURL(/\/en\/circles\/[\w-]{22}$/);
	const circle = new URL(page.url()).pathname.split('/').at(-1) ?? '';
	await go(page, `/en/rounds/${circle}`);
	await page.getByText('What should the next statement ask for?').first().waitFor();
	await go(page, `/en/statements/${circle}`);
	await page.getByText('What we ask for this year (demonstration)').first().waitFor();
	await page.close();
});

test('a receipt that was printed once opens what its applicant sees', async () => {
	const [, words = ''] = /^ {2}(\S+(?: \S+){11}) {2}\(more-information, en\)/m.exec(demo.output()) ?? [];
	const page = await browser.newPage();
	await openWithWords(page, `http://localhost:${port}/en/receipt`, words.split(' '), steps.en);
	await page.getByText('By which date would you have to leave?').waitFor();
	await page.close();
});

test('it listens on this machine only, and a later start fills nothing anew', async () => {
	expect(demo.output()).not.toContain('192.0.2.1');
	await demo.stop();

	demo = await demonstrating('Stop: press Ctrl-C. To be rid of it');

	expect(demo.output()).not.toContain('Filling');
	expect(demo.output()).toContain('Demo keeper: ');
});

test('a folder with something else in it is refused, and nothing of it is touched', async () => {
	const other = temporaryFolder('other');
	writeFileSync(join(other, 'steadfast.lock'), 'of a real installation');

	const { status, stderr } = spawnSync(process.execPath, ['src/commands/demo.ts'], { env: { ...process.env, DEMO_DIR: other, DEMO_PORT: String(await freePort()), NODE_NO_WARNINGS: '1' }, encoding: 'utf8' });

	expect({ status, stderr, left: readdirSync(other) }).toEqual({ status: 1, stderr: expect.stringContaining('is not empty and no demonstration'), left: ['steadfast.lock'] });
	rmSync(other, { recursive: true });
});
