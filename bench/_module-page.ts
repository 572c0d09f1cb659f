import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { openBrowser } from '../tests/browser.ts';

/** A page of Chromium that has one module of ours and nothing else. */
export interface ModulePage extends AsyncDisposable {
	readonly page: Page;
	/** What an expression over the module's exports gives, such as `records(2000)`. */
	ask<Result>(expression: string): Promise<Result>;
}

/** Bundles a module for browsers into a folder, as `<name>.js` with its chunks, and gives the folder back. */
export async function bundled({ name, entry, folder }: { readonly name: string; readonly entry: string; readonly folder: string }): Promise<string> {
	const outDir = join(folder, name);
	await build({
		configFile: false,
		logLevel: 'error',
		build: { outDir, target: 'es2022', minify: true, lib: { entry, formats: ['es'], fileName: () => `${name}.js` } }
	});
	return outDir;
}

/** Serves a module on loopback, where Web Crypto is there as it is under https, and opens a page that can ask it. */
export async function openModule(entry: string): Promise<ModulePage> {
	const folder = mkdtempSync(join(tmpdir(), 'steadfast-bench-module-'));
	const bundle = await bundled({ name: 'page', entry, folder });
	const server = createServer(({ url }, response) => {
		const isScript = url?.endsWith('.js') === true;
		response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
		response.end(isScript ? readFileSync(join(bundle, (url ?? '').slice(1))) : '<!doctype html><title>bench</title>');
	}).listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const browser = await openBrowser();
	const page = await browser.newPage();
	await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
	return {
		page,
		ask: <Result>(expression: string) => page.evaluate<Result>(`import('/page.js').then((module) => module.${expression})`),
		[Symbol.asyncDispose]: async () => {
			await browser.close();
			server.close();
			rmSync(folder, { recursive: true });
		}
	};
}
