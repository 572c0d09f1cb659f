import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { addAuthenticator, beginJoining, firstLink, inviteFrom, joinByPasskey, joinByPassphrase, signInByPassphrase, takeKit, useProposedWords, type Authenticator, type Joined } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';
import { watch } from './watch.ts';

// One story, in its order: each test goes on where the one before has ended.
let server: RunningServer;
let browser: Browser;
let keeperContext: BrowserContext;
let keeper: Page;
let keys: Authenticator;
let member: Page;
let memberLink: string;
let joined: Joined;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	keeperContext = await browser.newContext();
	keeper = await keeperContext.newPage();
	keys = await addAuthenticator(keeper);
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

const heading = (page: Page) => page.locator('h1').innerText();
async function newPage(): Promise<Page> {
	return (await browser.newContext()).newPage();
}

test('the operator hands the printed link to the first keeper, who takes charge with a passkey', async () => {
	const watched = watch(keeperContext, server.origin);

	await joinByPasskey(keeper, firstLink(server), 'Zerelda Quillfeather');

	expect(watched.troubles).toEqual([]);
	expect(await keys.count()).toBe(1);
	expect(new URL(keeper.url()).hash).toBe('');
	// And the sealed memory of what this browser has seen, in a slot whose name tells nothing.
	await expect.poll(() => watched.leftBehind()).toEqual([
		'cookie __Host-steadfast',
		expect.stringMatching(/^storage \{"origin":"[^"]+","localStorage":\[\],"indexedDB":\[\{"name":"steadfast","version":1,"stores":\[\{"name":"memory","autoIncrement":false,"records":\[\{"key":"[0-9a-f-]{36}","valueEncoded":\{[^{}]*\{[^{}]*\}\}\}\],"indexes":\[\]\}\]\}\]\}$/)
	]);
	const [cookie] = await keeperContext.cookies();
	expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' });
});

test('once there is an account, a start prints no link', async () => {
	const { dataDir } = server;
	const port = Number(new URL(server.origin).port);
	await server.stop();

	server = await startServer({ dataDir, port });

	expect(server.output()).not.toContain('/join#');
});

test('a keeper invites a member, who joins with a passphrase and is known to her by name while the page stays open', async () => {
	await keeper.goto(`${server.origin}/en/account`);
	await keeper.getByRole('button', { name: 'Unlock with a passkey' }).click();
	await keeper.getByRole('heading', { name: 'Your account' }).waitFor();
	memberLink = await inviteFrom(keeper, 'member');
	await keeper.evaluate(() => document.body.classList.add('not-loaded-again'));
	const context = await browser.newContext();
	const watched = watch(context, server.origin);
	member = await context.newPage();

	joined = await joinByPassphrase(member, memberLink, 'Bartholomew Ünderhill');

	expect(watched.troubles).toEqual([]);
	await keeper.locator('.not-loaded-again').getByText('Bartholomew Ünderhill joined with it').waitFor();
	await keeper.getByRole('link', { name: 'Compare safety words with Bartholomew Ünderhill' }).click();
	await keeper.locator('ol li').nth(7).waitFor();
});

test('the navigation leads nobody to what their role may not do, and every time of an account has its zone', async () => {
	const page = await (await browser.newContext({ timezoneId: 'Asia/Tehran' })).newPage();
	await signInByPassphrase(page, server.origin, joined);
	await page.getByRole('heading', { name: 'Your account' }).waitFor();
	const links = (of: Page) => of.locator('nav.main a').allInnerTexts();

	await expect.poll(() => links(page)).toEqual(['Circles', 'Reviews', 'Search', 'Account']);
	await expect.poll(() => links(keeper)).toEqual(['Circles', 'Grants', 'Search', 'Invite', 'Account']);
	await page.getByText(/Began .* GMT\+3:30, last seen .* GMT\+3:30\./).first().waitFor();
	await page.getByRole('link', { name: 'Reviews' }).click();
	await page.getByRole('link', { name: 'Grants' }).waitFor();
	await page.context().close();
});

test('a used link says so, to everybody', async () => {
	const page = await newPage();

	await page.goto(memberLink);

	await page.getByText('Somebody has joined with this link already').waitFor();
});

test.each([
	['cut off', (link: string) => link.slice(0, -3), 'Part of the link is missing'],
	['empty', (link: string) => link.split('#')[0] ?? '', 'There is no invitation in this address'],
	['unknown', (link: string) => link.replace(/#.{22}/, `#${'A'.repeat(22)}`), 'The server does not know this link'],
	['of another server', (link: string) => link.replace(/.{22}$/, 'A'.repeat(22)), 'This is not the server that the link was made for'],
	['altered to name another inviter', (link: string) => link, 'keys that do not belong to the account']
])('a link that is %s has its own sentence', async (kind, spoil, words) => {
	const page = await newPage();
	const link = await inviteFrom(keeper, 'member');
	const spoilt = kind.startsWith('altered') ? link.replace(/\.[\w-]{22}\./, `.${'B'.repeat(21)}A.`) : spoil(link);

	await page.goto(spoilt);

	await page.getByText(words).waitFor();
	await page.close();
});

test('the member signs in on a second device, and a wrong passphrase or name does not', async () => {
	const page = await newPage();

	await signInByPassphrase(page, server.origin, { ...joined, passphrase: `${joined.passphrase}x` });
	await page.getByText('No account opens with this name and passphrase').waitFor();
	await signInByPassphrase(page, server.origin, { ...joined, name: 'Nobody Here' });
	await page.getByText('No account opens with this name and passphrase').waitFor();
	await signInByPassphrase(page, server.origin, { ...joined, name: '  bartholomew   ünderhill ' });
	await page.getByRole('heading', { name: 'Your account' }).waitFor();

	await expect.poll(() => page.locator('header p').first().innerText()).toContain('Bartholomew Ünderhill');
	await page.context().close();
});

test('the keeper signs in with the passkey where nothing is known of her, as a security key does on another device', async () => {
	await keeperContext.clearCookies();
	await keeper.goto(`${server.origin}/en/sign-in`);

	await keeper.getByRole('button', { name: 'Sign in with a passkey' }).click();

	await keeper.getByRole('heading', { name: 'Your account' }).waitFor();
	await expect.poll(() => keeper.locator('header p').first().innerText()).toContain('Zerelda Quillfeather');
});

test('a reload locks; unlocking asks for the passphrase alone and leads back to the page', async () => {
	await member.goto(`${server.origin}/en/invite`);
	await member.getByText('You are signed in on this device').waitFor();
	const asksForName = await member.getByLabel('Your name').count();

	await member.getByLabel('Passphrase').fill(joined.passphrase);
	await member.getByRole('button', { name: 'Unlock', exact: true }).click();
	await member.waitForURL('**/en/invite');

	expect(asksForName).toBe(0);
	await member.getByText('You may not invite anybody here').waitFor();
});

test('a passkey is added, named, used and taken away', async () => {
	const memberKeys = await addAuthenticator(member);
	await member.getByRole('link', { name: 'Account' }).click();
	await member.getByLabel('Name for the passkey').fill('blue phone');
	await member.getByRole('button', { name: 'Add a passkey of this device' }).click();
	await member.getByText('blue phone', { exact: true }).waitFor();
	await member.getByRole('button', { name: 'Rename blue phone' }).click();
	await member.getByLabel('New name').fill('green phone');
	await member.getByRole('button', { name: 'Save the name' }).click();
	await member.getByText('green phone').first().waitFor();

	await member.getByRole('button', { name: 'Lock' }).click();
	await member.getByRole('button', { name: 'Unlock with a passkey' }).click();
	await member.getByText('green phone').first().waitFor();
	await member.getByRole('button', { name: 'Remove green phone' }).click();
	await member.getByText('It opens your account no more').waitFor();
	await member.getByRole('button', { name: 'Remove green phone' }).click();
	await member.getByText('There is no passkey yet').waitFor();

	expect(await memberKeys.count()).toBe(1);
	await member.context().clearCookies();
	await member.goto(`${server.origin}/en/sign-in`);
	await member.getByRole('button', { name: 'Sign in with a passkey' }).click();
	await member.getByText('The server knows no account for this passkey').waitFor();
	await signInByPassphrase(member, server.origin, joined);
	await member.getByRole('heading', { name: 'Your account' }).waitFor();
});

test('an authenticator that cannot unlock says so, and the passphrase is still there', async () => {
	const page = await newPage();
	await addAuthenticator(page, { prf: false });
	await beginJoining(page, await inviteFrom(keeper, 'member'), 'Without Prf');

	await page.getByRole('button', { name: 'Make a passkey' }).click();

	await page.getByText('This passkey can sign, but it cannot unlock').waitFor();
	await page.getByRole('button', { name: 'Choose a passphrase' }).waitFor();
	await page.context().close();
});

test('a weak passphrase of one\'s own is refused with the reason', async () => {
	const page = await newPage();
	await beginJoining(page, await inviteFrom(keeper, 'member'), 'Careless Person');
	await page.getByRole('button', { name: 'Choose a passphrase' }).click();
	await page.getByRole('button', { name: 'Write my own instead' }).click();

	for (const [weak, reason] of [
		['short', 'Too short: at least 14 characters.'],
		['aaaaaaaaaaaaaaaaaaaa', 'Too easy to guess: it repeats itself.'],
		['careless person careless', 'Too easy to guess: your name is in it.'],
		['qwertyuiopasdfgh', 'Too easy to guess: it follows the keys of a keyboard.']
	] as const) {
		await page.getByLabel('Passphrase', { exact: true }).fill(weak);
		await page.getByLabel('The passphrase once more').fill(weak);
		await page.getByRole('button', { name: 'Use this passphrase' }).click();
		await page.getByRole('alert').filter({ hasText: reason }).waitFor();
	}

	expect(await page.getByLabel('Passphrase', { exact: true }).getAttribute('aria-invalid')).toBe('true');
	await page.context().close();
});

test('the passphrase is changed: the new one opens, the old one does not', async () => {
	const old = joined;
	await member.getByRole('button', { name: 'Change the passphrase' }).click();
	joined = { ...joined, passphrase: await useProposedWords(member) };
	await member.getByText('Done.').waitFor();
	const page = await newPage();

	await signInByPassphrase(page, server.origin, old);
	await page.getByText('No account opens with this name and passphrase').waitFor();
	await signInByPassphrase(page, server.origin, joined);

	await page.getByRole('heading', { name: 'Your account' }).waitFor();
	await page.context().close();
});

test('the kit recovers the account, and once renewed the old one does nothing', async () => {
	const page = await newPage();
	const recover = async (words: readonly string[]) => {
		await page.goto(`${server.origin}/en/recover`);
		await page.getByLabel('The 24 words').fill(words.map((word, at) => `${at + 1}. ${word.toUpperCase()}`).join('\n'));
		await page.getByRole('button', { name: 'Open my account' }).click();
	};
	await recover(joined.kit.toSpliced(3, 1, 'zzzz'));
	await page.getByText('“zzzz” is in none of the word lists').waitFor();
	await recover(joined.kit);
	await page.getByText('Your account is open').waitFor();
	await page.getByRole('button', { name: 'Choose a passphrase' }).click();
	joined = { ...joined, passphrase: await useProposedWords(page) };
	await page.getByRole('heading', { name: 'Recovered' }).waitFor();
	await page.getByRole('link', { name: 'Go to your account' }).click();
	await page.getByRole('button', { name: 'Renew the recovery kit' }).click();
	const kit = await takeKit(page, 'Put the new kit in force');
	await page.getByText('Done.').waitFor();

	await recover(joined.kit);
	await page.getByText('No account has this kit').waitFor();
	await recover(kit);

	await page.getByText('Your account is open').waitFor();
	joined = { ...joined, kit };
	await page.context().close();
});

test('sessions are listed and ended: the other device is out at its next step', async () => {
	await member.reload();
	await member.getByLabel('Passphrase').fill(joined.passphrase);
	await member.getByRole('button', { name: 'Unlock', exact: true }).click();
	await member.getByRole('heading', { name: 'Your account' }).waitFor();
	const other = await newPage();
	await signInByPassphrase(other, server.origin, joined);
	await other.getByRole('heading', { name: 'Your account' }).waitFor();

	await other.getByRole('button', { name: 'End all other sessions' }).click();
	await other.getByText('Done.').waitFor();
	await member.getByRole('button', { name: 'Rename This session' }).click();
	await member.getByLabel('New name').fill('too late');
	await member.getByRole('button', { name: 'Save the name' }).click();

	await member.getByLabel('Your name').waitFor();
	expect(await heading(member)).toBe('Sign in');
	await other.context().close();
});

test('an ended account opens no more', async () => {
	await signInByPassphrase(member, server.origin, joined);
	await member.getByRole('heading', { name: 'Your account' }).waitFor();
	await member.getByRole('button', { name: 'End my account for ever' }).click();
	await member.getByText('Tick the box first.').waitFor();
	await member.getByLabel('I understand that nobody can undo this.').check();
	await member.getByRole('button', { name: 'End my account for ever' }).click();
	await member.getByText('Your account has ended').waitFor();

	await signInByPassphrase(member, server.origin, joined);

	await member.getByText('No account opens with this name and passphrase').waitFor();
});

test('after all of this no name, label, passphrase or kit stands in the database, in a file of the data folder, or in the log', async () => {
	await server.stop();
	const files = readdirSync(server.dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name)));
	const canaries = ['Zerelda Quillfeather', 'Bartholomew', 'green phone', joined.passphrase, joined.kit.slice(0, 4).join(' ')];
	const looked = [...files, Buffer.from(server.output())];

	const found = canaries.flatMap((canary) => spellings(canary).filter((spelling) => looked.some((bytes) => bytes.includes(spelling))).map(() => canary));

	expect(files.length).toBeGreaterThan(100);
	// What the server does keep of the same people is found by the same search.
	expect(looked.some((bytes) => bytes.includes('people.join'))).toBe(true);
	expect(found).toEqual([]);
});

function spellings(text: string): Buffer[] {
	const bytes = Buffer.from(text);
	return [bytes, Buffer.from(text, 'utf16le'), Buffer.from(bytes.toString('hex')), Buffer.from(bytes.toString('base64').slice(0, -4)), Buffer.from(bytes.toString('base64url').slice(0, -4))];
}
