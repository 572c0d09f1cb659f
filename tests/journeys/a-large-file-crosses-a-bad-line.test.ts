import { createHash, randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { largestFileBytes, partBytes } from '#lib/circles/limits.ts';
import { openBrowser } from '../browser.ts';
import { go, joined, makeCircle } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { openLine, type Line } from '../line.ts';
import { freePort, startServer, type RunningServer } from '../server.ts';
import { temporaryFolder } from '../temporary.ts';

// One story, in its order: each test goes on where the one before has ended.
const folder = temporaryFolder('large-file');
const film = randomBytes(largestFileBytes);
let server: RunningServer;
let line: Line;
let browser: Browser;
let page: Page;
let circle: string;

beforeAll(async () => {
	writeFileSync(join(folder, 'film.mp4'), film);
	const port = await freePort();
	line = await openLine(`http://localhost:${port}`);
	server = await startServer({ port, env: { PUBLIC_ORIGIN: line.origin } });
	browser = await openBrowser();
	({ page } = await joined(browser, firstLink(server), 'Amina'));
	circle = await makeCircle(page, { name: 'Evidence', purpose: '' });
});

afterAll(async () => {
	await browser.close();
	await line[Symbol.asyncDispose]();
	await server[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true });
});

/** From now on the page notes each share that a bar of progress shows. */
async function noteProgress(on: Page): Promise<void> {
	await on.evaluate(() => {
		const shares: number[] = [];
		Object.assign(window, { shares });
		new MutationObserver(() => {
			const share = document.querySelector('progress')?.value;
			if (share !== undefined && share !== shares.at(-1)) shares.push(share);
		}).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
	});
}

const notedShares = (on: Page): Promise<number[]> => on.evaluate(() => (window as unknown as { shares: number[] }).shares);

test('a file of 100 MB whose line is cut in the middle says so, goes on by itself also when nobody touches the phone, and sends nothing twice but the part in hand', async () => {
	await go(page, circle);
	await noteProgress(page);
	const before = line.passed.up;
	line.cutAfter({ up: largestFileBytes / 2 });

	await page.locator('#files-chosen').setInputFiles(join(folder, 'film.mp4'));
	await page.getByRole('button', { name: 'Send to Evidence' }).click();
	await page.getByText('the connection is lost, it goes on by itself').waitFor({ timeout: 120_000 });
	const atCut = Number(/(\d+)% sent/.exec(await page.getByText('the connection is lost').innerText())?.[1]);
	// A quarter of an hour without a hand on it, and as long as it takes the tab to look at its clock.
	await page.evaluate(() => {
		const real = Date.now;
		Date.now = () => real() + 15 * 60 * 1000;
		setTimeout(() => (Date.now = real), 6000);
	});
	await page.waitForTimeout(7000);
	line.mend();
	await page.getByText('sent', { exact: true }).waitFor({ timeout: 180_000 });

	const shares = await notedShares(page);
	expect(atCut).toBeGreaterThan(30);
	expect(atCut).toBeLessThan(60);
	expect(shares).toEqual([...shares].sort((a, b) => a - b));
	expect(shares.length).toBeGreaterThan(20);
	// Padded by up to 12 % and sealed.
	expect(line.passed.up - before).toBeLessThan(largestFileBytes * 1.12 + 2 * partBytes);
});

/** Nobody is there to choose a place: the browser's own folder of the page stands in for the picker, and nothing else does. */
async function choosesPlace(on: Page): Promise<void> {
	await on.evaluate(() => {
		const showSaveFilePicker = async ({ suggestedName }: { suggestedName: string }) => (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
		Object.assign(window, { showSaveFilePicker });
	});
}

/** SHA-256 and size of what was kept under this name. */
async function kept(on: Page, name: string): Promise<[sha256: string, bytes: number]> {
	return on.evaluate(async (wanted) => {
		const file = await (await (await navigator.storage.getDirectory()).getFileHandle(wanted)).getFile();
		const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
		return [[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''), file.size] as [string, number];
	}, name);
}

test('a download that is stopped in the middle leaves no half of the file behind', async () => {
	await choosesPlace(page);
	await page.getByRole('link', { name: 'film.mp4' }).click();
	// Held still, so that it cannot be over before somebody presses.
	line.holdAfter({ down: largestFileBytes / 5 });
	await page.getByRole('button', { name: 'Keep on this device' }).click();
	await expect.poll(() => page.evaluate(() => document.querySelector('progress')?.value)).toBeGreaterThan(0.1);

	await page.getByRole('button', { name: 'Stop' }).click();
	await page.locator('progress').waitFor({ state: 'detached' });
	line.mend();

	expect((await kept(page, 'film.mp4'))[1]).toBe(0);
	expect(await page.getByText('Kept on this device, unsealed').count()).toBe(0);
});

test('its download over a line that is cut goes on, straight to the chosen place, and is the same byte for byte', async () => {
	await noteProgress(page);
	const before = line.passed.down;
	line.cutAfter({ down: largestFileBytes / 2 });

	await page.getByRole('button', { name: 'Keep on this device' }).click();
	await expect.poll(() => line.isCut, { timeout: 120_000 }).toBe(true);
	line.mend();
	await page.getByText('Kept on this device, unsealed').waitFor({ timeout: 180_000 });

	const shares = await notedShares(page);
	expect(await kept(page, 'film.mp4')).toEqual([createHash('sha256').update(film).digest('hex'), film.length]);
	expect(shares.length).toBeGreaterThan(20);
	expect(line.passed.down - before).toBeLessThan(largestFileBytes * 1.12 + 2 * partBytes);
});

test('who closes the question for a place fetches nothing', async () => {
	const asked = page.evaluate(
		() =>
			new Promise<void>((resolve) => {
				const showSaveFilePicker = () => {
					// Two frames later the page would show that it fetches.
					requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
					return Promise.reject(new DOMException('', 'AbortError'));
				};
				Object.assign(window, { showSaveFilePicker });
			})
	);

	await page.getByRole('button', { name: 'Keep on this device' }).click();
	await asked;

	expect(await page.locator('progress').count()).toBe(0);
	await expect.poll(() => page.getByRole('button', { name: 'Keep on this device' }).isEnabled()).toBe(true);
});
