import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseManifest } from '#lib/platform/client/manifest.ts';
import { openProxy, type Passing } from '../proxy.ts';
import { startServer, type RunningServer } from '../server.ts';
import { temporaryFolder } from '../temporary.ts';
import { ask } from './http.ts';

const folder = temporaryFolder('verify');
const manifest = parseManifest(readFileSync('build/client-manifest.json', 'utf8'));
const someFile = Object.keys(manifest.files).find((path) => path.includes('/vault/vault.')) ?? '';
let server: RunningServer;

beforeAll(async () => {
	server = await startServer();
});

afterAll(async () => {
	await server[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true });
});

/** What `npm run verify-site` prints, line by line, and its exit status. */
function verify(...words: string[]): Promise<{ status: number | null; lines: string[] }> {
	return new Promise((resolve) => {
		let said = '';
		const child = spawn(process.execPath, ['src/commands/verify-site.ts', ...words], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1' } });
		for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
		child.on('close', (status) => resolve({ status, lines: said.trim().split('\n') }));
	});
}

/** The same of a server that somebody else stands before. */
async function verifyThrough(change: (answer: Passing) => void): Promise<{ status: number | null; lines: string[] }> {
	await using proxy = await openProxy(server.origin, { change });
	const { status, lines } = await verify(proxy.origin);
	return { status, lines: lines.map((line) => line.replaceAll(/SHA-256 \w+, expected \w+/g, 'SHA-256').replaceAll(proxy.origin, 'it')) };
}

const summary = (count: string) => `it differs from version ${manifest.version} in ${count}. If it should be this version, do not sign in there, and tell those who run it by another way.`;

test('a server that serves what the source gives is said to, with what was compared', async () => {
	const direct = await verify(`${server.origin}/en/sign-in`);
	const passed = await verifyThrough(() => undefined);

	expect(direct).toEqual({ status: 0, lines: [`${server.origin} serves what version ${manifest.version} should: ${Object.keys(manifest.files).length} files and ${manifest.pages.length} pages in every language, with their policies.`] });
	expect(passed.status).toBe(0);
});

test('one changed byte in one file is told', async () => {
	const found = await verifyThrough((answer) => {
		if (answer.path === someFile) answer.body[10]! ^= 1;
	});

	expect(found).toEqual({ status: 1, lines: [`${someFile}: content differs (SHA-256)`, summary('1 thing')] });
});

test('one loosened policy is told, and one header that lets others read', async () => {
	const found = await verifyThrough((answer) => {
		if (answer.path === '/fr/sign-in') answer.headers['content-security-policy'] = String(answer.headers['content-security-policy']).replace("script-src 'self'", "script-src 'self' 'unsafe-inline'");
		if (answer.path === someFile) answer.headers['access-control-allow-origin'] = '*';
		if (answer.path === '/ar/sign-in') delete answer.headers['cross-origin-opener-policy'];
	});

	expect(found).toEqual({
		status: 1,
		lines: [
			`${someFile}: header access-control-allow-origin is "*", expected none`,
			`/fr/sign-in: header content-security-policy is ${JSON.stringify(manifest.default_csp.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'"))}, expected ${JSON.stringify(manifest.default_csp)}`,
			'/ar/sign-in: header cross-origin-opener-policy is missing, expected "same-origin"',
			summary('3 things')
		]
	});
});

test('a changed shell, a missing file and a file that only the server knows are told', async () => {
	const found = await verifyThrough((answer) => {
		if (answer.path === '/es/sign-in') answer.body = Buffer.from(answer.body.toString('utf8').replace('</body>', '<script src="/_app/more.js"></script></body>'));
		if (answer.path === someFile) answer.status = 404;
		if (answer.path.endsWith('manifest.json')) answer.body = Buffer.from(answer.body.toString('utf8').replace('"files": {', '"files": { "/_app/more.js": "00",'));
	});

	expect(found).toEqual({
		status: 1,
		lines: [`${someFile}: answered with status 404`, '/es/sign-in: content differs (SHA-256)', "/_app/more.js: stands in the server's manifest and not in ours", summary('3 things')]
	});
});

test('a manifest on file is compared in place of the build\'s, and what is none is refused', async () => {
	const [own, other] = [join(folder, 'own.json'), join(folder, 'other.json')];
	writeFileSync(own, (await ask(`${server.origin}/.well-known/steadfast-manifest.json`)).text);
	writeFileSync(other, '{"name":"steadfast"}');

	expect((await verify(server.origin, own)).status).toBe(0);
	expect(await verify(server.origin, other)).toEqual({ status: 1, lines: [`${other} could not be read as a manifest.`] });
	expect((await verify('vault.example.org')).lines[0]).toBe('Use: npm run verify-site -- <address of the vault, https://vault.example.org> [manifest file]');
	expect((await verify('http://localhost:1')).status).toBe(1);
});

test('the server shows the very manifest that the build wrote', async () => {
	const shown = await ask(`${server.origin}/.well-known/steadfast-manifest.json`);

	expect([shown.status, shown.headers['content-type'], shown.text]).toEqual([200, 'application/json', readFileSync('build/client-manifest.json', 'utf8')]);
});
