import { existsSync, mkdirSync, mkdtempSync, readFileSync, cpSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';
import type { LeanPage } from './lean-pages.ts';
import { ageForBrowsers } from './age-for-browsers.ts';
import { wordsApart, wordsIn, writeWords, type WordFiles } from './words-apart.ts';

/** What each is built from, and its place in the manifest's list of pages. */
export const leanPages: Readonly<Record<LeanPage, { readonly entry: string; readonly page: string }>> = {
	apply: { entry: 'src/lean/apply.ts', page: '/apply/' },
	receipt: { entry: 'src/lean/receipt.ts', page: '/receipt' },
	refer: { entry: 'src/lean/refer.ts', page: '/refer' },
	invited: { entry: 'src/lean/invited.ts', page: '/invited' }
};

/** The address of the files of a lean page, in the order in which they are needed. */
export interface LeanFiles {
	readonly script: string;
	readonly modules: readonly string[];
	readonly styles: readonly string[];
	readonly words: WordFiles;
}

export const leanPath = '/_app/immutable/lean/';

interface Chunk {
	readonly file: string;
	readonly imports?: readonly string[];
	readonly dynamicImports?: readonly string[];
	readonly css?: readonly string[];
}

/** Builds the lean pages into the folder of the client's files. */
export async function buildLean(clientDir: string): Promise<Readonly<Record<LeanPage, LeanFiles>>> {
	const folder = mkdtempSync(join(tmpdir(), 'steadfast-lean-'));
	const base = leanPath.slice(1);
	try {
		await build({
			configFile: false,
			logLevel: 'error',
			publicDir: false,
			base: '/',
			plugins: [wordsApart(), ageForBrowsers(), svelte({ configFile: false })],
			resolve: { alias: { '$app/state': resolve('src/lib/platform/client/lean/app-state.svelte.ts') } },
			build: {
				target: 'es2022',
				outDir: folder,
				manifest: true,
				cssCodeSplit: true,
				modulePreload: { polyfill: false },
				rolldownOptions: {
					input: Object.fromEntries(Object.entries(leanPages).map(([name, { entry }]) => [name, entry])),
					output: {
						entryFileNames: `${base}[name].[hash].js`,
						chunkFileNames: `${base}[hash].js`,
						assetFileNames: `${base}[name].[hash][extname]`,
						codeSplitting: { groups: [{ name: 'common', minShareCount: 2 }] }
					}
				}
			}
		});
		// The file is Vite's documented manifest.
		const chunks = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Readonly<Record<string, Chunk>>;
		const made = join(folder, base);
		if (!existsSync(made)) throw new Error('The lean pages were built and are not there.');
		mkdirSync(join(clientDir, base), { recursive: true });
		cpSync(made, join(clientDir, base), { recursive: true });
		const of = (name: LeanPage): LeanFiles => {
			const keys = wordsIn(scriptsOf(chunks, leanPages[name].entry).map((file) => readFileSync(join(folder, file), 'utf8')));
			return { ...filesOf(chunks, leanPages[name].entry), words: writeWords({ name, keys, clientDir, base: leanPath }) };
		};
		return { apply: of('apply'), receipt: of('receipt'), refer: of('refer'), invited: of('invited') };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** All scripts that an entry may come to load. */
function scriptsOf(chunks: Readonly<Record<string, Chunk>>, entry: string): string[] {
	const seen = new Set<string>();
	const visit = (key: string): void => {
		if (seen.has(key)) return;
		seen.add(key);
		for (const next of [...(chunks[key]?.imports ?? []), ...(chunks[key]?.dynamicImports ?? [])]) visit(next);
	};
	visit(entry);
	return [...seen].flatMap((key) => chunks[key]?.file ?? []);
}

function filesOf(chunks: Readonly<Record<string, Chunk>>, entry: string): Omit<LeanFiles, 'words'> {
	const seen: string[] = [];
	const visit = (key: string): void => {
		if (seen.includes(key)) return;
		seen.push(key);
		chunks[key]?.imports?.forEach(visit);
	};
	visit(entry);
	const found = seen.flatMap((key) => chunks[key] ?? []);
	const script = chunks[entry]?.file;
	if (script === undefined) throw new Error(`The build has no ${entry}.`);
	const address = (file: string): string => `/${file}`;
	return { script: address(script), modules: found.map(({ file }) => address(file)).filter((file) => file !== address(script)), styles: [...new Set(found.flatMap(({ css }) => css ?? []))].map(address) };
}
