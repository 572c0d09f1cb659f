import type { Browser, BrowserContext, Page } from 'playwright-core';
import { readyToLook } from './journeys/look.ts';
import { addAuthenticator, joinByPasskey } from './joining.ts';

/** Somebody with a browser of her own and an account that a passkey opens. */
export interface Person {
	readonly name: string;
	readonly context: BrowserContext;
	readonly page: Page;
}

/** Joins by a link, in a new browser. */
export async function joined(browser: Browser, link: string, name: string): Promise<Person> {
	const context = await browser.newContext({ acceptDownloads: true });
	await readyToLook(context);
	const page = await context.newPage();
	await addAuthenticator(page);
	await joinByPasskey(page, link, name);
	return { name, context, page };
}

/** Goes to a page of the vault by the page's own links or router, so that the keys stay. */
export async function go(page: Page, path: string): Promise<void> {
	await page.evaluate((to) => {
		const link = Object.assign(document.createElement('a'), { href: to, textContent: to });
		document.querySelector('main')?.append(link);
		link.click();
		link.remove();
	}, path);
	await page.waitForURL((url) => (path.includes('#') ? url.pathname + url.hash : url.pathname) === path);
}

/** Makes a circle and gives back the path of its page. */
export async function makeCircle(page: Page, { name, purpose }: { readonly name: string; readonly purpose: string }): Promise<string> {
	await go(page, '/en/circles');
	await page.getByLabel('Name of the circle').fill(name);
	await page.getByLabel('What it is for').fill(purpose);
	await page.getByRole('button', { name: 'Make this circle' }).click();
	await page.waitForURL(/\/en\/circles\/[\w-]{22}$/);
	await page.getByRole('heading', { level: 1, name }).waitFor();
	return new URL(page.url()).pathname;
}

/** A link into the circle, made on the page of its members. */
export async function inviteInto(page: Page, circle: string): Promise<string> {
	await go(page, `${circle}/members`);
	await page.getByRole('button', { name: 'Make a link' }).click();
	return page.getByLabel('The link', { exact: true }).inputValue();
}

/** Lets in whoever waits, from the list of circles. */
export async function letIn(page: Page, name: string): Promise<void> {
	await go(page, '/en/circles');
	await page.getByText(name).first().waitFor();
	await page.getByRole('button', { name: 'Let in' }).first().click();
	await page.getByRole('button', { name: 'Let in' }).waitFor({ state: 'detached' });
}

/** Accepts to be a member of the circle. */
export async function accept(page: Page, circle: string): Promise<void> {
	await go(page, circle);
	await page.getByRole('button', { name: 'Accept' }).click();
	await page.getByRole('button', { name: 'Accept' }).waitFor({ state: 'detached' });
}

/** Writes a new paper and gives back the path of its page. */
export async function writePaper(page: Page, circle: string, { title, text }: { readonly title: string; readonly text: string }): Promise<string> {
	await go(page, `${circle}/papers/new`);
	await page.getByLabel('Title').fill(title);
	await page.getByLabel('Text').fill(text);
	await page.getByRole('button', { name: 'Save for the circle' }).click();
	await page.waitForURL(/\/papers\/[\w-]{22}$/);
	await page.getByRole('heading', { level: 1 }).waitFor();
	return new URL(page.url()).pathname;
}

/** Unlocks by the passkey, from the page that a lock has covered, and comes back to it. */
export async function unlockAndComeBack(page: Page): Promise<void> {
	await page.getByRole('link', { name: 'Unlock and come back here' }).click();
	await page.getByRole('button', { name: /passkey/ }).click();
}

/** Everything that the browser stores for this site, as it lies there. */
export function storedIn(page: Page): Promise<string> {
	return page.evaluate(async () => {
		const database = await new Promise<IDBDatabase>((resolve) => {
			const opening = indexedDB.open('steadfast');
			opening.addEventListener('success', () => resolve(opening.result));
		});
		const all = await new Promise<unknown[]>((resolve) => {
			const asked = database.transaction('memory').objectStore('memory').getAll();
			asked.addEventListener('success', () => resolve(asked.result as unknown[]));
		});
		database.close();
		const bytes = all.map((one) => (one instanceof Uint8Array ? String.fromCharCode(...one) : JSON.stringify(one)));
		return JSON.stringify([...bytes, { ...localStorage }, { ...sessionStorage }]);
	});
}
