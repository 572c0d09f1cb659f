import type { Page } from 'playwright-core';
import { go } from './circle-steps.ts';

/** A forum that a convenor begins by the form. */
export interface BegunForum {
	readonly title: string;
	readonly subject: string;
	readonly slug: string;
	readonly place: string;
	readonly timeZone: string;
	readonly startsOn: string;
	readonly endsOn: string;
}

/** Begins a plan in the circle that is chosen, and gives back the path of its page. */
export async function beginPlan(page: Page, { title, subject, slug, place, timeZone, startsOn, endsOn }: BegunForum): Promise<string> {
	await go(page, '/en/desk/forums');
	await page.getByRole('button', { name: 'New forum' }).click();
	await page.getByLabel('Title of the forum').fill(title);
	await page.getByLabel('First day').fill(startsOn);
	await page.getByLabel('Last day').fill(endsOn);
	await page.getByLabel('Place').fill(place);
	await page.getByLabel('Time zone').fill(timeZone);
	await page.getByLabel('Address').fill(slug);
	await page.getByRole('button', { name: 'Begin this plan' }).click();
	await page.waitForURL(/\/desk\/forums\/[\w-]{22}\/[\w-]{22}$/);
	await openAbout(page);
	await page.getByLabel('Subject').fill(subject);
	return new URL(page.url()).pathname;
}

/** The fields about the whole forum, on the page of its plan. */
export async function openAbout(page: Page): Promise<void> {
	await page.getByText('Title, days, place and standing').click();
}

/** A public item of a day, named as the page names it: `6 November`. */
export async function addItem(page: Page, { day, title, starts, ends }: { readonly day: string; readonly title: string; readonly starts: string; readonly ends: string }): Promise<void> {
	const form = page.locator('.form');
	await page.getByRole('button', { name: new RegExp(`New item.*${day}`) }).click();
	await form.getByLabel('Title', { exact: true }).fill(title);
	await form.getByLabel('Begins', { exact: true }).fill(starts);
	await form.getByLabel('Ends', { exact: true }).fill(ends);
	await form.getByLabel('State', { exact: true }).selectOption('Confirmed');
	await form.getByLabel('Public.').check();
	await closeItem(page);
}

/** Closes the form of an item, in which everything was said. */
export async function closeItem(page: Page): Promise<void> {
	const form = page.locator('.form');
	await form.getByLabel('Title', { exact: true }).focus();
	await form.getByRole('button', { name: 'Close' }).first().click();
}

/** Keeps the plan and releases it for everybody. */
export async function keepAndRelease(page: Page, version: number): Promise<void> {
	await page.getByRole('button', { name: 'Save and look at the release' }).click();
	await page.getByRole('button', { name: `Release version ${version} for everybody` }).click();
	await page.getByText(`Version ${version} is public now.`).waitFor();
}
