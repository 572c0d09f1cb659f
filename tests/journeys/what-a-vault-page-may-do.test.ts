import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientFiles } from '#lib/platform/client/built.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import { openBrowser } from '../browser.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { startServer, type RunningServer } from '../server.ts';
import { temporaryFolder } from '../temporary.ts';
import { ask } from './http.ts';

const workers = '/_app/immutable/workers';
const folder = temporaryFolder('workers');
let server: RunningServer;
let proxy: Proxy;
let browser: Browser;

// The real server, and beside its own files a few that do not ship: hostile code, and one worker under two names.
beforeAll(async () => {
	const into = join(folder, 'client', workers);
	mkdirSync(into, { recursive: true });
	await build({ configFile: false, logLevel: 'error', build: { outDir: into, emptyOutDir: false, minify: false, lib: { entry: 'tests/fixtures/opaque-probe.ts', formats: ['es'], fileName: () => 'opaque-probe.js' } } });
	copyFileSync(join(into, 'opaque-probe.js'), join(into, 'plain-probe.js'));
	copyFileSync('tests/fixtures/hostile/attempts.js', join(folder, 'client', '_app', 'attempts.js'));
	server = await startServer();
	proxy = await openProxy(server.origin, { files: clientFiles(folder) });
	browser = await openBrowser();
});

afterAll(async () => {
	await browser.close();
	await proxy[Symbol.asyncDispose]();
	await server[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true });
});

/** A page of the vault as it is served, without our own program running in it. */
async function bareVaultPage(): Promise<Page> {
	const page = await browser.newPage();
	await page.route('**/_app/immutable/shell/*.js', (route) => route.fulfill({ body: '', contentType: 'text/javascript' }));
	await page.goto(`${proxy.origin}/en/sign-in`);
	return page;
}

test('hostile code that got into a page of the vault gets no further', async () => {
	const page = await bareVaultPage();

	const tried = await page.evaluate(`import('/_app/attempts.js').then((code) => code.attempts('${server.origin}'))`);

	expect(tried).toEqual({
		outcomes: {
			evaluate: 'EvalError',
			makeFunction: 'EvalError',
			textAsTimer: 'TypeError',
			html: 'TypeError',
			inlineScript: 'TypeError',
			scriptFromElsewhere: 'TypeError',
			codeFromElsewhere: 'TypeError',
			codeInTheAddress: 'TypeError',
			fetchElsewhere: 'TypeError',
			// The browser says so only on the console: the violation of connect-src below is the refusal.
			beaconElsewhere: 'queued',
			webAssembly: 'CompileError',
			anotherPolicy: 'TypeError',
			workerFromText: 'TypeError',
			form: 'allowed',
			styleAttribute: 'allowed',
			picture: 'Error',
			frame: 'allowed'
		},
		ran: false,
		refused: ['connect-src', 'form-action', 'frame-src', 'img-src', 'require-trusted-types-for', 'script-src', 'script-src-elem', 'style-src-attr', 'trusted-types']
	});
	expect(page.url()).toBe(`${proxy.origin}/en/sign-in`);
	await page.close();
});

test('an inline script in the HTML itself does not run', async () => {
	await using tampering = await openProxy(server.origin, {
		change: (answer) => {
			if (answer.path === '/en/sign-in') answer.body = Buffer.from(answer.body.toString('utf8').replace('<body>', '<body onload="globalThis.ran = 1"><script>globalThis.ran = 1</script>'));
		}
	});
	const page = await browser.newPage();

	await page.goto(`${tampering.origin}/en/sign-in`);
	await page.locator('h1').waitFor();

	expect(await page.content()).toContain('globalThis.ran');
	expect(await page.evaluate(() => 'ran' in globalThis)).toBe(false);
	await page.close();
});

test('WebAssembly runs in the worker for passphrases, and neither in another worker nor in the page', async () => {
	const firstWord = async (name: string): Promise<unknown> => {
		const page = await bareVaultPage();
		const word: unknown = await page.evaluate(`import('/_app/attempts.js').then((code) => code.firstWordOf('${workers}/${name}'))`);
		await page.close();
		return word;
	};

	expect(await firstWord('opaque-probe.js')).toEqual({ ran: true });
	expect(await firstWord('plain-probe.js')).toEqual({ ran: false, said: 'CompileError' });
});

