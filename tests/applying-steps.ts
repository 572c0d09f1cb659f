import type { Page } from 'playwright-core';
import { Clock } from '#lib/platform/clock/clock.ts';
import { openDatabase, type Db } from '#lib/platform/db/database.ts';
import { databaseOf } from './attacks/seizure.ts';
import { openedCall, type OpenedCall } from './applying.ts';
import type { RunningServer } from './server.ts';

/** A call on a running server, put there as the desk would, and a line to the server's database. */
export async function callOn(server: RunningServer, options: Parameters<typeof openedCall>[1] = {}): Promise<OpenedCall & AsyncDisposable & { readonly db: Db; readonly path: string }> {
	const db = openDatabase(databaseOf(server.dataDir), { connections: 2 });
	const call = await openedCall({ db, clock: new Clock({ clock: 'trusted' }) }, { at: new Date(), kind: 'rapid', ...options });
	return { ...call, db, path: `/apply/${call.slug}#${call.call.id}`, [Symbol.asyncDispose]: () => db.destroy() };
}

/** The words of a step in the languages in which tests apply. */
export const steps = {
	en: { yes: 'Yes', begin: 'Begin', review: 'Go on and look it over', seal: 'Seal it and go on', written: 'I have them on paper', send: 'Send to the team', arrived: 'Your application has arrived', open: 'Open', waiting: 'The connection is gone' },
	ar: { yes: 'نعم', begin: 'ابدأ', review: 'تابع وراجع', seal: 'اختمه وتابع', written: 'صارت عندي على ورق', send: 'أرسل إلى الفريق', arrived: 'وصل طلبك', open: 'افتح', waiting: 'انقطع الاتصال' }
} as const;

type Steps = (typeof steps)[keyof typeof steps];

/** From the first page to the empty form. */
export async function beginForm(page: Page, words: Steps): Promise<void> {
	await page.getByLabel(words.yes, { exact: true }).check();
	await page.getByRole('button', { name: words.begin }).click();
	await page.locator('textarea').first().waitFor();
}

/** From a form that was filled to its words, which are given back. */
export async function sealForm(page: Page, words: Steps): Promise<string[]> {
	await page.getByRole('button', { name: words.review }).click();
	await page.getByRole('button', { name: words.seal }).click();
	return shownWords(page);
}

export async function shownWords(page: Page): Promise<string[]> {
	await page.locator('.receipt li').nth(11).waitFor();
	return page.locator('.receipt li .word').allInnerTexts();
}

/** Answers the two words that are asked back, whichever they are. */
export async function answerWords(page: Page, receipt: readonly string[], words: Steps): Promise<void> {
	await page.getByRole('button', { name: words.written }).click();
	await page.locator('form input[dir=ltr]').nth(1).waitFor();
	for (const field of await page.locator('form input[dir=ltr]').all()) {
		const label = await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent ?? '');
		const digits = label.replaceAll(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660));
		await field.fill(receipt[Number(/\d+/.exec(digits)?.[0]) - 1] ?? '');
	}
}

/** Opens the page of receipts with its words. */
export async function openWithWords(page: Page, address: string, receipt: readonly string[], words: Steps): Promise<void> {
	await page.goto(address);
	await page.locator('#words').fill(receipt.join(' '));
	await page.getByRole('button', { name: words.open, exact: true }).click();
}
