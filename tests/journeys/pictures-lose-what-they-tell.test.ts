import { readFileSync } from 'node:fs';
import { imageSize } from 'image-size';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { go, joined, makeCircle } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';

const canary = 'GPS-CANARY-33.7490N';
let server: RunningServer;
let browser: Browser;
let page: Page;
let circle: string;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	({ page } = await joined(browser, firstLink(server), 'Amina'));
	circle = await makeCircle(page, { name: 'Evidence', purpose: '' });
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

interface Picture {
	readonly name: string;
	readonly mimeType: string;
	readonly buffer: Buffer;
}

async function choose(picture: Picture): Promise<void> {
	await go(page, circle);
	await page.locator('#files-chosen').setInputFiles([picture]);
}

/** Sends what was chosen and gives back what the circle has of it then, under this name. */
async function sent(name: string): Promise<Buffer> {
	await page.getByRole('button', { name: 'Send to Evidence' }).click();
	await page.getByText('sent', { exact: true }).waitFor();
	await page.getByRole('button', { name: 'Take off this list' }).click();
	await page.getByRole('link', { name, exact: true }).click();
	// Without a picker it comes by way of the browser's downloads.
	await page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }));
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Keep on this device' }).click()]);
	return readFileSync(await download.path());
}

/** Red, green and blue of a point, as the browser shows the picture. */
async function colourAt(picture: Buffer, type: string, [x, y]: readonly [number, number]): Promise<number[]> {
	return page.evaluate(
		async ({ bytes, kind, at }) => {
			const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: kind }));
			const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
			context?.drawImage(bitmap, 0, 0);
			return [...(context?.getImageData(...at, 1, 1).data ?? [])].slice(0, 3);
		},
		{ bytes: [...picture], kind: type, at: [x, y] as [number, number] }
	);
}

const isRed = ([red = 0, green = 0, blue = 0]: readonly number[]): boolean => red > 200 && green < 60 && blue < 60;
const isBlue = ([red = 0, green = 0, blue = 0]: readonly number[]): boolean => red < 60 && green < 60 && blue > 200;

/** A photograph as a phone that was held upright writes it: it lies on its side, with a note to turn it, and its place. */
async function sideways(): Promise<Buffer> {
	const lying = await page.evaluate(async () => {
		const canvas = new OffscreenCanvas(64, 32);
		const context = canvas.getContext('2d');
		for (const [colour, x] of [['#ff0000', 0], ['#0000ff', 32]] as const) {
			if (context) context.fillStyle = colour;
			context?.fillRect(x, 0, 32, 32);
		}
		return [...new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })).arrayBuffer())];
	});
	// TIFF, big-endian: one entry, tag 0x0112 (orientation), 6: to be turned to the right by a quarter.
	const tiff = Buffer.concat([Buffer.from('4d4d002a00000008000101120003000000010006000000000000', 'hex'), Buffer.from(canary)]);
	const exif = Buffer.concat([Buffer.from('Exif\0\0'), tiff]);
	const head = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 0xff]);
	return Buffer.concat([Buffer.from(lying.slice(0, 2)), head, exif, Buffer.from(lying.slice(2))]);
}

test('a photograph that lies on its side comes out upright, and tells neither place nor how it was held', async () => {
	const photo = await sideways();
	await choose({ name: 'street.jpg', mimeType: 'image/jpeg', buffer: photo });

	const clean = await sent('street.jpg');

	expect([photo.includes(canary), imageSize(photo).orientation]).toEqual([true, 6]);
	expect(['Exif', canary].filter((words) => clean.includes(words))).toEqual([]);
	expect(imageSize(clean)).toEqual({ width: 32, height: 64, type: 'jpg' });
	expect([isRed(await colourAt(clean, 'image/jpeg', [16, 8])), isBlue(await colourAt(clean, 'image/jpeg', [16, 56]))]).toEqual([true, true]);
});

/** Two pictures of one point, red and then blue, and a comment between them. */
const moving = Buffer.concat([
	Buffer.from('GIF89a'), Buffer.from('01000100800000ff00000000ff', 'hex'),
	Buffer.from('21f904000a0000002c0000000001000100000202440100', 'hex'),
	Buffer.from([0x21, 0xfe, canary.length]), Buffer.from(canary), Buffer.from([0]),
	Buffer.from('21f904000a0000002c00000000010001000002024c01003b', 'hex')
]);

test('of a moving picture it is said beforehand that only the first one stays, and so it is', async () => {
	await choose({ name: 'crowd.gif', mimeType: 'image/gif', buffer: moving });
	await page.getByText('A moving picture becomes a still one: only its first picture is kept.').waitFor();

	const clean = await sent('crowd.png');

	expect(clean.includes(canary)).toBe(false);
	expect(imageSize(clean)).toEqual({ width: 1, height: 1, type: 'png' });
	expect(isRed(await colourAt(clean, 'image/png', [0, 0]))).toBe(true);
});

test('a picture of a kind that the browser does not know is not sent unasked, and the page says why and what to do', async () => {
	const heic = Buffer.concat([Buffer.from('00000018667479706865696300000000686569636d696631', 'hex'), Buffer.from(canary)]);
	await choose({ name: 'march.heic', mimeType: 'image/heic', buffer: heic });

	await page.getByRole('button', { name: 'Send to Evidence' }).click();

	await page.getByText('This picture could not be cleaned: this browser does not know its kind, or it is too large. It may tell where, when and with what it was taken. Send it as it is, or leave it out.').waitFor();
	expect(await page.getByRole('link', { name: 'march' }).count()).toBe(0);
	await page.getByRole('button', { name: 'Leave this one out' }).click();
	await expect.poll(() => page.getByRole('button', { name: 'Send to Evidence' }).count()).toBe(0);
});