test('a page of the vault is the same HTML for everybody, under the strictest policy that lets it work', async () => {
	const questions = [{}, { cookie: '__Host-session=abc' }, { 'accept-language': 'ar', 'user-agent': 'another' }, { 'accept-encoding': 'br' }];

	const shells = [];
	for (const language of languages) {
		const answers = await Promise.all(questions.map((headers, i) => ask(`${server.origin}/${language}/sign-in${i === 0 ? '' : `?x=${i}`}`, { headers })));
		expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
		shells.push(answers[0]!);
	}

	expect(new Set(shells.map(({ text }) => text)).size).toBe(languages.length);
	for (const { headers, text } of shells) {
		expect(headers).toMatchObject({
			'content-type': 'text/html; charset=utf-8',
			'content-security-policy':
				"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; worker-src 'self'; frame-src blob:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html steadfast-worker",
			'cache-control': 'no-store',
			'cross-origin-opener-policy': 'same-origin',
			'cross-origin-embedder-policy': 'require-corp',
			'cross-origin-resource-policy': 'same-origin',
			'referrer-policy': 'same-origin',
			'permissions-policy': 'camera=(), geolocation=(), microphone=(), browsing-topics=(), publickey-credentials-create=(self), publickey-credentials-get=(self)',
			'x-content-type-options': 'nosniff',
			'x-robots-tag': 'noindex'
		});
		expect(text.match(/<script(?! src="\/_app\/immutable\/shell\/)|<style|\sstyle=|\son\w+=/g)).toBeNull();
	}
});

test('every file of the client has a policy of its own and may be used by our pages only', async () => {
	const { text } = await ask(`${server.origin}/en/sign-in`);
	const files = [...text.matchAll(/(?:href|src)="(\/_app\/[^"]+)"/g)].map(([, path = '']) => path);

	const answers = await Promise.all(files.map((path) => ask(server.origin + path)));
	const [opaque, plain] = await Promise.all(['opaque-probe.js', 'plain-probe.js'].map((name) => ask(`${proxy.origin}${workers}/${name}`)));

	expect(files.length).toBeGreaterThan(5);
	const isolated = { 'cross-origin-embedder-policy': 'require-corp' };
	const shared = { 'cache-control': 'public, max-age=31536000, immutable', 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff' };
	for (const { status, headers } of answers) {
		expect(status).toBe(200);
		expect(headers).toMatchObject({ ...shared, 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" });
	}
	expect(opaque?.headers).toMatchObject({ ...shared, ...isolated, 'content-security-policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'" });
	expect(plain?.headers).toMatchObject({ ...shared, ...isolated, 'content-security-policy': "default-src 'none'; script-src 'self'" });
});

test('with two origins each room is at its own, and a page asked for at the other is shown the way', async () => {
	await using both = await startServer({ env: { PUBLIC_ORIGIN: 'https://forum.example.org', VAULT_ORIGIN: 'https://vault.example.org' } });
	const at = async (host: string, path: string) => {
		const { status, headers, text } = await ask(both.origin + path, { headers: { host } });
		return { status, location: headers.location, text };
	};
	const [forum, vault] = ['forum.example.org', 'vault.example.org'];

	expect(await at(forum, '/ar/sign-in')).toMatchObject({ status: 308, location: 'https://vault.example.org/ar/sign-in' });
	expect(await at(vault, '/ar/forums')).toMatchObject({ status: 308, location: 'https://forum.example.org/ar/forums' });
	expect((await at(vault, '/ar/sign-in')).status).toBe(200);
	expect((await at(forum, '/ar/forums')).status).toBe(200);
	expect(await at(forum, '/api/house')).toMatchObject({ status: 404, text: '{"reason":"not-found"}' });
	expect((await at(vault, '/api/house')).status).toBe(200);
	// Under another spelling of its name the front would not know it.
	expect([(await at(forum, '/%61pi/house')).status, (await at(vault, '/%61pi/house')).status]).toEqual([404, 404]);
	// A notice by mail names the vault alone, so its link to stop them has to end there, and one click on it as well.
	const stop = `/ar/notices/stop/${'A'.repeat(22)}`;
	expect([(await at(vault, stop)).status, (await at(forum, stop)).status]).toEqual([200, 200]);
	const oneClick = await ask(both.origin + stop, { method: 'POST', headers: { host: vault, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' });
	expect([oneClick.status, oneClick.text.includes('أُوقفت الإشعارات')]).toEqual([200, true]);
	// An isolated page follows no redirect to another origin for its icon.
	expect((await at(vault, '/icon.svg')).status).toBe(200);
	expect((await at(vault, '/robots.txt')).text).toBe('User-agent: *\nDisallow: /\n');
	expect((await at(forum, '/robots.txt')).text).not.toContain('Disallow: /\n');
});

test('robots are kept out of the vault where it shares an origin with the record', async () => {
	const { text } = await ask(`${server.origin}/robots.txt`);

	expect(text.split('\n')).toEqual(expect.arrayContaining(['Disallow: /api/', ...languages.map((language) => `Disallow: /${language}/sign-in`)]));
});
