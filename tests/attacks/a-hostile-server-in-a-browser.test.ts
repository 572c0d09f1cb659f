import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { go, joined, makeCircle, writePaper, type Person } from '../circle-steps.ts';
import { beginJoining, choosePassphrase, firstLink, takeKit } from '../joining.ts';
import { freePort, startServer, type RunningServer } from '../server.ts';
import { flipped, startHostile, type Hostile } from './hostile.ts';

// One story, in its order: each test goes on where the one before has ended.
let server: RunningServer;
let hostile: Hostile;
let origin: string;
let browser: Browser;
let amina: Person;
let page: Page;
let circle: string;
let paper: string;

beforeAll(async () => {
	const port = await freePort();
	hostile = await startHostile(`http://127.0.0.1:${port}`);
	origin = hostile.origin.replace('127.0.0.1', 'localhost');
	server = await startServer({ port, env: { PUBLIC_ORIGIN: origin } });
	browser = await openBrowser();
	amina = await joined(browser, firstLink(server), 'Amina');
	({ page } = amina);
	circle = await makeCircle(page, { name: 'Legal aid', purpose: 'Court dates' });
	paper = await writePaper(page, circle, { title: 'Hearing', text: 'Tuesday, room 4' });
	await go(page, circle);
	await page.getByRole('link', { name: 'Hearing' }).waitFor();
	await go(page, '/en/account');
	await page.getByRole('button', { name: 'Rename Passkey without a name' }).click();
	await page.getByLabel('New name').fill('Blue phone');
	await page.getByRole('button', { name: 'Save the name' }).click();
	await page.getByText('Blue phone').first().waitFor();
});

afterEach(() => hostile.calm());

afterAll(async () => {
	await browser.close();
	await hostile[Symbol.asyncDispose]();
	await server[Symbol.asyncDispose]();
});

/** As somebody does who comes back: the tab has nothing, the browser remembers. */
async function comeBack(path: string): Promise<void> {
	await page.goto(origin + path);
	// Pages of the account ask for the unlocking themselves, others by a link.
	const unlock = page.getByRole('link', { name: 'Unlock and come back here' });
	await unlock.or(page.getByRole('button', { name: /passkey/i })).first().waitFor();
	if ((await unlock.count()) > 0) await unlock.click();
	await page.waitForURL(/\/sign-in/);
	await page.getByRole('button', { name: /passkey/i }).click();
	await page.waitForURL((url) => url.pathname === path);
}

interface Told {
	entries: { signature: string }[];
	records: { record: string; envelope: string }[];
	passkeys: { label: string | null }[];
	fingerprint: string;
}

test('a forged line of a circle’s log is told on the circle’s page, with what to do, and apart from the name of the rule', async () => {
	hostile.tamper({ name: 'forges', path: /\/log\?/, json: (answer: Told) => void answer.entries.forEach((one) => (one.signature = flipped(one.signature, 5))) });

	await comeBack(circle);
	const told = page.getByRole('alert');
	await told.getByText('The signature is not that of the person who is named as the author.').waitFor();
	const words = await told.innerText();

	expect(words).toMatch(/Where: line 1 of the circle’s log/);
	expect(words).not.toMatch(/\w(?:log|circle)forged/);
	expect(await page.getByText('Hearing').count()).toBe(0);
	expect(hostile.told('forges')).toBeGreaterThan(0);
});

test('a paper that this browser has seen and the list leaves out is named there, never “No papers yet”', async () => {
	hostile.tamper({ name: 'leaves out', path: /kind=paper&/, json: () => ({ records: [], more: false }) });

	await comeBack(circle);
	await page.getByText('The server shows an older state than this browser has already seen.').waitFor();

	expect(await page.getByText('No papers yet').count()).toBe(0);
	expect(hostile.told('leaves out')).toBeGreaterThan(0);
});

