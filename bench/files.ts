// A file of 100 MB up to the real server and down again, through the pages of a circle in Chromium, beside the same
// bytes unsealed in the same browser, in parts of the same size, to and from a bare `node:http` server; and what page
// and server hold in memory meanwhile.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { largestFileBytes, partBytes } from '../src/lib/circles/limits.ts';
import { openBrowser } from '../tests/browser.ts';
import { go, joined, makeCircle } from '../tests/circle-steps.ts';
import { firstLink } from '../tests/joining.ts';
import { freePort, startServer, until } from '../tests/server.ts';
import { temporaryFolder } from '../tests/temporary.ts';
import { bareUpload } from './_bare-upload.ts';
import { median, printTable } from './_figures.ts';
import { peakOfPage, peakOfProcess } from './_memory.ts';

const rounds = 3;
const sizesMb = [10, 50, 100];
const atMost = { up: 8, down: 4 };

const folder = temporaryFolder('bench-files');
mkdirSync(join(folder, 'bare'), { recursive: true });
for (const megabytes of sizesMb) writeFileSync(join(folder, `${megabytes}.bin`), randomBytes(Math.min(largestFileBytes, megabytes * 1000 * 1000)));
const barePort = await freePort();
const bareServer = spawn(process.execPath, ['bench/_bare-files.ts', String(barePort), join(folder, 'bare')], { stdio: 'inherit' });
const bareOrigin = `http://127.0.0.1:${barePort}`;
await until(() => fetch(bareOrigin).then(() => true, () => false));
const server = await startServer();
const browser = await openBrowser();
try {
	const { page } = await joined(browser, firstLink(server), 'Sender');
	await page.evaluate(savesWithoutPicker);
	const circle = await makeCircle(page, { name: 'Evidence', purpose: '' });
	const bare = await (await browser.newContext()).newPage();
	await bare.goto(bareOrigin);
	await bare.setInputFiles('input', join(folder, '100.bin'));
	const ratios = { up: [] as number[], down: [] as number[] };
	const times = { up: [] as number[], bareUp: [] as number[], down: [] as number[], bareDown: [] as number[] };
	for (let round = -1; round < rounds; round++) {
		const bareUp = await bare.evaluate(bareUpload, partBytes);
		const up = await timed(() => send(page, circle, 100));
		const down = await timed(await keeping(page, circle, 100));
		const bareDown = await bare.evaluate(bareDownload, Math.ceil(largestFileBytes / partBytes));
		if (round < 0) continue;
		times.up.push(up);
		times.bareUp.push(bareUp);
		times.down.push(down);
		times.bareDown.push(bareDown);
		ratios.up.push(up / bareUp);
		ratios.down.push(down / bareDown);
	}
	const row = (name: string, own: number[], bareMs: number[], ratio: number, most: number): string[] => [name, median(own).toFixed(0), median(bareMs).toFixed(0), ratio.toFixed(2), `<= ${most}${ratio <= most ? '' : '  NOT REACHED'}`];
	printTable(
		['a file of 100 MB', 'circle, ms', 'bare, ms', 'ratio', 'claimed'],
		[row('sealed and sent', times.up, times.bareUp, median(ratios.up), atMost.up), row('fetched, opened and kept', times.down, times.bareDown, median(ratios.down), atMost.down)]
	);
	console.log();
	const cdp = await page.context().newCDPSession(page);
	const memory: string[][] = [];
	for (const megabytes of sizesMb) memory.push(await memoryOf(page, cdp, circle, megabytes));
	printTable(['memory in MB', 'page, sending', 'page, keeping', 'server before', 'server at most'], memory);
} finally {
	await browser.close();
	await server[Symbol.asyncDispose]();
	bareServer.kill();
	rmSync(folder, { recursive: true });
}

async function memoryOf(page: Page, cdp: CDPSession, circle: string, megabytes: number): Promise<string[]> {
	const mb = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);
	let sending = 0;
	let keptBytes = 0;
	const { before, peak } = await peakOfProcess(server.process.pid ?? 0, async () => {
		sending = await peakOfPage(cdp, () => send(page, circle, megabytes), { isSwept: true });
		keptBytes = await peakOfPage(cdp, await keeping(page, circle, megabytes), { isSwept: true });
	});
	return [`${megabytes} MB`, mb(sending), mb(keptBytes), mb(before), mb(peak)];
}

async function timed(act: () => Promise<void>): Promise<number> {
	const begun = performance.now();
	await act();
	return performance.now() - begun;
}

/** Chooses the file and waits until the page says that it was sent. */
async function send(page: Page, circle: string, megabytes: number): Promise<void> {
	await go(page, circle);
	await page.locator('#files-chosen').setInputFiles(join(folder, `${megabytes}.bin`));
	await page.getByRole('button', { name: 'Send to Evidence' }).click();
	await page.getByText('sent', { exact: true }).waitFor({ timeout: 120_000 });
	await page.getByRole('button', { name: 'Take off this list' }).click();
}

/** Opens the page of the file that was sent last, and gives what keeps the file on the device. */
async function keeping(page: Page, circle: string, megabytes: number): Promise<() => Promise<void>> {
	await go(page, circle);
	await page.getByRole('link', { name: `${megabytes}.bin` }).first().click();
	const keep = page.getByRole('button', { name: 'Keep on this device' });
	await keep.waitFor();
	return async () => {
		await keep.click();
		await page.getByText('Kept on this device').waitFor({ timeout: 120_000 });
	};
}

/** Runs in the page. Nobody is there to choose a place: the browser's own folder of the page is taken, by the same interface. */
function savesWithoutPicker(): void {
	const showSaveFilePicker = async ({ suggestedName }: { suggestedName: string }) => (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
	Object.assign(window, { showSaveFilePicker });
}

/** Runs in the bare page: fetches the parts one after the other into the browser's own folder of the page. */
async function bareDownload(parts: number): Promise<number> {
	const begun = performance.now();
	const writable = await (await (await navigator.storage.getDirectory()).getFileHandle('bare', { create: true })).createWritable();
	for (let part = 0; part < parts; part++) await writable.write(await (await fetch(`/${part}`)).arrayBuffer());
	await writable.close();
	return performance.now() - begun;
}
