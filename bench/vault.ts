// How fast the vault seals and opens in Chromium, each beside what lies below it (Web Crypto, age) in the same run; what
// it holds in memory while a file passes; and what it weighs.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { CDPSession, Page } from 'playwright-core';
import { build } from 'vite';
import { openBrowser } from '../tests/browser.ts';
import { median, printTable } from './_figures.ts';
import { peakOfPage } from './_memory.ts';
import type { Round } from './_vault-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'steadfast-bench-vault-'));
const bundle = await bundled('page', 'bench/_vault-page.ts');
const script = readFileSync(join(bundle, 'page.js'));
const server = createServer(({ url }, response) => {
	const isScript = url?.endsWith('.js') === true;
	response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
	if (!isScript) response.end('<!doctype html><title>bench</title>');
	else response.end(url === '/page.js' ? script : readFileSync(join(bundle, (url ?? '').slice(1))));
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const browser = await openBrowser();
const page = await browser.newPage();
// Web Crypto is there on loopback, as it is under https.
await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
const cdp = await page.context().newCDPSession(page);

try {
	const rotation = await ask<{ seal: Round[]; open: Round[]; letterBytes: number }>(page, 'rotation()');
	const rows = [
		rowOf('2,000 records of 1 KB sealed and opened', await ask<Round[]>(page, 'sealAndOpenRecords()'), { atMost: 2 }),
		rowOf('2,000 records of 1 KB opened', await ask<Round[]>(page, 'openRecords()')),
		rowOf('the same, processor slowed four times', await slowed(cdp, () => ask<Round[]>(page, 'openRecords()')), { atMostMs: 1000 }),
		rowOf('100 letters to one person sealed and opened', await ask<Round[]>(page, 'letters()'), { atMost: 1.5 }),
		rowOf('a new epoch sealed to a circle of 100', rotation.seal),
		rowOf('its keys opened by the last of the 100', rotation.open),
		rowOf('a file of 100 MB sealed and opened', await ask<Round[]>(page, 'file()'))
	];
	printTable(['', 'vault, ms', 'bare, ms', 'ratio', 'claimed'], rows);
	console.log(`\nThe letter to 100 members has ${rotation.letterBytes.toLocaleString('en')} bytes.\n`);
	const memory: string[][] = [];
	for (const megabytes of [10, 50, 100]) memory.push([`${megabytes} MB`, await peakMb(megabytes, true), await peakMb(megabytes, false)]);
	printTable(['a file on its way through the vault', 'most in use at once, MB', 'with what the browser has not yet swept, MB'], memory);
	console.log();
	printTable(['weight of what a page loads', 'bytes, brotli'], await weights());
} finally {
	await browser.close();
	server.close();
	rmSync(folder, { recursive: true });
}

/** Asks the page for one of the measures of _vault-page.ts, whose types say what it gives. */
function ask<Result>(asked: Page, measure: string): Promise<Result> {
	return asked.evaluate<Result>(`import('/page.js').then((page) => page.${measure})`);
}

function rowOf(name: string, measured: readonly Round[], claim: { atMost?: number; atMostMs?: number } = {}): string[] {
	const vaultMs = median(measured.map((round) => round.vaultMs));
	const ratio = median(measured.map((round) => round.vaultMs / round.bareMs));
	const { atMost, atMostMs } = claim;
	const claimed = atMost !== undefined ? `<= ${atMost}${ratio <= atMost ? '' : '  NOT REACHED'}` : atMostMs !== undefined ? `<= ${atMostMs} ms${vaultMs <= atMostMs ? '' : '  NOT REACHED'}` : '';
	return [name, vaultMs.toFixed(0), median(measured.map((round) => round.bareMs)).toFixed(0), ratio.toFixed(2), claimed];
}

async function slowed<Result>(session: CDPSession, act: () => Promise<Result>): Promise<Result> {
	await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
	try {
		return await act();
	} finally {
		await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
	}
}

/** While a file passes, in MB. */
async function peakMb(megabytes: number, isSwept: boolean): Promise<string> {
	return ((await peakOfPage(cdp, () => ask<null>(page, `fileOnce(${megabytes})`), { isSwept })) / 1024 / 1024).toFixed(0);
}

/** Each chunk of the vault as the build makes it for pages that use all of it. */
async function weights(): Promise<string[][]> {
	const out = await bundled('vault', 'src/lib/vault/index.ts');
	return readdirSync(out)
		.filter((name) => name.endsWith('.js'))
		.map((name) => [name, brotliCompressSync(readFileSync(join(out, name))).length.toLocaleString('en')]);
}

async function bundled(name: string, entry: string): Promise<string> {
	const outDir = join(folder, name);
	await build({
		configFile: false,
		logLevel: 'error',
		build: { outDir, target: 'es2022', minify: true, lib: { entry, formats: ['es'], fileName: () => `${name}.js` } }
	});
	return outDir;
}