test('contacts that cannot be read are told on the page of the circle, of its members and of all circles, and what was written waits in its field', async () => {
	const words = 'It happened in your own circle, where the people you know are kept.';
	let own = '';
	hostile.tamper({ name: 'looks', path: /\/api\/circles$/, json: (answer: { circles: { id: string; own: boolean }[] }) => void (own = answer.circles.find((one) => one.own)?.id ?? '') });
	await comeBack('/en/circles');
	await page.getByRole('heading', { name: 'For yourself' }).waitFor();
	hostile.tamper({ name: 'refuses', path: new RegExp(own), refuse: { status: 503, reason: 'failed' } });

	await comeBack(circle);
	await page.getByText(words).waitFor();
	await page.getByRole('link', { name: 'Hearing' }).waitFor();
	await go(page, `${circle}/papers/new`);
	await page.getByLabel('Title').fill('Bail');
	await page.getByLabel('Text').fill('Who pays on Friday');
	await page.getByRole('button', { name: 'Save for the circle' }).click();
	await page.getByText('So nobody could tell whether somebody here took the name of one of them.').waitFor();
	const kept = await page.getByLabel('Text').inputValue();
	page.once('dialog', (dialog) => void dialog.accept());
	await go(page, `${circle}/members`);
	await page.getByText(words).waitFor();
	await page.getByText('Try again').first().waitFor();
	const nobody = await page.getByText('You know nobody yet').count();
	await page.locator('main section').getByText('Opening').first().waitFor({ state: 'detached' });
	await go(page, '/en/circles');
	await page.getByText(words).waitFor();
	await page.getByRole('link', { name: 'Legal aid' }).waitFor();

	expect([own.length, kept, nobody]).toEqual([22, 'Who pays on Friday', 0]);
});

test('the name of a passkey that was tampered with is a loud error, and not a passkey without a name', async () => {
	hostile.tamper({ name: 'flips a name', path: /\/api\/account$/, json: (answer: Told) => void answer.passkeys.forEach((one) => (one.label = one.label === null ? null : flipped(one.label))) });

	await comeBack('/en/account');
	await page.getByText('A name that cannot be believed').first().waitFor();

	await expect.poll(() => page.getByText('What the server handed out does not open').count()).toBe(1);
	expect(await page.getByText('Passkey without a name').count()).toBe(0);
	expect(hostile.told('flips a name')).toBeGreaterThan(0);
});

test('a paper whose only version does not open says one true thing, and none about other versions', async () => {
	hostile.tamper({ name: 'flips a paper', path: /\/records\/[\w-]+\?after=0$/, json: (answer: Told) => void answer.records.forEach((one) => (one.envelope = flipped(one.envelope))) });

	await comeBack(paper);
	await page.getByRole('heading', { level: 1, name: 'This paper could not be opened' }).waitFor();
	const main = await page.locator('main').innerText();

	expect(main).not.toContain('The other versions were opened');
	expect(main).not.toContain('is of a kind');
});

test('whoever did not write the kit down is not taken on: three wrong words are refused, each at its place', async () => {
	await comeBack('/en/invite');
	await page.getByRole('button', { name: 'Make the link' }).click();
	const link = await page.getByLabel('The link').inputValue();
	const context = await browser.newContext();
	const newcomer = await context.newPage();
	await beginJoining(newcomer, link, 'Luis');
	await choosePassphrase(newcomer);
	await newcomer.locator('.kit li').nth(23).waitFor();
	await newcomer.getByRole('button', { name: 'I have them on paper' }).click();
	const before = hostile.asked.length;

	await newcomer.locator('main label').nth(2).waitFor();
	for (const label of await newcomer.locator('main label').allInnerTexts()) await newcomer.getByLabel(label, { exact: true }).fill('wrong');
	await newcomer.getByRole('button', { name: 'Finish and join' }).click();
	await newcomer.getByText('Another word stands at this place.').nth(2).waitFor();
	const refused = await newcomer.getByText('Another word stands at this place.').count();
	const asked = hostile.asked.slice(before).filter((one) => one.includes('/api/join'));
	await newcomer.getByRole('button', { name: /again/i }).click();
	await takeKit(newcomer);
	await newcomer.getByRole('heading', { name: 'You have joined' }).waitFor();
	await context.close();

	expect([refused, asked]).toEqual([3, []]);
});

test('other sign-in keys of a server are said on the page of the account, until somebody accepts them', async () => {
	const other = 'A'.repeat(43);
	const sentence = page.getByText('The sign-in keys of this server are others than when you joined');
	await comeBack('/en/account');
	await page.getByText('Blue phone').first().waitFor();
	const honest = await sentence.count();
	hostile.tamper({ name: 'has other keys', path: /\/api\/installation$/, json: (answer: Told) => void (answer.fingerprint = other.slice(0, answer.fingerprint.length)) });

	await comeBack('/en/account');
	await sentence.waitFor();
	await page.getByRole('button', { name: 'I was told: accept the new keys' }).click();
	await page.getByText('Done.').waitFor();
	await sentence.waitFor({ state: 'detached' });
	await comeBack('/en/account');
	await page.getByText('Blue phone').first().waitFor();
	const afterwards = await sentence.count();
	hostile.calm();
	await comeBack('/en/account');
	await sentence.waitFor();

	expect([honest, afterwards]).toEqual([0, 0]);
});
