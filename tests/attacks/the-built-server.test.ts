import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary.ts';

const folder = temporaryFolder('vault');

afterAll(() => rmSync(folder, { recursive: true }));

/** What only code has that can open an envelope, make the keys for it, or read them out of words. */
const traces: readonly (readonly [what: string, trace: RegExp])[] = [
	// Not the first line of an age file: by that the server tells the shape of a letter (vault/envelope.ts).
	["the label of age's key wrapping", /age-encryption\.org\/v1\/X25519/],
	['the hybrid recipient', /mlkem768x25519/],
	['the private half of an age key', /AGE-SECRET-KEY/],
	["Ed25519's prime (RFC 8032, section 5.1)", /0x7f{61}ed\b/i],
	['the word list of BIP 39', /ability(?:\W|\\n)+able(?:\W|\\n)+about/]
];

/** Packages that have such code, and are not bundled with the server but imported by it. */
const packages = ['age-encryption', '@noble/[\\w-]+', '@scure/bip39'];

function tracesIn(files: readonly string[]): string[] {
	return files.flatMap((file) => {
		const text = readFileSync(file, 'utf8');
		return [
			...traces.filter(([, trace]) => trace.test(text)).map(([what]) => what),
			...packages.filter((name) => new RegExp(`["'\`]${name}(?:/[^"'\`]*)?["'\`]`).test(text)).map((name) => `an import of ${name}`)
		];
	});
}

/** The chunks of a program that imports the vault, as the build makes them for browsers or for the server. */
async function builtWith(side: 'browser' | 'server'): Promise<string[]> {
	const outDir = join(folder, side);
	const entry = 'tests/fixtures/imports-the-vault.ts';
	await build({
		configFile: false,
		logLevel: 'silent',
		build: { outDir, target: 'es2022', ...(side === 'server' ? { ssr: entry } : { lib: { entry, formats: ['es'], fileName: () => 'entry.js' } }) }
	});
	return globSync(`${outDir}/**/*.js`);
}

test('the built server holds no code that could open an envelope, and asks for none', () => {
	const built = globSync('build/server/**/*.js');

	expect(built.length).toBeGreaterThan(10);
	expect(tracesIn(built)).toEqual([]);
});

test('a server that imports the vault gets the stub, where a browser gets every trace of the real one', async () => {
	const browser = await builtWith('browser');
	const server = await builtWith('server');

	expect([...new Set(tracesIn(browser))].sort()).toEqual(traces.map(([what]) => what).sort());
	expect(server.length).toBeGreaterThan(0);
	expect(tracesIn(server)).toEqual([]);
});
