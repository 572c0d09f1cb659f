// How long somebody with an old phone on a slow line waits for the form of an application, until its first question can be
// answered: 1.6 Mbit/s, 150 ms, a processor slowed four times, nothing kept of the site. Beside it a page of as many bytes
// in one file, which asks the same question of nobody.
import { createServer } from 'node:http';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { callOn, steps } from '../tests/applying-steps.ts';
import { openBrowser } from '../tests/browser.ts';
import { freePort, startServer } from '../tests/server.ts';
import { median, printTable } from './_figures.ts';

const rounds = 5;
const atMostMs = 2_000;

const server = await startServer();
const call = await callOn(server);
const browser = await openBrowser();
const barePort = await freePort();
let bareBytes = 0;
const bare = createServer((_request, response) => {
	response.setHeader('content-type', 'text/html; charset=utf-8');
	response.end(`<!doctype html><title>Bare</title><label><input type="radio" />Yes</label><!--${'x'.repeat(bareBytes)}-->`);
}).listen(barePort, '127.0.0.1');

try {
	const rows: string[][] = [];
	for (const language of ['en', 'ar'] as const) {
		const times = { form: [] as number[], bare: [] as number[] };
		let requests = 0;
		for (let round = -1; round < rounds; round++) {
			const context = await browser.newContext({ viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, locale: language });
			const { page, devtools } = await throttled(context);
			const came: number[] = [];
			devtools.on('Network.loadingFinished', ({ encodedDataLength }) => came.push(encodedDataLength));
			const form = await timed(async () => {
				await page.goto(`${server.origin}/${language}${call.path}`, { waitUntil: 'commit' });
				await page.getByLabel(steps[language].yes, { exact: true }).check();
			});
			bareBytes = came.reduce((sum, bytes) => sum + bytes, 0);
			requests = came.length;
			const { page: barePage } = await throttled(context);
			const alone = await timed(async () => {
				await barePage.goto(`http://localhost:${barePort}`, { waitUntil: 'commit' });
				await barePage.getByLabel('Yes').check();
			});
			await context.close();
			if (round < 0) continue;
			times.form.push(form);
			times.bare.push(alone);
		}
		const [form, alone] = [median(times.form), median(times.bare)];
		rows.push([language, form.toFixed(0), String(requests), String(bareBytes), alone.toFixed(0), median(times.form.map((ms, at) => ms / (times.bare[at] ?? Number.NaN))).toFixed(2), `<= ${atMostMs} ms${form <= atMostMs ? '' : '  NOT REACHED'}`]);
	}
	printTable(['the form, until its first question can be answered', 'ms', 'requests', 'bytes', 'as many bytes in one page, ms', 'ratio to bare', 'claimed'], rows);
} finally {
	bare.close();
	await call[Symbol.asyncDispose]();
	await browser.close();
	await server[Symbol.asyncDispose]();
}

async function throttled(context: BrowserContext): Promise<{ readonly page: Page; readonly devtools: CDPSession }> {
	const page = await context.newPage();
	const devtools = await context.newCDPSession(page);
	await devtools.send('Network.enable');
	await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 });
	await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
	return { page, devtools };
}

async function timed(act: () => Promise<void>): Promise<number> {
	const begun = performance.now();
	await act();
	return performance.now() - begun;
}
