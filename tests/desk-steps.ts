import type { Page } from 'playwright-core';
import { go, type Person } from './circle-steps.ts';

/** Opens a page anew, as somebody does who comes back to it. */
export async function anew(page: Page, path: string): Promise<void> {
	await go(page, '/en/circles');
	await go(page, path);
}

/** A link that lets somebody join, made on the page for that. */
export async function linkFor(page: Page, role: 'member' | 'staff'): Promise<string> {
	await anew(page, '/en/invite');
	await page.getByLabel('As what?').selectOption(role);
	await page.getByRole('button', { name: 'Make the link' }).click();
	return page.locator('#link').inputValue();
}

/** Begins a call in the editor: what it has to say, and nothing that it may. */
export async function writeCall(page: Page, { title, summary, slug }: { readonly title: string; readonly summary: string; readonly slug: string }): Promise<void> {
	await page.getByLabel('Title', { exact: true }).fill(title);
	await page.getByLabel('Summary', { exact: true }).fill(summary);
	await page.getByLabel('Address', { exact: true }).fill(slug);
}

/** Publishes the call in the editor; `payee` is the name of the circle that reads how money arrives. */
export async function publishCall(page: Page, title: string, payee?: string): Promise<void> {
	await page.getByRole('button', { name: 'Go on to publish' }).click();
	if (payee !== undefined) await page.locator('#payee').selectOption({ label: payee });
	await page.getByRole('button', { name: 'Publish for everybody' }).click();
	await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

const moves = (page: Page) => page.locator('section[aria-labelledby=moves]');

/** Makes a move with what its form has, after `fill`. */
export async function move(page: Page, name: string, fill: () => Promise<void> = () => Promise.resolve()): Promise<void> {
	await moves(page).getByRole('button', { name, exact: true }).click();
	await fill();
	await moves(page).locator('form').getByRole('button', { name, exact: true }).click();
	// The word may still stand there from the move before.
	await moves(page).locator('form').waitFor({ state: 'detached' });
	await page.getByText('Done.', { exact: true }).waitFor();
}

/** Does something on a page for which it is another day; the page's own clock, by which it locks itself, goes on. */
export async function onDay(page: Page, day: string, act: () => Promise<void>): Promise<void> {
	const today = await page.evaluateHandle(() => Date);
	await page.evaluate((noon) => {
		// Nothing of ours calls it without `new`, which a class does not allow.
		globalThis.Date = class extends Date {
			constructor(...when: [number] | []) {
				super(...(when.length === 0 ? ([noon] as const) : when));
			}
		} as DateConstructor;
	}, Date.parse(`${day}T12:00:00Z`));
	await act();
	await page.evaluate((date) => {
		globalThis.Date = date;
	}, today);
}

/** Keeps a file without the browser's own window, which nobody can press here; gives back its name. */
export async function keepFile(page: Page, button: string): Promise<string> {
	await page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }));
	const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).first().click()]);
	return file.suggestedFilename();
}

/** Scores in the order in which they are asked for, by the name of the criterion. */
export async function score(page: Page, scores: Readonly<Record<string, string>>): Promise<void> {
	for (const [criterion, value] of Object.entries(scores)) await page.getByRole('combobox', { name: new RegExp(`^${criterion}`) }).selectOption(value);
}

/** What each of these addresses answers to somebody who is signed in. */
export async function answersAt(page: Page, paths: readonly string[]): Promise<number[]> {
	return page.evaluate((all) => Promise.all(all.map(async (path) => (await fetch(path)).status)), paths);
}

/** The instalments of the payment that is open. */
export const instalments = (page: Page) => page.locator('section[aria-labelledby=instalments] ol.plain > li');

/** Opens the payment of an amount from the list, and gives back its path. */
export async function openPayment(page: Page, amount: string): Promise<string> {
	await anew(page, '/en/desk/payments');
	await page.getByRole('link', { name: amount }).click();
	await page.waitForURL(/\/desk\/payments\/[\w-]{22}/);
	await instalments(page).first().waitFor();
	return new URL(page.url()).pathname;
}

/** Does something to an instalment, the first one being 0, with what its form has after `fill`. */
export async function act({ page }: Person, { at = 0, name }: { readonly at?: number; readonly name: string }, fill: () => Promise<void> = () => Promise.resolve()): Promise<void> {
	const instalment = instalments(page).nth(at);
	await instalment.getByRole('button', { name, exact: true }).click();
	await fill();
	await instalment.locator('form').getByRole('button', { name, exact: true }).click();
	await instalment.locator('form').waitFor({ state: 'detached' });
}

/** The account that is signed in. */
export async function accountOf({ page, name }: Person): Promise<{ readonly account: string; readonly name: string }> {
	const account = await page.evaluate(async () => String(((await (await fetch('/api/session')).json()) as { readonly account: string }).account));
	return { account, name };
}
