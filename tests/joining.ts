import type { Page } from 'playwright-core';
import type { RunningServer } from './server.ts';

/** The link for the first keeper, as the start has printed it. */
export function firstLink(server: RunningServer): string {
	const link = /^http\S+\/join#\S+$/m.exec(server.output())?.[0];
	if (link === undefined) throw new Error('The start has printed no link.');
	return link;
}

/** An authenticator inside of the page's browser that makes passkeys, keeps them and sees its person at once. */
export interface Authenticator {
	/** How many passkeys it holds. */
	count(): Promise<number>;
}

export async function addAuthenticator(page: Page, { prf = true }: { readonly prf?: boolean } = {}): Promise<Authenticator> {
	const devtools = await page.context().newCDPSession(page);
	await devtools.send('WebAuthn.enable');
	const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
		options: { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, hasPrf: prf, automaticPresenceSimulation: true }
	});
	return { count: async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length };
}

/** Opens a link and goes on to where a way to unlock is chosen. */
export async function beginJoining(page: Page, link: string, name: string): Promise<void> {
	await page.goto(link);
	await page.getByRole('button', { name: 'Begin' }).click();
	await page.getByLabel('Your name').fill(name);
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.getByRole('heading', { name: 'How will you unlock?' }).waitFor();
}

/** Chooses the six words that are proposed, and gives them back. */
export async function choosePassphrase(page: Page): Promise<string> {
	await page.getByRole('button', { name: 'Choose a passphrase' }).click();
	return useProposedWords(page);
}

/** The same where the form is shown already. */
export async function useProposedWords(page: Page): Promise<string> {
	await page.locator('.words span').nth(5).waitFor();
	const words = await page.locator('.words span').allInnerTexts();
	await page.getByLabel('Type the six words').fill(words.join(' '));
	await page.getByRole('button', { name: 'Use this passphrase' }).click();
	return words.join(' ');
}

/** Reads the kit from the screen, answers for the three words and presses the button that ends it; gives back the words. */
export async function takeKit(page: Page, finish = 'Finish and join'): Promise<string[]> {
	await page.locator('.kit li').nth(23).waitFor();
	const words = (await page.locator('.kit li').allInnerTexts()).map((line) => line.replace(/^\d+\s*/, ''));
	await page.getByRole('button', { name: 'I have them on paper' }).click();
	await page.locator('main label').nth(2).waitFor();
	for (const label of await page.locator('main label').allInnerTexts()) await page.getByLabel(label, { exact: true }).fill(words[Number(/\d+/.exec(label)?.[0]) - 1] ?? '');
	await page.getByRole('button', { name: finish }).click();
	return words;
}

export interface Joined {
	readonly name: string;
	readonly passphrase: string;
	readonly kit: readonly string[];
}

/** Joins by a passphrase, up to the page that says so. */
export async function joinByPassphrase(page: Page, link: string, name: string): Promise<Joined> {
	await beginJoining(page, link, name);
	const passphrase = await choosePassphrase(page);
	const kit = await takeKit(page);
	await page.getByRole('heading', { name: 'You have joined' }).waitFor();
	return { name, passphrase, kit };
}

/** Joins by a passkey, up to the page that says so; gives back the kit. */
export async function joinByPasskey(page: Page, link: string, name: string): Promise<string[]> {
	await beginJoining(page, link, name);
	await page.getByRole('button', { name: 'Make a passkey' }).click();
	const kit = await takeKit(page);
	await page.getByRole('heading', { name: 'You have joined' }).waitFor();
	return kit;
}

export async function signInByPassphrase(page: Page, origin: string, { name, passphrase }: Pick<Joined, 'name' | 'passphrase'>): Promise<void> {
	await page.goto(`${origin}/en/sign-in`);
	await page.getByLabel('Your name').fill(name);
	await page.getByLabel('Passphrase').fill(passphrase);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** A keeper's link for somebody else, made on the page for that; the page must be open. */
export async function inviteFrom(page: Page, role: 'member' | 'staff' | 'keeper'): Promise<string> {
	await page.getByRole('link', { name: 'Invite' }).click();
	await page.getByLabel('As what?').selectOption(role);
	// The one before stands there until the next is made.
	const before = await page.locator('#link').evaluateAll(([field]) => (field instanceof HTMLTextAreaElement ? field.value : ''));
	await page.getByRole('button', { name: 'Make the link' }).click();
	await page.waitForFunction((earlier) => {
		const field = document.querySelector('#link');
		return field instanceof HTMLTextAreaElement && field.value !== '' && field.value !== earlier;
	}, before);
	return page.getByLabel('The link').inputValue();
}

