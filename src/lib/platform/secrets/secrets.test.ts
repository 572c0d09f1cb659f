import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../../../tests/temporary.ts';
import { Refusal } from '../start/refusal.ts';
import { secretFile } from './secrets.ts';

const isRoot = process.getuid?.() === 0;

test('a secret is made once and is the same ever after', async () => {
	const dataDir = place();
	let made = 0;
	const make = () => Buffer.from([(made += 1), 0, 255]);

	const secrets = [await secretFile({ dataDir }, 'notice-key', make), await secretFile({ dataDir }, 'notice-key', make)];

	expect(secrets).toEqual([Buffer.from([1, 0, 255]), Buffer.from([1, 0, 255])]);
	expect(made).toBe(1);
});

test('secrets of two names are two', async () => {
	const dataDir = place();

	await secretFile({ dataDir }, 'one', () => 'first');
	await secretFile({ dataDir }, 'two', () => Promise.resolve('second'));

	expect(['one', 'two'].map((name) => readFileSync(join(dataDir, 'secrets', name), 'utf8'))).toEqual(['first', 'second']);
});

test('whatever the umask says, only our account can enter the folder or read a secret, and nothing else is left there', async () => {
	const dataDir = place();
	const before = process.umask(0);

	await secretFile({ dataDir }, 'notice-key', () => 'word').finally(() => process.umask(before));

	expect(readdirSync(join(dataDir, 'secrets'))).toEqual(['notice-key']);
	expect([join(dataDir, 'secrets'), join(dataDir, 'secrets', 'notice-key')].map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(['700', '600']);
});

test('processes that start at once agree on one secret', async () => {
	const dataDir = place();
	const program = `
		import { randomBytes } from 'node:crypto';
		import { setTimeout as wait } from 'node:timers/promises';
		import { secretFile } from ${JSON.stringify(new URL('./secrets.ts', import.meta.url).href)};
		// All of them find none and have made one of their own before the first is kept.
		const make = async () => (await wait(Number(process.argv[2]) - Date.now()), randomBytes(32));
		console.log((await secretFile({ dataDir: process.argv[1] }, 'notice-key', make)).toString('hex'));`;

	const at = String(Date.now() + 3000);
	const told = await Promise.all(Array.from({ length: 6 }, () => outputOf(['--input-type=module', '-e', program, dataDir, at])));

	expect(new Set(told).size).toBe(1);
	expect(told[0]).toMatch(/^[0-9a-f]{64}\n$/);
	expect(readdirSync(join(dataDir, 'secrets'))).toEqual(['notice-key']);
});

test.each([
	['that others may read', (path: string) => chmodSync(path, 0o640), /mode 0640/],
	['that others may write', (path: string) => chmodSync(path, 0o602), /mode 0602/],
	['that is empty', (path: string) => writeFileSync(path, ''), /is empty/],
	['that is a link to elsewhere', (path: string) => (rmSync(path), symlinkSync('/etc/hostname', path)), /is a link/],
	['that is a folder', (path: string) => (rmSync(path), mkdirSync(path, { mode: 0o600 })), /is not a file/]
])('a secret %s is refused in words and not replaced', async (_, spoil, words) => {
	const dataDir = place();
	await secretFile({ dataDir }, 'notice-key', () => 'kept-word');
	spoil(join(dataDir, 'secrets', 'notice-key'));

	const told = await secretFile({ dataDir }, 'notice-key', () => 'other-word').catch((error: unknown) => error);

	expect(told).toBeInstanceOf(Refusal);
	expect(String(told)).toMatch(words);
	expect(String(told)).not.toMatch(/kept-word|other-word/);
	expect(readdirSync(join(dataDir, 'secrets'))).toEqual(['notice-key']);
});

test.skipIf(!isRoot)('a secret or a folder of another account is refused (needs root)', async () => {
	const dataDir = place();
	await secretFile({ dataDir }, 'notice-key', () => 'word');
	chownSync(join(dataDir, 'secrets', 'notice-key'), 12345, 12345);
	const ofFile = await secretFile({ dataDir }, 'notice-key', () => 'other').catch(String);
	chownSync(join(dataDir, 'secrets'), 12345, 12345);

	const ofFolder = await secretFile({ dataDir }, 'second', () => 'other').catch(String);

	expect([ofFile, ofFolder]).toEqual([expect.stringMatching(/notice-key,.*another account \(12345\)/), expect.stringMatching(/secrets,.*another account \(12345\)/)]);
});

test('a folder that others may enter is refused', async () => {
	const dataDir = place();
	mkdirSync(join(dataDir, 'secrets'));
	chmodSync(join(dataDir, 'secrets'), 0o755);

	await expect(secretFile({ dataDir }, 'notice-key', () => 'word')).rejects.toThrow(/mode 0755/);
});

test('a secret whose making failed leaves nothing, and the next try makes it', async () => {
	const dataDir = place();

	await expect(secretFile({ dataDir }, 'notice-key', () => Promise.reject(new Error('no chance')))).rejects.toThrow('no chance');
	await expect(secretFile({ dataDir }, 'notice-key', () => '')).rejects.toThrow('empty');

	expect(readdirSync(join(dataDir, 'secrets'))).toEqual([]);
	expect(await secretFile({ dataDir }, 'notice-key', () => 'word')).toEqual(Buffer.from('word'));
});

test.each(['', '.', '../escape', 'a/b', 'UPPER', 'a\0b'])('no secret lies outside of its folder: %j is no name', async (name) => {
	await expect(secretFile({ dataDir: place() }, name, () => 'word')).rejects.toThrow('short word');
});

function place(): string {
	const folder = temporaryFolder('secrets');
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

function outputOf(args: readonly string[]): Promise<string> {
	return new Promise((resolve, reject) => {
		let output = '';
		const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_NO_WARNINGS: '1' } });
		child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
		child.on('error', reject).on('exit', () => resolve(output));
	});
}
