// How fast the vault seals and opens in Chromium, each beside what lies below it (Web Crypto, age) in the same run; what
// it holds in memory while a file passes; and what it weighs.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { CDPSession } from 'playwright-core';
import { median, printTable } from './_figures.ts';
import { peakOfPage } from './_memory.ts';
import { bundled, openModule } from './_module-page.ts';
import type { Round } from './_vault-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'steadfast-bench-vault-'));
const module = await openModule('bench/_vault-page.ts');
// Its types say what each of its measures gives.
const { ask } = module;
const cdp = await module.page.context().newCDPSession(module.page);

try {
	const rotation = await ask<{ seal: Round[]; open: Round[]; letterBytes: number }>('rotation()');
	const rows = [
		rowOf('2,000 records of 1 KB sealed and opened', await ask<Round[]>('sealAndOpenRecords()'), { atMost: 2 }),
		rowOf('2,000 records of 1 KB opened', await ask<Round[]>('openRecords()')),
		rowOf('the same, processor slowed four times', await slowed(cdp, () => ask<Round[]>('openRecords()')), { atMostMs: 1000 }),
		rowOf('100 letters to one person sealed and opened', await ask<Round[]>('letters()'), { atMost: 1.5 }),
		rowOf('a new epoch sealed to a circle of 100', rotation.seal),
		rowOf('its keys opened by the last of the 100', rotation.open),
		rowOf('a file of 100 MB sealed and opened', await ask<Round[]>('file()'))
	];
	printTable(['', 'vault, ms', 'bare, ms', 'ratio', 'claimed'], rows);
	console.log(`\nThe letter to 100 members has ${rotation.letterBytes.toLocaleString('en')} bytes.\n`);
	const memory: string[][] = [];
	for (const megabytes of [10, 50, 100]) memory.push([`${megabytes} MB`, await peakMb(megabytes, true), await peakMb(megabytes, false)]);
	printTable(['a file on its way through the vault', 'most in use at once, MB', 'with what the browser has not yet swept, MB'], memory);
	console.log();
	printTable(['weight of what a page loads', 'bytes, brotli'], await weights());
} finally {
	await module[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true });
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
	return ((await peakOfPage(cdp, () => ask<null>(`fileOnce(${megabytes})`), { isSwept })) / 1024 / 1024).toFixed(0);
}

/** Each chunk of the vault as the build makes it for pages that use all of it. */
async function weights(): Promise<string[][]> {
	const out = await bundled({ name: 'vault', entry: 'src/lib/vault/index.ts', folder });
	return readdirSync(out)
		.filter((name) => name.endsWith('.js'))
		.map((name) => [name, brotliCompressSync(readFileSync(join(out, name))).length.toLocaleString('en')]);
}
