import { brotliCompressSync } from 'node:zlib';
import type { BrowserContext, Page } from 'playwright-core';

/** The window of a phone on which people apply. */
export const phone = { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true } as const;

/** A page with 1.6 Mbit/s, 150 ms and a processor that is four times slower. */
export async function throttled(context: BrowserContext): Promise<Page> {
	const page = await context.newPage();
	// Four times as much patience, where all else takes four times as long.
	page.setDefaultTimeout(240_000);
	const devtools = await context.newCDPSession(page);
	await devtools.send('Network.enable');
	await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 });
	await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
	return page;
}

/** Takes the brake off the page's processor, and off every page of its process: held, it uses up most of a core even while nothing happens. */
export async function releaseBrake(page: Page): Promise<void> {
	const devtools = await page.context().newCDPSession(page);
	await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
	await devtools.detach();
}

/** What a page has got so far. */
export interface Weight {
	/** Compressed, without headers. */
	readonly bytes: number;
	readonly requests: number;
	readonly hasWebAssembly: boolean;
	/** A line for each request. */
	readonly lines: string;
}

/** Weighs everything that a page gets from now on. */
export function weighing(page: Page): () => Promise<Weight> {
	const got: { readonly path: string; readonly body: Buffer }[] = [];
	const reading: Promise<unknown>[] = [];
	page.on('response', (response) => {
		const read = response.body().then((body) => got.push({ path: new URL(response.url()).pathname, body }));
		// What comes after the weighing, and is left at once for another page, has no body any more and is nobody's concern.
		read.catch(() => undefined);
		reading.push(read);
	});
	return async () => {
		await Promise.all(reading);
		const weighed = got.map(({ path, body }) => ({ path, bytes: brotliCompressSync(body).length }));
		return {
			bytes: weighed.reduce((sum, { bytes }) => sum + bytes, 0),
			requests: weighed.length,
			hasWebAssembly: got.some(({ body }) => body.includes('AGFzbQ') || body.includes(Buffer.from([0, 0x61, 0x73, 0x6d]))),
			lines: weighed.map(({ path, bytes }) => `${bytes} ${path}`).join('\n')
		};
	};
}

/** What this origin has stored in the browser. */
export async function stored(page: Page): Promise<unknown> {
	return page.evaluate(async () => [(await indexedDB.databases()).map(({ name }) => name), localStorage.length, sessionStorage.length, document.cookie]);
}

/** The draft that this browser keeps of an application, as it lies there; there has to be one. */
export async function draftOf(page: Page): Promise<string> {
	return page.evaluate(async () => {
		const database = await new Promise<IDBDatabase>((resolve) => {
			const opening = indexedDB.open('steadfast-apply');
			opening.addEventListener('success', () => resolve(opening.result));
		});
		const sealed = await new Promise<unknown>((resolve) => {
			const asked = database.transaction('kept').objectStore('kept').get('draft');
			asked.addEventListener('success', () => resolve(asked.result));
		});
		database.close();
		return String(sealed);
	});
}
